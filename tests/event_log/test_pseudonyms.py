"""People in a log: pseudonyms that stay the same and lead nowhere, names only where the reader may see them."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests.cases.conftest import Office
from tests.event_log.logs import exported, ocel, xes
from workflows.event_log.pseudonyms import People
from workflows.organisations.actors import Actor
from workflows.storage.organisations import Organisation, Person, Post, Role


def resources(office: Office, **wanted: object) -> set[str]:
    return {e["org:resource"] for trace in xes(office.db, **wanted).traces for e in trace.events} - {""}


def manager(office: Office, code: str, role: str = Role.MANAGER) -> Actor:
    """Somebody new with a role in an organisation."""
    with office.db.write() as session:
        organisation = session.scalars(select(Organisation).where(Organisation.code == code)).one()
        person = Person(code=f"M-{code}-{role}", name="齐经理")
        session.add(person)
        session.flush()
        session.add(
            Post(person_id=person.id, organisation_id=organisation.id, role=role, valid_from=organisation.valid_from)
        )
        session.flush()
        office.world.people["new"] = person.id  # type: ignore[index]
        return office.actor(session, "new")


def test_nobody_is_called_by_name(reviewed: Office) -> None:
    with reviewed.db.read() as session:
        people = session.execute(select(Person.name, Person.code)).all()
    for fmt in ("xes", "ocel"):
        content = exported(reviewed.db, fmt).decode()
        assert [known for row in people for known in row if known in content] == []
    assert all(re.fullmatch(r"人员-[a-z2-7]{16}", label) for label in resources(reviewed))


def test_a_person_has_one_pseudonym_in_every_export_of_an_installation(reviewed: Office) -> None:
    first = resources(reviewed)
    assert len(first) == 2
    persons = {each["id"] for each in ocel(reviewed.db, procedure="review")["objects"] if each["type"] == "person"}
    assert persons == first
    assert resources(reviewed, secret="of another installation").isdisjoint(first)


def test_no_two_people_share_a_pseudonym() -> None:
    people = People("for tests only", None, names=False)
    assert len({people.pseudonym(number) for number in range(20_000)}) == 20_000


def test_a_pseudonym_needs_a_secret() -> None:
    with pytest.raises(ValueError, match="secret"):
        People("", None, names=False)


def test_whoever_runs_the_machine_may_have_names_with_codes_beside_them(reviewed: Office) -> None:
    with reviewed.db.read() as session:
        leader = session.get_one(Person, reviewed.world.people["superior_leader"])
    assert f"{leader.name}（{leader.code}）" in resources(reviewed, names=True)


def test_two_people_of_one_name_stay_two(reviewed: Office) -> None:
    with reviewed.db.write() as session:
        for who in ("superior_leader", "zone_secretary"):
            session.get_one(Person, reviewed.world.people[who]).name = "张伟"
    labels = resources(reviewed, names=True)
    assert len(labels) == 2
    assert all(label.startswith("张伟（") for label in labels)


def test_a_manager_reads_the_names_of_the_own_organisations_only(reviewed: Office) -> None:
    """The manager of the zone's office sees its secretary by name, and not the leader of the union above."""
    labels = resources(reviewed, actor=manager(reviewed, "Z-1"), names=True)
    assert {label.split("（")[0] for label in labels if not label.startswith("人员-")} == {"刘芳"}
    assert len([label for label in labels if label.startswith("人员-")]) == 1


def test_a_manager_of_the_union_above_reads_both(reviewed: Office) -> None:
    labels = resources(reviewed, actor=manager(reviewed, "U-C"), names=True)
    assert {label.split("（")[0] for label in labels} == {"刘芳", "王志强"}


def test_an_administrator_may_read_every_name(reviewed: Office) -> None:
    labels = resources(reviewed, actor=manager(reviewed, "S-1", Role.ADMINISTRATOR), names=True)
    assert {label.split("（")[0] for label in labels} == {"刘芳", "王志强"}
