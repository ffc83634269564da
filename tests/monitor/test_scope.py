"""A manager sees what lies under the own organisation, and nobody else's."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from tests.monitor.conftest import Watch
from workflows.errors import NotFound
from workflows.monitor import history
from workflows.monitor.figures import figures
from workflows.monitor.history import Past
from workflows.storage.organisations import Organisation


def test_everything_below_is_in_view_and_another_county_sees_nothing_of_it(reviewing: Watch) -> None:
    assert reviewing.steps("superior_manager") == ["opinion", "review"]
    assert reviewing.steps("province_manager") == ["opinion", "review"]
    assert reviewing.steps("other_manager") == []
    assert reviewing.tiles("other_manager").waits == 0


def test_a_leader_of_a_zone_sees_that_zone_alone(reviewing: Watch) -> None:
    reviewing.office.start("other_zone_secretary")
    assert reviewing.steps("zone_leader") == ["opinion", "review"]
    assert reviewing.steps("superior_manager") == ["file", "opinion", "review"]


@pytest.mark.parametrize("who", ["administrator", "zone_secretary", "superior_clerk"])
def test_without_a_managers_or_leaders_post_there_is_no_monitor(reviewing: Watch, who: str) -> None:
    with reviewing.office.db.read() as session, pytest.raises(NotFound):
        reviewing.scope(session, who)


def test_a_leader_of_a_body_beside_the_union_tree_sees_an_empty_monitor(reviewing: Watch) -> None:
    assert reviewing.steps("party_leader") == []


def test_what_moves_under_another_union_changes_view_at_once(reviewing: Watch) -> None:
    with reviewing.office.db.write() as session:
        other = session.query(Organisation).filter_by(name="汝阳县总工会").one()
        session.execute(update(Organisation).where(Organisation.code == "Z-1").values(parent_id=other.id))
    assert reviewing.steps("superior_manager") == []
    assert reviewing.steps("other_manager") == ["opinion", "review"]


def test_the_figures_and_the_lists_behind_them_keep_to_the_same_view(reviewing: Watch) -> None:
    with reviewing.office.db.read() as session:
        for who, visits, cases in (("superior_manager", 3, 1), ("other_manager", 0, 0)):
            scope = reviewing.scope(session, who)
            assert history.visits(session, scope, Past(), 1).total == visits
            assert history.cases(session, scope, Past(), 1).total == cases
            assert sum(each.count for each in figures(session, scope).visits.values()) == visits
