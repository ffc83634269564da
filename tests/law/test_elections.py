"""Quorum, majority, nominees and ballots, on the borders where they turn (R-312, R-313, R-322, R-323)."""

from __future__ import annotations

import pytest

from workflows.law import elections


@pytest.mark.parametrize(
    ("due", "quorum", "majority"), [(186, 124, 94), (187, 125, 94), (188, 126, 95), (7, 5, 4), (1, 1, 1)]
)
def test_quorum_is_two_thirds_and_majority_more_than_half_of_those_who_should_attend(
    due: int, quorum: int, majority: int
) -> None:
    assert elections.quorum(due) == quorum
    assert elections.majority(due) == majority


@pytest.mark.parametrize(("seats", "nominees"), [(3, 4), (7, 8), (20, 21), (21, 23), (40, 42), (41, 44)])
def test_at_least_one_more_and_five_per_cent_more_stand_than_there_are_seats(seats: int, nominees: int) -> None:
    assert elections.least_nominees(seats) == nominees


@pytest.mark.parametrize(("returned", "counts"), [(149, True), (150, True), (151, False)])
def test_an_election_with_more_ballots_returned_than_issued_is_void(returned: int, counts: bool) -> None:
    assert elections.ballots_count(150, returned) is counts
