"""Filters kept under a name, alone or with colleagues."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests import make
from tests.monitor.conftest import Watch
from workflows.errors import Invalid, NotFound
from workflows.monitor import saved
from workflows.monitor.saved import Kept
from workflows.storage.organisations import Organisation, Post, Role
from workflows.storage.watching import SavedFilter


def county(watch: Watch) -> int:
    with watch.office.db.read() as session:
        return session.scalars(select(Organisation.id).where(Organisation.code == "U-C")).one()


def keep(watch: Watch, who: str, name: str, query: str = "late=fatal", share: int | None = None) -> SavedFilter:
    with watch.office.db.write() as session:
        actor = watch.actor(session, who)
        return saved.keep(
            session, actor, page="monitor", name=name, query=query, share_with=share, now=watch.office.now
        )


def seen(watch: Watch, who: str) -> list[Kept]:
    with watch.office.db.read() as session:
        return list(saved.filters(session, watch.actor(session, who), "monitor", watch.office.today))


def forget(watch: Watch, who: str, filter_id: int) -> Any:
    with watch.office.db.write() as session:
        return saved.forget(session, watch.actor(session, who), filter_id, "monitor", watch.office.today)


def test_ones_own_is_ones_own(watch: Watch) -> None:
    keep(watch, "superior_manager", "超期的")
    assert [(kept.filter.name, kept.own) for kept in seen(watch, "superior_manager")] == [("超期的", True)]
    assert seen(watch, "superior_leader") == seen(watch, "other_manager") == []


def test_a_shared_one_is_seen_by_the_colleagues_and_nobody_else(watch: Watch) -> None:
    keep(watch, "superior_manager", "超期的", share=county(watch))
    (kept,) = seen(watch, "superior_leader")
    assert (kept.own, kept.left, kept.may_delete) == (False, False, False)
    assert seen(watch, "province_manager") == seen(watch, "zone_leader") == []


def test_the_same_name_replaces_the_filter(watch: Watch) -> None:
    keep(watch, "superior_manager", " 常看 ", "late=fatal")
    keep(watch, "superior_manager", "常看", "kind=paper")
    assert [kept.filter.query for kept in seen(watch, "superior_manager")] == ["kind=paper"]


def test_one_of_somebody_who_has_left_stays_usable_and_says_so(watch: Watch) -> None:
    keep(watch, "superior_manager", "超期的", share=county(watch))
    with watch.office.db.write() as session:
        session.execute(
            update(Post)
            .where(Post.person_id == watch.office.world.people["superior_manager"])
            .values(valid_to=watch.office.today - timedelta(days=1))
        )
        make.make_post(session, session.get_one(Organisation, county(watch)), role=Role.MANAGER)
    (kept,) = seen(watch, "superior_leader")
    assert (kept.filter.query, kept.left, kept.may_delete) == ("late=fatal", True, True)
    forget(watch, "superior_leader", kept.filter.id)
    assert seen(watch, "superior_leader") == []


def test_only_the_owner_deletes(watch: Watch) -> None:
    kept = keep(watch, "superior_manager", "超期的", share=county(watch))
    for who in ("superior_leader", "other_manager"):
        with pytest.raises(NotFound):
            forget(watch, who, kept.id)
    forget(watch, "superior_manager", kept.id)
    assert seen(watch, "superior_manager") == []


@pytest.mark.parametrize("name", ["", "  ", "长" * 41])
def test_a_name_is_needed_and_not_too_long(watch: Watch, name: str) -> None:
    with pytest.raises(Invalid):
        keep(watch, "superior_manager", name)


def test_it_cannot_be_shared_with_somebody_elses_organisation(watch: Watch) -> None:
    with pytest.raises(Invalid):
        keep(watch, "other_manager", "超期的", share=county(watch))
