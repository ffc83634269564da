"""The log as XES.

The schema of IEEE 1849-2016 belongs to its publisher and is not carried here; what it and the text of the standard ask of
a log is checked rule by rule.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from tests.cases.accounts import give_accounts
from tests.cases.conftest import FOLDERS, Office
from tests.event_log.logs import XES, exported, ocel, read_xes, xes
from tests.procedures.played import play
from workflows import cases, catalogue
from workflows.storage import Database
from workflows.storage.cases import Case
from workflows.storage.organisations import Organisation

TYPES = {
    "string": lambda value: True,
    "date": lambda value: datetime.fromisoformat(value).utcoffset() == timedelta(0),
    "int": lambda value: re.fullmatch(r"-?\d+", value) is not None,
    "boolean": lambda value: value in ("true", "false"),
}
NAME = re.compile(r"[^\W\d][\w.:-]*")
TRANSITIONS = {
    *("schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort", "ate_abort", "complete"),
    *("autoskip", "manualskip", "unknown"),
}
STANDARD = {
    "concept": ("Concept", {"name", "instance"}),
    "lifecycle": ("Lifecycle", {"model", "transition"}),
    "time": ("Time", {"timestamp"}),
    "org": ("Organizational", {"resource", "role", "group"}),
}


def objections(root: Any) -> Iterator[str]:
    """Everything a log does that the standard does not allow."""
    if root.tag != f"{XES}log" or root.get("xes.version") != "1849.2016" or root.get("xes.features") is None:
        yield "no log of this standard"
    order = ["extension", "global", "classifier", *TYPES, "trace"]
    places = [
        min(order.index(_name(child)), order.index("string")) if _name(child) in TYPES else order.index(_name(child))
        for child in root
    ]
    if places != sorted(places):
        yield "the parts of the log are out of order"
    yield from _extension_objections(root)
    for element in root.iter(*(f"{XES}{name}" for name in TYPES)):
        if set(element.attrib) != {"key", "value"} or not NAME.fullmatch(element.get("key")):
            yield f"{element.attrib} is no attribute"
        elif not TYPES[_name(element)](element.get("value")):
            yield f"{element.get('key')}={element.get('value')} is no {_name(element)}"
    declared = {
        scope: {a.get("key"): _name(a) for a in root.find(f"{XES}global[@scope='{scope}']")}
        for scope in ("trace", "event")
    }
    for element in root.iter(f"{XES}trace", f"{XES}event"):
        own = [(child.get("key"), _name(child)) for child in element if _name(child) in TYPES]
        if len({key for key, _ in own}) != len(own):
            yield f"a key occurs twice: {own}"
        if not declared[_name(element)].items() <= dict(own).items():
            yield f"what is global is missing: {own}"
    for classifier in root.iterfind(f"{XES}classifier"):
        if not set(classifier.get("keys").split()) <= declared[classifier.get("scope")].keys():
            yield "a classifier uses what is not global"


def _extension_objections(root: Any) -> Iterator[str]:
    known = {each.get("prefix"): each for each in root.iterfind(f"{XES}extension")}
    for prefix, (name, _) in STANDARD.items():
        uri = f"http://www.xes-standard.org/{prefix}.xesext"
        declared = known.get(prefix)
        if declared is None or (declared.get("name"), declared.get("uri")) != (name, uri):
            yield f"{prefix} is not the extension of the standard"
    for key in {element.get("key") for element in root.iter() if element.get("key")}:
        prefix, _, rest = key.partition(":")
        if prefix not in known:
            yield f"nothing declares {prefix}"
        if prefix in STANDARD and rest not in STANDARD[prefix][1]:
            yield f"the extension {prefix} knows no {rest}"


def _name(element: Any) -> str:
    return str(element.tag).removeprefix(XES)


def test_the_log_is_what_the_standard_asks_for(reviewed: Office) -> None:
    log = xes(reviewed.db)
    assert list(objections(log.root)) == []
    assert {event.transition for trace in log.traces for event in trace.events} <= TRANSITIONS


def test_objections_are_found(reviewed: Office) -> None:
    """The rules above are worth something: each spoilt log is objected to."""
    for spoilt in (
        (b'xes.version="1849.2016"', b'xes.version="1.0"'),
        (b'prefix="org"', b'prefix="orga"'),
        (b"org:resource", b"org:person"),
        (b'"jianhui:adhoc" value="false"', b'"jianhui:adhoc" value="no"'),
        (b'key="lifecycle:transition" value="schedule"', b'key="lifecycle:model" value="schedule"'),
        (b'keys="concept:name"', b'keys="org:role"'),
    ):
        content = exported(reviewed.db, "xes").replace(*spoilt)
        assert list(objections(read_xes(content).root)), spoilt


def test_a_trace_is_a_case_and_tells_what_happened_in_order(reviewed: Office) -> None:
    (trace,) = xes(reviewed.db).traces
    assert trace.number == reviewed.case().number
    told = [(event.name, event.transition) for event in trace.events]
    assert told == [
        ("提出申请", "complete"),
        ("填写申请", "schedule"),
        ("填写申请", "complete"),
        ("审核", "schedule"),
        ("提出意见", "schedule"),
        ("审核", "assign"),
        ("审核", "reassign"),
        ("审核", "reassign"),
        ("要求补正", "complete"),
        ("补正", "schedule"),
        ("补正", "complete"),
        ("审核", "complete"),
    ]
    times = [datetime.fromisoformat(event["time:timestamp"]) for event in trace.events]
    assert times == sorted(times)


def test_an_event_says_who_for_whom_with_what_result_and_until_when(reviewed: Office) -> None:
    (trace,) = xes(reviewed.db).traces
    done = trace.of("task_completed")[-1]
    with reviewed.db.read() as session:
        union = session.scalars(select(Organisation).where(Organisation.code == "U-C")).one()
    assert done["org:resource"].startswith("人员-")
    assert (done["org:role"], done["org:group"]) == ("leader", union.name)
    assert (done["jianhui:outcome"], done["jianhui:outcome_kind"]) == ("同意", "approve")
    assert (done["jianhui:rule"], done["jianhui:element"]) == ("R-422", "review")
    assert done["jianhui:due"] == "2026-03-24T15:59:59.000+00:00"  # the end of the fifteenth day, in Beijing
    assert done["jianhui:target"] == "2026-03-19T15:59:59.000+00:00"
    opened, claimed = trace.of("task_opened")[1], trace.of("task_claimed")[0]
    assert opened["concept:instance"] == claimed["concept:instance"] == done["concept:instance"]


def test_what_no_diagram_draws_is_marked(reviewed: Office) -> None:
    (trace,) = xes(reviewed.db).traces
    adhoc = [event.name for event in trace.events if event.adhoc]
    assert adhoc == ["要求补正", "补正", "补正"]


def test_a_task_that_is_handed_over_is_reassigned(office: Office) -> None:
    give_accounts(office)
    office.start()
    office.decide("zone_secretary", "file")
    task, receiver = office.task_id("review"), office.world.people["superior_leader_2"]
    for giver, to in (("superior_leader", receiver), ("superior_leader_2", office.world.people["superior_leader"])):
        office.act("hand_over", giver, task, to=to, reason="出差")
    (trace,) = xes(office.db).traces
    assert [(e.transition, e.adhoc) for e in trace.of("task_handed_over")] == [("assign", True), ("reassign", True)]


def test_what_a_withdrawn_case_leaves_undone_is_aborted(reviewed: Office) -> None:
    reviewed.act("withdraw", "zone_secretary", reviewed.case_id, reason="改日再办")
    (trace,) = xes(reviewed.db).traces
    assert [(e.name, e.transition) for e in trace.events[-2:]] == [("撤销办件", "complete"), ("提出意见", "pi_abort")]
    assert trace.status == "withdrawn"


def test_an_overtaken_task_is_withdrawn(db: Database) -> None:
    play(db, "chair_consent", "deemed_consent")
    (trace,) = xes(db).traces
    assert {event.transition for event in trace.of("task_closed")} == {"withdraw"}


def test_a_child_case_has_a_trace_of_its_own_and_is_an_activity_of_its_parent(reviewed: Office) -> None:
    with reviewed.db.write() as session:
        session.get_one(Case, reviewed.case_id).status = "completed"  # another case about the zone may begin
    with reviewed.db.write() as session:
        applicant = reviewed.world.applicants["zone_secretary"]
        actor = reviewed.actor(session, "zone_secretary")
        reviewed.case_id = cases.start_case(session, actor, "parent", applicant_id=applicant, now=reviewed.now).id
    reviewed.decide("zone_secretary", "ask")
    reviewed.case_id += 1
    reviewed.decide("zone_secretary", "file")
    reviewed.decide("superior_leader", "review", "approve")
    reviewed.decide("party_leader", "opinion")
    reviewed.decide("superior_leader", "reply")
    _, parent, child = xes(reviewed.db).traces
    calls = [(e.name, e.transition, e["jianhui:outcome"]) for e in parent.events if e["jianhui:element"] == "reviewing"]
    assert calls == [("审核", "start", ""), ("审核", "complete", "办结")]
    assert child.values["jianhui:parent"] == parent.number
    assert parent.end == "完成"
    only_children = xes(reviewed.db, procedure="review").traces
    assert [trace.values.get("jianhui:parent") for trace in only_children] == [
        None,
        None,
    ]  # its parent is not in the log


def test_names_of_activities_are_those_of_the_version_a_case_runs_under(reviewed: Office, tmp_path: Any) -> None:
    folder = tmp_path / "review"
    shutil.copytree(FOLDERS / "review", folder)
    drawn = (folder / "process.bpmn").read_text(encoding="utf-8")
    (folder / "process.bpmn").write_text(drawn.replace('name="填写申请"', 'name="提交材料"'), encoding="utf-8")
    english = (folder / "en.toml").read_text(encoding="utf-8")
    (folder / "en.toml").write_text(english.replace('"填写申请"', '"提交材料"'), encoding="utf-8")
    with reviewed.db.write() as session:
        catalogue.publish(session, None, folder, reviewed.now)
    reviewed.case_id = 0
    reviewed.start("other_zone_secretary")
    first, second = xes(reviewed.db).traces
    assert "填写申请" in {event.name for event in first.events}
    assert [(e.name, e.transition) for e in second.events] == [("提出申请", "complete"), ("提交材料", "schedule")]


def test_nothing_that_people_wrote_is_exported(reviewed: Office) -> None:
    for fmt in ("xes", "ocel"):
        content = exported(reviewed.db, fmt, names=True).decode()
        for written in ("赵六", "王五", "身份证", '建会"', "R-402"):
            assert written not in content, f"{written} stands in the {fmt} log"


def test_a_name_that_xml_cannot_carry_does_not_break_the_log(reviewed: Office) -> None:
    with reviewed.db.write() as session:
        union = session.scalars(select(Organisation).where(Organisation.code == "U-C")).one()
        union.name = "新安\x01县<总>工会\uffff"
    (trace,) = xes(reviewed.db).traces
    assert trace.of("task_completed")[-1]["org:group"] == "新安县<总>工会"
    assert ocel(reviewed.db)["events"]


def test_an_empty_log_is_a_log(office: Office) -> None:
    log = xes(office.db)
    assert log.traces == ()
    assert list(objections(log.root)) == []
