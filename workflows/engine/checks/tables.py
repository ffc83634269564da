"""Checks of decision tables against the lanes that use them and the forms they read, and of their rules among themselves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod

from workflows.engine.decision_table import DecisionTable, Input
from workflows.engine.diagram import Diagram
from workflows.engine.findings import CheckFinding, suggestion
from workflows.engine.folder import Folder
from workflows.engine.settings import FILE, RELATIONS, Settings
from workflows.engine.unary_tests import Value
from workflows.text import Text

MOST_COMBINATIONS = 20_000

_OTHER: tuple[Value, ...] = (None, "\0", 0, True, False)  # a value of each type, besides those the cells name


def check(folder: Folder, settings: Settings, diagram: Diagram) -> Iterator[CheckFinding]:
    """Every finding."""
    used = {lane.routing for lane in settings.lanes.values() if lane.routing}
    unread = {finding.file for finding in folder.findings}
    for lane in settings.lanes.values():
        if lane.routing and lane.routing not in folder.tables and lane.routing not in unread:
            told = suggestion(lane.routing, folder.tables)
            yield CheckFinding(
                FILE,
                f"lanes.{lane.name}.routing",
                Text(f"没有决策表“{lane.routing}”{told.zh}", f'There is no decision table "{lane.routing}"{told.en}'),
            )
    for file, table in folder.tables.items():
        if file not in used:
            text = Text("没有泳道使用这张决策表。", "No lane uses this decision table.")
            yield CheckFinding(file, "", text)
        for column in table.inputs:
            yield from _input(file, table, column, folder, diagram)
        yield from _answers(file, table)
        yield from _rows(file, table)


def _input(file: str, table: DecisionTable, column: Input, folder: Folder, diagram: Diagram) -> Iterator[CheckFinding]:
    """An input is a field of a form; the texts it is compared with are among the field's choices."""
    tasks = {node.id: node for node in diagram.nodes.values() if node.kind == "userTask"}
    if column.step not in tasks:
        told = suggestion(column.step, tasks)
        text = Text(f"没有环节“{column.step}”{told.zh}", f'There is no step "{column.step}"{told.en}')
        yield CheckFinding(file, column.id, text)
        return
    form = folder.forms.get(tasks[column.step].form or "")
    fields = form.schema.get("properties", {}) if form is not None else {}
    if column.field not in fields:
        told = suggestion(column.field, fields)
        text = Text(
            f"环节“{column.step}”的表单没有“{column.field}”{told.zh}",
            f'The form of "{column.step}" has no field "{column.field}"{told.en}',
        )
        yield CheckFinding(file, column.id, text)
        return
    choices = [choice.get("const") for choice in fields[column.field].get("oneOf", ())]
    place = table.inputs.index(column)
    for rule in table.rules if choices else ():
        for literal in rule.tests[place].literals:
            if literal not in choices:
                told = suggestion(literal, [str(choice) for choice in choices])
                text = Text(
                    f"“{column.field}”没有选项“{literal}”{told.zh}",
                    f'"{column.field}" has no choice "{literal}"{told.en}',
                )
                yield CheckFinding(file, rule.id, text)


def _answers(file: str, table: DecisionTable) -> Iterator[CheckFinding]:
    for rule in table.rules:
        if rule.answer not in RELATIONS:
            told = suggestion(rule.answer, RELATIONS)
            text = Text(f"“{rule.answer}”不是机关关系{told.zh}", f'"{rule.answer}" is no relation{told.en}')
            yield CheckFinding(file, rule.id, text)


def _rows(file: str, table: DecisionTable) -> Iterator[CheckFinding]:
    """UNIQUE: no two rows hold at once. FIRST: every row is reached by something. Tried with every value that matters."""
    points = [_points(table, place) for place in range(len(table.inputs))]
    if prod(len(values) for values in points) > MOST_COMBINATIONS:
        text = Text("决策表的条件组合太多，请拆小。", "The table has too many combinations: make it smaller.")
        yield CheckFinding(file, "", text)
        return
    reached: set[str] = set()
    overlapping: set[str] = set()
    for values in product(*points):
        hits = [rule.id for rule in table.rules if rule.hits(values)]
        reached.update(hits[:1])
        overlapping.update(hits[1:])
    for rule in table.rules:
        if table.policy == "UNIQUE" and rule.id in overlapping:
            text = Text(
                "与前面的规则重叠；UNIQUE 的规则不能同时成立，或者改用 FIRST。",
                "It overlaps with a row above; rows of a UNIQUE table exclude each other, or use FIRST.",
            )
            yield CheckFinding(file, rule.id, text)
        elif rule.id not in reached:
            text = Text(
                "前面的规则已包括这一行，永远用不到。", "Rows above take everything: this one is never reached."
            )
            yield CheckFinding(file, rule.id, text)


def _points(table: DecisionTable, place: int) -> tuple[Value, ...]:
    """Every value of an input at which an answer may change."""
    named = (point for rule in table.rules for point in rule.tests[place].points())
    return tuple({(type(value), value): value for value in (*_OTHER, *named)}.values())
