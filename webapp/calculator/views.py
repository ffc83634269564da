"""One page for each question to the law. A question is asked by its address, so that an answer can be passed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import Blueprint, render_template, request

from webapp.clock import today
from webapp.database import session
from webapp.languages import text
from workflows import settings
from workflows.errors import Invalid, Mistake, NotFound
from workflows.law.asking import Answer, Given, Question
from workflows.law.questions import BY_KEY, QUESTIONS
from workflows.law.rule_sets import CURRENT, rule_set, rule_set_names
from workflows.text import Text

blueprint = Blueprint("calculator", __name__, url_prefix="/calculator", template_folder="templates")


@blueprint.app_template_global()
def titled(choices: Iterable[tuple[str, Text]]) -> list[tuple[str, str]]:
    """Choices with their titles in the reader's language."""
    return [(value, text(title)) for value, title in choices]


@blueprint.get("/")
def index() -> str:
    return render_template("calculator/index.html", questions=QUESTIONS)


@blueprint.get("/<topic>")
def question(topic: str) -> str | tuple[str, int]:
    asked = BY_KEY.get(topic)
    if asked is None:
        raise NotFound(Text("没有这样的计算。", "There is no such question."))
    written = {name: value for name, value in request.args.items() if value.strip()}
    if not written:
        return _page(asked, {}, None, ())
    try:
        answer = asked.ask(asked.read(written), _given(written))
    except Invalid as error:
        return _page(asked, written, None, error.mistakes), 422
    return _page(asked, written, answer, ())


def _given(written: Mapping[str, str]) -> Given:
    """The rules that were chosen, with what the office set for itself."""
    chosen = settings.load(session())
    name = written.get("rules", CURRENT)
    if name not in rule_set_names():
        raise Invalid([Mistake("/rules", Text("没有这个规则版本。", "There is no such version of the rules."))])
    return Given(chosen.rules(name, today()).parameters, chosen.calendar, today())


def _page(asked: Question, written: Mapping[str, str], answer: Answer | None, mistakes: tuple[Mistake, ...]) -> str:
    return render_template(
        "calculator/question.html",
        question=asked,
        written=written,
        answer=answer,
        mistakes=mistakes,
        versions=[(name, rule_set(name).title) for name in reversed(rule_set_names())],
    )
