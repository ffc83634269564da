"""Which part of Jinja a paper's template may use, and what a template reads of its context."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping

from jinja2 import TemplateSyntaxError, nodes
from jinja2.environment import Environment

from workflows.text import Text

BUILT_IN_FILTERS = ("default", "first", "join", "last", "length")
FILTERS = frozenset({*BUILT_IN_FILTERS, "cn_date", "cn_number"})
TESTS = ("defined", "undefined", "none")
LOOP_DEPTH = 2

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Const,
    nodes.Tuple,
    nodes.List,
    nodes.Filter,
    nodes.Test,
    nodes.Keyword,
    nodes.If,
    nodes.For,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Add,
    nodes.Sub,
)

Path = tuple[str, ...]


def findings(environment: Environment, source: str, names: frozenset[str]) -> list[tuple[int, Text]]:
    """What of ``source`` is not allowed, each with its line; ``names`` are those its context will have."""
    try:
        tree = environment.parse(source)
    except TemplateSyntaxError as error:
        return [(error.lineno, Text(f"模板语法有误：{error.message}", f"Template syntax: {error.message}"))]
    return list(_walk(tree, names, 0))


def references(tree: nodes.Template) -> frozenset[Path]:
    """Every path that the template reads, loop variables resolved to what they run over."""
    found: set[Path] = set()
    _collect(tree, {}, found)
    return frozenset(found)


def line_of(error: BaseException) -> int | None:
    """The line of a template at which ``error`` was raised, if it was raised in one."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    return lines[-1] if lines else None


def _walk(node: nodes.Node, names: frozenset[str], depth: int) -> Iterator[tuple[int, Text]]:
    reason = _reason(node, names, depth)
    if reason is not None:
        yield node.lineno, reason
        return
    if isinstance(node, nodes.For):
        yield from _walk(node.iter, names, depth)
        inner = names | {name.name for name in node.target.find_all(nodes.Name)} | {"loop"}
        if isinstance(node.target, nodes.Name):
            inner |= {node.target.name}
        for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
            yield from _walk(child, inner, depth + 1)
        return
    for child in node.iter_child_nodes():
        yield from _walk(child, names, depth)


def _reason(node: nodes.Node, names: frozenset[str], depth: int) -> Text | None:
    kind = type(node).__name__
    if not isinstance(node, _ALLOWED):
        return Text(f"模板中不允许使用 {kind}。", f"{kind} is not allowed in a template.")
    if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in names:
        known = sorted(names)
        return Text(
            f"不认识“{node.name}”；可用：{'、'.join(known)}。", f"“{node.name}” is unknown; known: {', '.join(known)}."
        )
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        return Text(f"不允许使用“{node.attr}”。", f"“{node.attr}” is not allowed.")
    if isinstance(node, nodes.Getitem) and not _plain_key(node.arg):
        return Text("方括号内只能是固定的名称或序号。", "Only a fixed name or position may stand in brackets.")
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        return Text(
            f"没有过滤器“{node.name}”；可用：{'、'.join(sorted(FILTERS))}。",
            f"There is no filter “{node.name}”; known: {', '.join(sorted(FILTERS))}.",
        )
    if isinstance(node, nodes.Test) and node.name not in TESTS:
        return Text(
            f"没有判断“{node.name}”；可用：{'、'.join(TESTS)}。",
            f"There is no test “{node.name}”; known: {', '.join(TESTS)}.",
        )
    if isinstance(node, nodes.For) and (node.recursive or depth >= LOOP_DEPTH):
        return Text(
            f"循环最多嵌套{LOOP_DEPTH}层，且不能递归。", f"Loops nest at most {LOOP_DEPTH} deep and do not recur."
        )
    return None


def _plain_key(key: nodes.Expr) -> bool:
    if not isinstance(key, nodes.Const):
        return False
    return isinstance(key.value, int) or (isinstance(key.value, str) and not key.value.startswith("_"))


def _collect(node: nodes.Node, scope: Mapping[str, Path | None], found: set[Path]) -> None:
    if isinstance(node, nodes.For):
        _collect(node.iter, scope, found)
        inner = {**scope, "loop": None}
        if isinstance(node.target, nodes.Name):
            inner[node.target.name] = path_of(node.iter, scope)
        else:
            inner |= dict.fromkeys((name.name for name in node.target.find_all(nodes.Name)), None)
        for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
            _collect(child, inner, found)
        return
    if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
        path = path_of(node, scope)
        if path is not None:
            found.add(path)
        return
    for child in node.iter_child_nodes():
        _collect(child, scope, found)


def path_of(node: nodes.Node, scope: Mapping[str, Path | None]) -> Path | None:
    """What a name with its attributes reads; `scope` leads from loop variables to what they run over."""
    if isinstance(node, nodes.Name):
        return scope.get(node.name, (node.name,))
    if isinstance(node, nodes.Getattr | nodes.Getitem):
        base = path_of(node.node, scope)
        if base is None:
            return None
        if isinstance(node, nodes.Getattr):
            return (*base, node.attr)
        return (
            (*base, node.arg.value) if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str) else base
        )
    return None
