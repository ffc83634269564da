"""Every kind of event that is recorded in a case has its place in the log."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import workflows
from tests.cases.conftest import Office
from tests.cases.test_offline import REPLY, on_paper, scan
from tests.event_log.logs import xes
from workflows import events
from workflows.event_log.kinds import KINDS, TASK_OPENED, Transition, kind_of
from workflows.storage.cases import Case

ROOT = Path(workflows.__file__).parent
IN_OTHER_CHAINS = ("accounts.py", "administration.py", "catalogue.py", "demo", "organisations", "ledger")

__all__ = ["on_paper"]


def recorded() -> Iterator[str]:
    """The kinds that the code records in the chains of cases, where it names them in place."""
    for path in ROOT.rglob("*.py"):
        if path.relative_to(ROOT).parts[0] in IN_OTHER_CHAINS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and not _names_another_chain(node)
                and getattr(node.func, "attr", getattr(node.func, "id", "")) in _RECORDING
            ):
                said = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                yield from [value for value in said if value][:1]


def _names_another_chain(call: ast.Call) -> bool:
    return any(getattr(argument, "attr", "") in ("ADMINISTRATION", "LEDGER") for argument in call.args)


_RECORDING = {"record", "_record"}


def test_every_kind_that_is_recorded_has_a_name() -> None:
    assert {"task_completed", "case_withdrawn", "quorum_assessed", "paper_issued"} <= set(recorded())
    assert set(recorded()) - KINDS.keys() == set()


def test_a_kind_that_is_not_listed_bears_its_own_name(office: Office) -> None:
    office.start()
    with office.db.write() as session:
        case = session.get_one(Case, office.case_id)
        events.record(session, "", "something_new", {"secret": "张三"}, now=office.now, case=case)
    (trace,) = xes(office.db).traces
    assert [(e.name, e.transition) for e in trace.of("something_new")] == [("something_new", "complete")]


def test_what_begins_ends_under_the_same_name() -> None:
    """Only tasks go through the whole lifecycle; what lasts beside them has a start and an end, all else is done at once."""
    beside = {name: kind for name, kind in KINDS.items() if not kind.of_task}
    begun = {kind.activity for kind in beside.values() if kind.transition is Transition.START}
    assert begun == {"子办件", "中止", "督办"}
    assert {kind.transition for kind in beside.values()} == {Transition.START, Transition.COMPLETE}
    assert begun <= {kind.activity for kind in beside.values() if kind.transition is Transition.COMPLETE}
    assert kind_of(TASK_OPENED).transition is Transition.SCHEDULE


@pytest.mark.usefixtures("on_paper")
def test_a_reply_on_paper_is_entered_checked_and_counts(on_paper: Office) -> None:
    scan(on_paper)
    on_paper.act("enter_reply", "zone_secretary", on_paper.task_id("opinion"), **REPLY)
    on_paper.act("reject_reply", "superior_leader", on_paper.task_id("opinion", "confirmation"), reason="文号不符")
    on_paper.act("enter_reply", "zone_secretary", on_paper.task_id("opinion"), **REPLY)
    on_paper.act("confirm_reply", "superior_leader", on_paper.task_id("opinion", "confirmation"))
    (trace,) = xes(on_paper.db).traces
    wanted = ("录入书面回复", "核对书面回复", "提出意见")
    told = [(e.name, e.transition, e["jianhui:outcome"]) for e in trace.events if e.name in wanted]
    assert told == [
        ("提出意见", "schedule", ""),
        ("录入书面回复", "complete", "提交"),
        ("核对书面回复", "schedule", ""),
        ("核对书面回复", "complete", "不予确认"),
        ("录入书面回复", "complete", "提交"),
        ("核对书面回复", "schedule", ""),
        ("核对书面回复", "complete", "确认"),
        ("提出意见", "complete", "提交"),
    ]
    assert not any(event.adhoc for event in trace.events)
