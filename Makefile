# What a newcomer and the continuous integration type. The work is done by the scripts in .ci/.

.PHONY: help run test bench lint format assets translations clean

help:
	@echo "make run     install what is needed, prepare the demo and serve it on http://127.0.0.1:8000   (ARGS='--port 8001')"
	@echo "make test    every test: SQLite, PostgreSQL, scenarios, browser   (ARGS='-k congress' narrows it)"
	@echo "make bench   what an action costs, beside the floor"
	@echo "make lint    ruff, mypy, import contracts, templates, procedures"
	@echo "make format  let ruff write the code as it likes it"
	@echo "make assets  fetch the browser's assets and compile the translations again"
	@echo "make translations  collect the sentences of the pages into the English catalogue"
	@echo "make clean   remove what the other targets made, and the demo's data"

run:
	@.ci/setup run
	@exec .venv/bin/python .ci/start.py $(ARGS)

test:
	@.ci/setup test
	@.ci/test $(ARGS)

bench:
	@.ci/setup test
	@.venv/bin/python -m tests.bench $(ARGS)

lint:
	@.ci/setup lint
	@.ci/lint

format:
	@.ci/setup lint
	@.venv/bin/ruff check --fix . && .venv/bin/ruff format .

assets:
	@rm -rf webapp/static/vendor .cache/test-assets
	@.ci/setup run

translations:
	@.ci/setup test
	@.ci/translations

clean:
	rm -rf .venv .cache data build dist test-results webapp/static/vendor *.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
	find webapp -name '*.mo' -delete
