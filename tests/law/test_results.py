"""Who is elected: what holds for every count (R-322–R-324), and the ballots after the first."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.errors import Invalid
from workflows.law.counts import Count, Votes, ballot, differences
from workflows.law.elections import majority, quorum
from workflows.law.protocol import protocol
from workflows.law.results import Result, Verdict, decide, decide_further, decide_tie, reduce_seats
from workflows.law.rule_sets import rule_set

RULES = rule_set().parameters
NAMES = "甲乙丙丁戊己庚辛壬癸"


@st.composite
def counts(draw: st.DrawFn) -> Count:
    """Any possible count, lawful or not."""
    due = draw(st.integers(1, 60))
    attending = draw(st.integers(0, due) | st.integers(quorum(due), due))
    issued = draw(st.integers(0, attending) | st.just(attending))
    returned = draw(st.integers(0, issued + 2) | st.just(issued))
    invalid = draw(st.integers(0, min(returned, 3)))
    seats = draw(st.integers(1, 5))
    valid, left = returned - invalid, (returned - invalid) * seats
    votes = []
    for name in NAMES[: draw(st.integers(0, 8))]:
        in_favour = draw(st.integers(0, min(valid, left)) | st.just(min(valid, left)))
        left -= in_favour
        against = draw(st.integers(0, valid - in_favour))
        votes.append(Votes(name, in_favour, against, valid - in_favour - against))
    return Count(due, attending, seats, issued, returned, tuple(votes), invalid)


@given(counts())
def test_never_more_elected_than_seats_and_nobody_below_the_majority(count: Count) -> None:
    result = decide(count, RULES)
    got = {votes.name: votes.in_favour for votes in count.votes}
    assert len(result.elected) <= count.seats
    assert all(got[name] >= majority(count.due) for name in (*result.elected, *result.tied))
    assert len(set(result.elected)) == len(result.elected)
    assert not set(result.elected) & set(result.tied)
    if result.verdict in (Verdict.VOID, Verdict.NO_QUORUM):
        assert not result.elected
    else:
        assert len(result.elected) + result.open_seats == count.seats


@given(counts(), st.randoms(use_true_random=False))
def test_the_order_of_the_names_makes_no_difference(count: Count, random: object) -> None:
    shuffled = list(count.votes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert decide(replace(count, votes=tuple(shuffled)), RULES).to_json() == decide(count, RULES).to_json()


@given(counts())
def test_one_more_vote_never_costs_the_seat(count: Count) -> None:
    before = decide(count, RULES)
    if sum(votes.in_favour for votes in count.votes) == count.valid * count.seats:
        return  # nobody can have one more
    for votes in count.votes:
        if not votes.against:
            continue
        better = replace(votes, in_favour=votes.in_favour + 1, against=votes.against - 1)
        changed = tuple(better if entry is votes else entry for entry in count.votes)
        after = decide(replace(count, votes=changed), RULES)
        if votes.name in before.elected:
            assert votes.name in after.elected
        if votes.name in before.tied:
            assert votes.name in (*after.elected, *after.tied)


@given(counts())
def test_whoever_is_left_out_had_no_more_votes_than_anybody_elected(count: Count) -> None:
    result = decide(count, RULES)
    got = {votes.name: votes.in_favour for votes in count.votes}
    lowest = min((got[name] for name in result.elected), default=count.due + 1)
    assert all(votes < lowest for name, votes in got.items() if name not in result.elected)


@given(st.integers(1, 10**9))
def test_quorum_is_exactly_two_thirds_and_majority_exactly_more_than_half(due: int) -> None:
    assert Fraction(quorum(due), due) >= Fraction(2, 3) > Fraction(quorum(due) - 1, due)
    assert Fraction(majority(due), due) > Fraction(1, 2) >= Fraction(majority(due) - 1, due)


@given(st.integers(1, 10**6))
def test_at_exact_thirds_and_halves(third: int) -> None:
    assert quorum(3 * third) == 2 * third
    assert majority(2 * third) == third + 1


def held(votes: dict[str, int], seats: int, *, due: int = 187, attending: int = 150, **more: int) -> Count:
    returned = more.pop("returned", attending)
    people = tuple(Votes(name, got) for name, got in votes.items())
    return Count(due, attending, seats, attending, returned, people, **more)


# ---- impossible counts are refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"attending": 188, "issued": 188}, "/attending"),
        ({"issued": 151}, "/issued"),
        ({"invalid": 151}, "/invalid"),
        ({"due": 0}, "/due"),
        ({"seats": 0}, "/seats"),
        ({"returned": -1}, "/returned"),
        ({"votes": (Votes("A", 151),)}, "/votes/0/in_favour"),
        ({"votes": (Votes("A", -1),)}, "/votes/0/in_favour"),
        ({"votes": (Votes("A", 100, 40, 9),)}, "/votes/0/abstained"),
        ({"votes": (Votes("A", 100, 51, 0),)}, "/votes/0/in_favour"),
        ({"votes": (Votes("A", 9), Votes(" A", 8))}, "/votes/1/name"),
        ({"votes": (Votes(" ", 9),)}, "/votes/0/name"),
        ({"votes": tuple(Votes(name, 101) for name in "ABC")}, "/votes"),
    ],
)
def test_impossible_counts_are_refused_where_they_are(change: dict[str, object], path: str) -> None:
    possible = Count(187, 150, 2, 150, 150, (Votes("A", 100),))
    with pytest.raises(Invalid) as refused:
        replace(possible, **change)  # type: ignore[arg-type]
    assert path in {mistake.path for mistake in refused.value.mistakes}
    assert all(mistake.message.zh and mistake.message.en for mistake in refused.value.mistakes)


def test_every_mistake_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        Count(100, 120, 0, 120, 120, (Votes("A", 130),))
    assert {mistake.path for mistake in refused.value.mistakes} >= {"/attending", "/seats", "/votes/0/in_favour"}


# ---- ballots after the first --------------------------------------------------------------------------------------


@pytest.fixture
def tie() -> Result:
    return decide(held({"A": 110, "B": 95, "C": 95, "D": 95, "E": 20}, 3), RULES)


def test_a_tie_leaves_the_seats_at_the_cut_open(tie: Result) -> None:
    assert (tie.elected, tie.tied, tie.open_seats) == (("A",), ("B", "C", "D"), 2)


def test_more_votes_win_the_vote_among_the_tied_without_another_majority(tie: Result) -> None:
    result = decide_tie(tie, held({"B": 50, "C": 60, "D": 40}, 2), RULES)
    assert result.verdict is Verdict.ELECTED
    assert result.elected == ("A", "C", "B")


def test_a_second_tie_is_voted_on_again(tie: Result) -> None:
    second = decide_tie(tie, held({"B": 50, "C": 60, "D": 50}, 2), RULES)
    assert (second.verdict, second.elected, second.tied, second.open_seats) == (Verdict.TIE, ("A", "C"), ("B", "D"), 1)
    assert decide_tie(second, held({"B": 70, "D": 71}, 1), RULES).elected == ("A", "C", "D")


def test_a_void_vote_among_the_tied_leaves_everything_as_it_was(tie: Result) -> None:
    result = decide_tie(tie, held({"B": 50, "C": 60, "D": 40}, 2, returned=151), RULES)
    assert (result.verdict, result.elected, result.tied, result.open_seats) == (
        Verdict.VOID,
        tie.elected,
        tie.tied,
        tie.open_seats,
    )
    assert decide_tie(result, held({"B": 50, "C": 60, "D": 40}, 2), RULES).verdict is Verdict.ELECTED


def test_nobody_else_is_voted_on_and_for_no_other_number_of_seats(tie: Result) -> None:
    for votes, seats in (({"B": 50, "C": 60}, 2), ({"B": 5, "C": 6, "E": 4}, 2), ({"B": 5, "C": 6, "D": 4}, 1)):
        with pytest.raises(Invalid):
            decide_tie(tie, held(votes, seats), RULES)


def test_a_shortage_is_met_by_a_further_election() -> None:
    short = decide(held({"A": 100, "B": 98, "C": 60}, 3), RULES, members=187)
    assert (short.verdict, short.elected, short.open_seats) == (Verdict.SHORTAGE, ("A", "B"), 1)
    assert decide_further(short, held({"C": 94, "D": 30}, 1), RULES).elected == ("A", "B", "C")
    still = decide_further(short, held({"C": 93, "D": 30}, 1), RULES)
    assert (still.verdict, still.elected, still.open_seats) == (Verdict.SHORTAGE, ("A", "B"), 1)
    with pytest.raises(Invalid):
        decide_further(short, held({"A": 94}, 1), RULES)


def test_fewer_seats_only_close_to_the_number_within_the_band_and_by_majority() -> None:
    six = decide(held(dict.fromkeys("ABCDEF", 100), 7), RULES, members=187)
    assert six.reducible_to == 6
    assert reduce_seats(six, 94, 150, RULES).verdict == "reduced"
    assert reduce_seats(six, 93, 150, RULES).verdict == "not_reduced"
    assert any("20" in flag.zh or "约定" in flag.zh for flag in six.finding.flags)
    five = decide(held(dict.fromkeys("ABCDE", 100), 7), RULES, members=187)
    assert five.reducible_to is None  # 2 of 7 are more than one seat and more than 20 %
    assert reduce_seats(five, 150, 150, RULES).verdict == "not_reduced"
    below = decide(held(dict.fromkeys("AB", 100), 3), RULES, members=187)
    assert below.reducible_to is None  # never below three
    other_body = decide(held(dict.fromkeys("ABCDEF", 100), 7), RULES)
    assert other_body.reducible_to is None


def test_a_person_who_was_written_in_is_elected_like_anybody_else() -> None:
    count = Count(187, 150, 1, 150, 150, (Votes("A", 30, 120, 0), Votes("Z", 110, written_in=True)))
    result = decide(count, RULES)
    assert result.elected == ("Z",)
    assert any("另选" in reason.zh for reason in result.finding.reasons)


def test_a_finding_survives_being_stored() -> None:
    finding = decide(held({"A": 100}, 1), RULES).finding
    assert type(finding).from_json(finding.to_json()).to_json() == finding.to_json()


# ---- single ballots, two parties, the protocol ----------------------------------------------------------------------


def test_write_ins_count_towards_the_seats() -> None:
    assert ballot(2, 1, 3, RULES).verdict == "valid"
    assert ballot(2, 2, 3, RULES).verdict == "invalid"
    assert ballot(0, 0, 3, RULES, readable=False).verdict == "unclear"
    with pytest.raises(Invalid):
        ballot(-1, 0, 3, RULES)


def test_what_counters_and_scrutineers_found_differently_is_listed() -> None:
    one = Count(187, 150, 2, 150, 150, (Votes("张三", 100), Votes("李四", 98)))
    other = Count(187, 150, 2, 150, 149, (Votes("李 四", 97), Votes("王五", 1)))
    found = {(d.path, d.counted, d.confirmed) for d in differences(one, other)}
    assert found == {
        ("/returned", 150, 149),
        ("/votes/李四/in_favour", 98, 97),
        ("/votes/张三", "张三", None),
        ("/votes/王五", None, "王五"),
    }
    assert differences(one, replace(one, votes=one.votes[::-1])) == ()


def test_the_protocol_shows_its_arithmetic_and_lists_people_by_surname_strokes() -> None:
    votes = (Votes("赵六", 60, 80, 9), Votes("王五", 100, 40, 9), Votes("丁一", 99, 41, 9))
    sheet = protocol(decide(Count(187, 150, 2, 150, 150, votes, invalid=1), RULES))
    assert [row.name for row in sheet.rows] == ["丁一", "王五", "赵六"]
    assert [row.outcome.zh for row in sheet.rows] == ["当选", "当选", "未当选"]
    assert {row.total for row in sheet.rows} == {149}
    shown = {line.what.zh: (line.how, line.value, line.holds) for line in sheet.lines}
    assert shown["法定人数"] == ("⌈2×187÷3⌉ = ⌈374÷3⌉", 125, None)
    assert shown["当选所需票数"] == ("⌊187÷2⌋ + 1", 94, None)
    assert shown["有效票"] == ("150 − 1", 149, None)
    assert shown["实到会人数"] == ("150 > 125", 150, True)
    assert "丁一、王五" in sheet.conclusion.zh
    assert sheet.to_json()["rows"][0]["outcome"] == {"zh": "当选", "en": "elected"}
