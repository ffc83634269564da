"""Every number of a finding has a name in both languages, wherever the law writes it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import workflows.law
from workflows.law.words import NUMBERS, VALUES

LAW = Path(next(iter(workflows.law.__path__)))
ON_PAGES = {  # named on the pages themselves, in shorter words
    *("committee", "enterprises", "enterprises_needed", "invalid", "issued", "needed", "unreported", "valid"),
}


def _keys(tree: ast.AST) -> Iterator[str]:
    """The keys of dictionaries that are called numbers, and of the third argument of `finding(…)`."""
    for node in ast.walk(tree):
        found: list[ast.expr | None] = []
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and isinstance(node.value, ast.Dict):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id == "numbers" for target in targets):
                found = list(node.value.keys)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "finding":
            found = [key for value in node.args[2:3] if isinstance(value, ast.Dict) for key in value.keys]
        yield from (key.value for key in found if isinstance(key, ast.Constant) and isinstance(key.value, str))


def test_every_number_has_a_name() -> None:
    written = {key for path in LAW.glob("*.py") for key in _keys(ast.parse(path.read_text(encoding="utf-8")))}
    assert len(written) > 50
    assert written - set(NUMBERS) - ON_PAGES == set()


def test_names_are_in_both_languages() -> None:
    for text in (*NUMBERS.values(), *VALUES.values()):
        assert text.zh
        assert text.en
