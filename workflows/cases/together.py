"""Deciding together 会签, 或签, 依次, 票签: what many opinions come to. Pure arithmetic, exact fractions.

The group is one task with one opinion row for each named person; the engine hears of the result alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from workflows.engine.settings import Together
from workflows.storage.consulting import Verdict
from workflows.text import Text

_WAYS = {
    "all": Text("会签（全部同意才通过）", "all must agree"),
    "any": Text("或签（一人决定即可）", "any one decides"),
    "in_order": Text("依次审批（一人不同意即不通过）", "one after another"),
    "vote": Text("票签", "vote"),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """How a group stands. `entitled` counts everybody named; `agreed`, `refused` and `abstained` have spoken."""

    entitled: int
    agreed: int
    refused: int
    abstained: int

    @property
    def silent(self) -> int:
        return self.entitled - self.agreed - self.refused - self.abstained


def tally(verdicts: Sequence[str]) -> Tally:
    """Count the verdicts of everybody entitled; an empty one has not spoken."""
    return Tally(
        len(verdicts),
        *(
            sum(verdict == wanted for verdict in verdicts)
            for wanted in (Verdict.AGREE, Verdict.REFUSE, Verdict.ABSTAIN)
        ),
    )


def verdicts_of(together: Together) -> tuple[Verdict, ...]:
    """What somebody may say: abstaining has a meaning in a vote alone."""
    return tuple(Verdict)[:3] if together.way == "vote" else (Verdict.AGREE, Verdict.REFUSE)


def result(together: Together, counted: Tally) -> bool | None:
    """Whether it passed, as soon as that is certain; None while it is open. Nobody entitled never passes.

    A vote compares exact fractions of all who are entitled: "more than half" is more than ½, "two thirds and more" is at
    least ⅔; an abstention counts as not in favour.
    """
    if counted.entitled == 0:
        return None
    if together.way == "any":
        return counted.agreed > 0 if counted.agreed or counted.refused else None
    if together.way == "vote":
        if enough(together, counted.agreed, counted.entitled):
            return True
        return None if enough(together, counted.agreed + counted.silent, counted.entitled) else False
    if counted.refused or counted.abstained:
        return False
    return True if counted.agreed == counted.entitled else None


def enough(together: Together, agreed: int, entitled: int) -> bool:
    """Whether so many in favour reach the threshold of a vote."""
    share = Fraction(agreed, entitled)
    if together.at_least is not None:
        return share >= together.at_least
    return together.more_than is not None and share > together.more_than


def way_of(together: Together) -> Text:
    """How the group decides, in words."""
    text = _WAYS[together.way]
    if together.at_least is not None:
        return Text(
            f"{text.zh}（全体 {together.at_least} 以上同意）", f"{text.en}: at least {together.at_least} of all"
        )
    if together.more_than is not None:
        return Text(
            f"{text.zh}（超过全体 {together.more_than} 同意）", f"{text.en}: more than {together.more_than} of all"
        )
    return text


def protocol(together: Together, counted: Tally) -> Text:
    """How it went, for the record and for papers."""
    zh = f"{way_of(together).zh}：应到 {counted.entitled} 人，同意 {counted.agreed} 人，不同意 {counted.refused} 人"
    en = f"{way_of(together).en}; entitled {counted.entitled}, in favour {counted.agreed}, against {counted.refused}"
    if counted.abstained:
        zh, en = f"{zh}，弃权 {counted.abstained} 人", f"{en}, abstained {counted.abstained}"
    if counted.silent:
        zh, en = f"{zh}，未表态 {counted.silent} 人", f"{en}, silent {counted.silent}"
    return Text(zh + "。", en + ".")
