"""What a paper's template reads without having asked whether it is there: `{% if x is defined %}`, `default`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from jinja2 import nodes

from workflows.documents.template_syntax import Path, path_of

Scope = Mapping[str, Path | None]
Known = frozenset[Path]

_ASKS = ("defined", "undefined")


def unasked(tree: nodes.Template) -> frozenset[Path]:
    """Every path that is read where nothing says that it is there, loop variables resolved to what they run over."""
    return frozenset(_walk(tree, {}, frozenset()))


def _walk(node: nodes.Node, scope: Scope, known: Known) -> Iterator[Path]:
    match node:
        case nodes.For():
            yield from _walk(node.iter, scope, known)
            inner = {**scope, "loop": None}
            for name in node.target.find_all(nodes.Name):
                inner[name.name] = None
            if isinstance(node.target, nodes.Name):
                inner[node.target.name] = path_of(node.iter, scope)
            inside = known | (_told(node.test, inner, True) if node.test else frozenset())
            yield from _walk_all([*node.body, *node.else_, *([node.test] if node.test else [])], inner, inside)
        case nodes.If():
            yield from _walk(node.test, scope, known)
            yield from _walk_all(node.body, scope, known | _told(node.test, scope, True))
            yield from _walk_all([*node.elif_, *node.else_], scope, known | _told(node.test, scope, False))
        case nodes.CondExpr():
            yield from _walk(node.test, scope, known)
            yield from _walk(node.expr1, scope, known | _told(node.test, scope, True))
            if node.expr2 is not None:
                yield from _walk(node.expr2, scope, known | _told(node.test, scope, False))
        case nodes.And() | nodes.Or():
            yield from _walk(node.left, scope, known)
            yield from _walk(node.right, scope, known | _told(node.left, scope, isinstance(node, nodes.And)))
        case nodes.Test() if node.name in _ASKS:
            return
        case nodes.Filter() if node.name == "default":
            return
        case nodes.Name() | nodes.Getattr() | nodes.Getitem():
            path = path_of(node, scope)
            if path is not None and path not in known:
                yield path
        case _:
            yield from _walk_all(node.iter_child_nodes(), scope, known)


def _walk_all(several: Iterable[nodes.Node], scope: Scope, known: Known) -> Iterator[Path]:
    for node in several:
        yield from _walk(node, scope, known)


def _told(test: nodes.Node, scope: Scope, held: bool) -> Known:
    """The paths that are there when a test held, or when it did not."""
    match test:
        case nodes.Test() if test.name in _ASKS:
            path = path_of(test.node, scope)
            return frozenset({path}) if path is not None and (test.name == "defined") == held else frozenset()
        case nodes.Not():
            return _told(test.node, scope, not held)
        case nodes.And() if held:
            return _told(test.left, scope, held) | _told(test.right, scope, held)
        case nodes.Or() if not held:
            return _told(test.left, scope, held) | _told(test.right, scope, held)
    return frozenset()
