"""常用意见: what somebody writes again and again. Everybody's own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from workflows.cases.decide import unprintable_text
from workflows.errors import Invalid, Mistake
from workflows.organisations.actors import Actor
from workflows.storage.consulting import Phrase
from workflows.text import Text, written

MOST, LONGEST = 30, 200
TO_BEGIN_WITH = ("同意。", "拟同意，请领导审定。", "请补充材料后再报。")  # until somebody saves their own


def phrases_of(session: Session, actor: Actor) -> tuple[str, ...]:
    """The actor's phrases in their order; a few common ones as long as none were saved."""
    saved = tuple(
        session.scalars(
            select(Phrase.text).where(Phrase.person_id == actor.person_id).order_by(Phrase.position, Phrase.id)
        )
    )
    return saved or TO_BEGIN_WITH


def save_phrases(session: Session, actor: Actor, lines: Sequence[str]) -> None:
    """Replace the actor's phrases. Raises `Invalid` at `/phrases`."""
    wanted = list(dict.fromkeys(written(line) for line in lines if written(line)))
    mistakes: list[Mistake] = []
    if len(wanted) > MOST:
        mistakes.append(Mistake("/phrases", Text(f"最多 {MOST} 条。", f"At most {MOST} phrases.")))
    for number, line in enumerate(wanted, start=1):
        if len(line) > LONGEST:
            text = Text(f"第 {number} 条超过 {LONGEST} 字。", f"Phrase {number} is longer than {LONGEST} characters.")
            mistakes.append(Mistake("/phrases", text))
        mistakes += unprintable_text(line, "/phrases")
    if mistakes:
        raise Invalid(mistakes)
    session.execute(delete(Phrase).where(Phrase.person_id == actor.person_id))
    session.add_all(Phrase(person_id=actor.person_id, position=place, text=line) for place, line in enumerate(wanted))
    session.flush()
