"""意见: the words written with decisions, those of people who were asked, and instructions; in full text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, literal, or_, select, union_all
from sqlalchemy.orm import Session

from workflows.organisations.actors import Actor
from workflows.search.hits import Found, Hit, Looked, found_in, page_of
from workflows.search.sealed import is_sealed
from workflows.search.words import every_word, pieces, stands_in
from workflows.storage.cases import Case, Task, TaskStatus
from workflows.storage.consulting import Opinion, OpinionStatus
from workflows.storage.organisations import Organisation, Person
from workflows.text import Text
from workflows.titles import title_of
from workflows.visible import visible_cases

DECISION = "decision"


def look(session: Session, actor: Actor, words: tuple[str, ...], on: date, page: int, size: int) -> Looked:
    """The opinions in which every word is found, or whose speaker has it in the name; the newest first.

    Drafts are not looked at, nor what the actor must not see yet.
    """
    seen, sealed = visible_cases(actor, on), is_sealed(session, actor)
    written = (
        select(
            *(literal(DECISION).label("kind"), Task.id, Task.case_id, Task.step, Task.opinion.label("text")),
            *(Task.closed_at.label("at"), Person.name, Person.name_en),
        )
        .join(Person, Person.id == Task.closed_by_id)
        .join(Case, Case.id == Task.case_id)
        .where(Task.status == TaskStatus.DONE, Task.opinion != "", Task.case_id.in_(seen), ~sealed)
        .where(every_word(words, lambda word: _ways(word, Task.opinion)))
    )
    said = (
        select(
            *(Opinion.kind, Opinion.id, Opinion.case_id, Task.step, Opinion.text),
            *(Opinion.answered_at, Person.name, Person.name_en),
        )
        .join(Person, Person.id == Opinion.person_id)
        .join(Case, Case.id == Opinion.case_id)
        .outerjoin(Task, Task.id == Opinion.task_id)
        .where(Opinion.status == OpinionStatus.ANSWERED, Opinion.text != "", Opinion.case_id.in_(seen))
        .where(or_(Opinion.task_id.is_(None), Opinion.person_id == actor.person_id, ~sealed))
        .where(every_word(words, lambda word: _ways(word, Opinion.text)))
    )
    both = union_all(written, said).subquery()
    chosen = select(both).order_by(both.c.at.desc(), both.c.kind, both.c.id.desc())
    return page_of(session, chosen, page, size, lambda rows: _hits(session, words, rows))


def _ways(word: str, text: Any) -> list[ColumnElement[bool]]:
    return stands_in(word, text, Person.name, Person.name_en)


def _hits(session: Session, words: tuple[str, ...], rows: Sequence[Any]) -> Iterable[Hit]:
    found = select(Case.id, Case.number, Case.title, Case.definition_id, Organisation.name, Organisation.name_en)
    joined = found.join(Organisation, Organisation.id == Case.applicant_id)
    wanted = joined.where(Case.id.in_({row.case_id for row in rows}))
    cases = {case.id: case for case in session.execute(wanted)}
    for row in rows:
        case = cases[row.case_id]
        yield Hit(
            kind="case",
            id=row.case_id,
            within=None,
            title=title_of(session, case.definition_id, case.title, case.name_en or case.name),
            number=case.number,
            note=Text(row.name, row.name_en or row.name),
            at=row.at,
            state=str(row.kind),
            found=(Found("text", pieces(row.text, words, cut=True)), *found_in(words, [("speaker", row.name)])),
        )
