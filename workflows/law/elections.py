"""Elections of a union's first congress: how many must come, how many votes elect, how many must stand (R-301–R-337).

工会基层组织选举工作条例（总工发〔2016〕27号）; R-337 applies it to the unions of development zones and to regional federations.
The base of every fraction is those who *should* attend (应到会人数), never those who came or the valid ballots.
"""

from __future__ import annotations

COMMITTEE_EXTRA_PERCENT = 5
AUDITORS = range(3, 12)  # 3 to 11 members
WOMEN_FOR_COMMITTEE = 10  # from ten women members on a committee, below one member


def quorum(due: int) -> int:
    """R-312: two thirds and more of those who should attend; 187 -> 125."""
    return -(-2 * due // 3)


def majority(due: int) -> int:
    """R-323: more than half of those who should attend; 187 -> 94."""
    return due // 2 + 1


def least_nominees(seats: int) -> int:
    """R-313: seats plus 5 % of them, rounded up, at least one; 7 -> 8."""
    return seats + max(1, -(-seats * COMMITTEE_EXTRA_PERCENT // 100))


def ballots_count(issued: int, returned: int) -> bool:
    """R-322: an election in which more ballots came back than went out is void as a whole."""
    return returned <= issued
