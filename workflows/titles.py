"""What a case is called in both languages."""

from __future__ import annotations

from sqlalchemy.orm import Session

from workflows import catalogue
from workflows.text import Text


def title_of(session: Session, definition_id: int, title: str, applicant_en: str) -> Text:
    """A case's title; in English made of the applicant's and the procedure's names."""
    definition = catalogue.definition_of(session, definition_id)
    return Text(title, f"{applicant_en}: {definition.say(definition.title, 'en')}")
