"""Deciding together: 会签, 或签, 依次, 票签. The arithmetic, and cases that run by it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select

from tests import make
from tests.cases.conftest import FOLDERS, MONDAY, Office
from workflows import catalogue
from workflows.cases import together
from workflows.engine.checks import check
from workflows.engine.operations import registry
from workflows.engine.settings import Together
from workflows.errors import Conflict, Forbidden, Invalid, NotFound
from workflows.storage.consulting import Opinion, OpinionStatus, Verdict
from workflows.storage.organisations import Organisation

HALF = Together("vote", ("leader",), Fraction(1, 2), None, "approve", "return")
TWO_THIRDS = Together("vote", ("leader",), None, Fraction(2, 3), "approve", "return")
ALL = Together("all", ("leader",), None, None, "approve", "return")
ANY = Together("any", ("leader",), None, None, "approve", "return")
verdicts = st.lists(st.sampled_from(["", Verdict.AGREE, Verdict.REFUSE, Verdict.ABSTAIN]), max_size=40)


# ---- the arithmetic -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deciding", "entitled", "agreed", "passed"),
    [
        (HALF, 4, 2, False),  # half is not more than half
        (HALF, 4, 3, True),
        (HALF, 5, 3, True),
        (TWO_THIRDS, 3, 2, True),  # two thirds and more includes two thirds
        (TWO_THIRDS, 187, 124, False),
        (TWO_THIRDS, 187, 125, True),
        (ALL, 3, 3, True),
        (ALL, 3, 2, False),
    ],
)
def test_thresholds_are_exact(deciding: Together, entitled: int, agreed: int, passed: bool) -> None:
    counted = together.Tally(entitled, agreed, entitled - agreed, 0)
    assert together.result(deciding, counted) is passed


def test_an_abstention_counts_as_not_in_favour() -> None:
    assert together.result(HALF, together.tally([Verdict.AGREE, Verdict.ABSTAIN])) is False
    assert together.result(HALF, together.tally([Verdict.AGREE, Verdict.AGREE, Verdict.ABSTAIN])) is True


@given(verdicts, st.sampled_from([HALF, TWO_THIRDS, ALL, ANY]))
def test_a_result_is_told_only_when_nothing_said_later_could_change_it(said: list[str], deciding: Together) -> None:
    known = together.result(deciding, together.tally(said))
    open_places = [place for place, verdict in enumerate(said) if not verdict]
    if known is not None and open_places and deciding is not ANY:
        for rest in (Verdict.AGREE, Verdict.REFUSE):
            later = [verdict or rest for verdict in said]
            assert together.result(deciding, together.tally(later)) is known


@given(verdicts, st.sampled_from([HALF, TWO_THIRDS, ALL]))
def test_a_vote_is_open_only_while_it_could_go_both_ways(said: list[str], deciding: Together) -> None:
    if said and together.result(deciding, together.tally(said)) is None:
        ends = {
            together.result(deciding, together.tally([verdict or rest for verdict in said]))
            for rest in (Verdict.AGREE, Verdict.REFUSE)
        }
        assert ends == {True, False}


@given(verdicts.filter(bool), st.sampled_from([HALF, TWO_THIRDS]))
def test_one_more_in_favour_never_harms(said: list[str], deciding: Together) -> None:
    rank = {False: 0, None: 1, True: 2}
    for place, verdict in enumerate(said):
        if verdict != Verdict.AGREE:
            better = [*said[:place], Verdict.AGREE, *said[place + 1 :]]
            before, after = (together.result(deciding, together.tally(v)) for v in (said, better))
            assert rank[after] >= rank[before]


# ---- cases ----------------------------------------------------------------------------------------------------------


def deciding(office: Office, tmp_path: Path, way: str, roles: str = '"leader"', members: int = 3) -> list[str]:
    """The procedure `review`, whose review several people of the superior union decide; who they are, in order."""
    folder = tmp_path / "review"
    folder.mkdir()
    for file in (FOLDERS / "review").rglob("*"):
        if file.is_file():
            target = folder / file.relative_to(FOLDERS / "review")
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(file.read_bytes())
    with (folder / "procedure.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[steps.review.together]\n{way}\nroles = [{roles}]\nagree = "approve"\nrefuse = "return"\n')
    people = ["superior_leader", "superior_leader_2"]
    with office.db.write() as session:
        county = session.scalars(select(Organisation).where(Organisation.code == "U-C")).one()
        for number in range(members - 2):
            person = make.make_person(session, f"郑委员{number:02d}")
            make.make_post(session, person=person, organisation=county, role="leader")
            office.world.people[f"member_{number}"] = person.id  # type: ignore[index]
            people.append(f"member_{number}")
        catalogue.publish(session, None, folder, MONDAY)
    office.start()
    office.decide("zone_secretary", "file")
    return people


def say(office: Office, who: str, verdict: str, text: str = "", **more: object) -> Opinion:
    with office.db.read() as session:
        wanted = select(Opinion.id).where(
            Opinion.task_id == office.task_id("review"), Opinion.person_id == office.world.people[who]
        )
        number = session.scalars(wanted.order_by(Opinion.id.desc())).first() or 0
    given: Opinion = office.act("give_opinion", who, number, verdict=verdict, text=text, **more)
    return given


def rows(office: Office) -> list[Opinion]:
    with office.db.read() as session:
        query = (
            select(Opinion).where(Opinion.task_id == office.task_id("review")).order_by(Opinion.position, Opinion.id)
        )
        return list(session.scalars(query))


def test_all_must_agree_and_the_case_goes_on_when_they_do(office: Office, tmp_path: Path) -> None:
    people = deciding(office, tmp_path, 'way = "all"')
    for who in people[:-1]:
        say(office, who, "agree")
        assert "review" in office.waits()
    say(office, people[-1], "agree", "同意")
    assert office.waits() == ["opinion"]
    task = office.task("review")
    assert task.outcome == "approve"
    assert "应到 3 人，同意 3 人" in task.opinion


def test_one_refusal_of_a_group_that_must_agree_refuses_and_asks_nobody_else(office: Office, tmp_path: Path) -> None:
    people = deciding(office, tmp_path, 'way = "all"')
    say(office, people[0], "refuse", "材料不全")
    task = office.task("review")
    assert task.outcome == "return"
    assert "材料不全" in task.opinion
    assert [row.status for row in rows(office)].count(OpinionStatus.CLOSED) == 2
    with pytest.raises(Conflict):
        say(office, people[1], "agree")


def test_any_one_decides_for_the_group(office: Office, tmp_path: Path) -> None:
    people = deciding(office, tmp_path, 'way = "any"')
    say(office, people[1], "agree")
    assert office.task("review").outcome == "approve"


def test_in_order_means_that_the_second_waits_for_the_first(office: Office, tmp_path: Path) -> None:
    people = deciding(office, tmp_path, 'way = "in_order"')
    first, second = (row.person_id for row in rows(office)[:2])
    by_id = {office.world.people[who]: who for who in people}
    with pytest.raises(Conflict):
        say(office, by_id[second], "agree")
    say(office, by_id[first], "agree")
    say(office, by_id[second], "agree")
    assert "review" in office.waits()


def test_bodies_that_take_part_decide_together(office: Office, tmp_path: Path) -> None:
    """会签 of the superior union and the Party work committee."""
    people = deciding(office, tmp_path, 'way = "all"', roles='"leader", "party_committee.leader"', members=2)
    for who in people:
        say(office, who, "agree")
    assert "review" in office.waits()
    say(office, "party_leader", "agree")
    assert "review" not in office.waits()


def test_a_vote_closes_as_soon_as_its_result_is_certain(office: Office, tmp_path: Path) -> None:
    people = deciding(office, tmp_path, 'way = "vote"\nmore_than = "1/2"', members=5)
    for who in people[:2]:
        say(office, who, "agree")
    assert "review" in office.waits()
    say(office, people[2], "agree")
    assert office.task("review").outcome == "approve"
    assert sum(row.status == OpinionStatus.CLOSED for row in rows(office)) == 2


def test_abstaining_is_for_votes_alone_and_refusing_needs_a_reason(office: Office, tmp_path: Path) -> None:
    people = deciding(office, tmp_path, 'way = "all"')
    with pytest.raises(Invalid) as caught:
        say(office, people[0], "abstain")
    assert [m.path for m in caught.value.mistakes] == ["/verdict"]
    with pytest.raises(Invalid) as caught:
        say(office, people[0], "refuse")
    assert [m.path for m in caught.value.mistakes] == ["/text"]


def test_nobody_decides_alone_what_several_decide(office: Office, tmp_path: Path) -> None:
    deciding(office, tmp_path, 'way = "all"')
    with pytest.raises((Forbidden, NotFound, Conflict)):
        office.decide("superior_leader", "review", "approve")
    with pytest.raises((Forbidden, NotFound, Conflict)):
        office.act("claim", "superior_leader", office.task_id("review"))


def test_only_those_named_speak_and_each_once(office: Office, tmp_path: Path) -> None:
    people = deciding(office, tmp_path, 'way = "all"')
    mine = next(r.id for r in rows(office) if r.person_id == office.world.people[people[0]])
    with pytest.raises(Forbidden):
        office.act("give_opinion", "party_leader", mine, verdict="agree", text="")
    with pytest.raises(NotFound):
        office.act("give_opinion", "other_zone_secretary", mine, verdict="agree", text="")
    say(office, people[0], "agree", key="once")
    assert say(office, people[0], "agree", key="once").id == mine  # sent twice, it counts once
    with pytest.raises(Conflict):
        say(office, people[0], "agree", key="again")


def test_whoever_made_the_request_is_not_named(office: Office, tmp_path: Path) -> None:
    with office.db.write() as session:
        county = session.scalars(select(Organisation).where(Organisation.code == "U-C")).one()
        make.make_post(
            session,
            person=session.get_one(make.Person, office.world.people["zone_secretary"]),
            organisation=county,
            role="leader",
        )
    people = deciding(office, tmp_path, 'way = "all"')
    named = {row.person_id for row in rows(office)}
    assert named == {office.world.people[who] for who in people}


def test_a_hundred_people_cost_one_insert(office: Office, tmp_path: Path) -> None:
    inserts: list[str] = []

    def count(_connection, _cursor, statement, *_more):  # type: ignore[no-untyped-def]
        if statement.startswith("INSERT INTO opinions"):
            inserts.append(statement)

    event.listen(office.db.engine, "before_cursor_execute", count)
    deciding(office, tmp_path, 'way = "vote"\nat_least = "2/3"', members=100)
    event.remove(office.db.engine, "before_cursor_execute", count)
    assert len(inserts) == 1
    assert len(rows(office)) == 100


def test_a_leader_takes_somebody_off_the_group_with_a_reason(office: Office, tmp_path: Path) -> None:
    people = deciding(office, tmp_path, 'way = "all"')
    say(office, people[0], "agree")
    say(office, people[1], "agree")
    away = next(r.id for r in rows(office) if r.person_id == office.world.people[people[2]])
    with pytest.raises(Invalid):
        office.act("take_back_question", people[0], away)
    office.act("take_back_question", people[0], away, reason="出差")
    assert office.task("review").outcome == "approve"


def test_a_group_follows_its_posts_when_somebody_asks_for_it(office: Office, tmp_path: Path) -> None:
    people = deciding(office, tmp_path, 'way = "all"')
    with office.db.write() as session:
        county = session.scalars(select(Organisation).where(Organisation.code == "U-C")).one()
        newcomer = make.make_person(session, "新来的")
        make.make_post(session, person=newcomer, organisation=county, role="leader")
        gone = session.scalars(select(make.Post).where(make.Post.person_id == office.world.people[people[2]])).one()
        gone.valid_to = make.LONG_AGO
        newcomer_id = newcomer.id
    office.act("renew_group", people[0], office.task_id("review"))
    status = {row.person_id: row.status for row in rows(office)}
    assert status[office.world.people[people[2]]] == OpinionStatus.TAKEN_BACK
    assert status[newcomer_id] == OpinionStatus.OPEN


def test_withdrawing_the_case_closes_what_was_asked(office: Office, tmp_path: Path) -> None:
    deciding(office, tmp_path, 'way = "all"')
    office.act("withdraw", "zone_secretary", office.case_id, reason="改期")
    assert {row.status for row in rows(office)} == {OpinionStatus.CLOSED}


# ---- procedure.toml -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('way = "vote"\nroles = ["leader"]\nagree = "approve"\nrefuse = "return"', "more_than"),
        ('way = "all"\nmore_than = "1/2"\nroles = ["leader"]\nagree = "approve"\nrefuse = "return"', "more_than"),
        ('way = "vote"\nmore_than = "3/2"\nroles = ["leader"]\nagree = "approve"\nrefuse = "return"', "1/2"),
        ('way = "all"\nroles = []\nagree = "approve"\nrefuse = "return"', "role"),
        ('way = "all"\nroles = ["leader"]\nagree = "return"\nrefuse = "approve"', "agree"),
        ('way = "most"\nroles = ["leader"]\nagree = "approve"\nrefuse = "return"', "most"),
    ],
)
def test_a_group_that_is_set_wrongly_is_refused_with_the_reason(written: str, told: str) -> None:
    folder = FOLDERS / "review"
    files = {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}
    files["procedure.toml"] += f"\n[steps.review.together]\n{written}\n".encode()
    found = [f for f in check(files, registry()) if "together" in f.element or "together" in f.reason.en]
    assert any(told in f.reason.en for f in found), found
