"""The names of elements, as the diagram of the version gives them under which a case runs."""

from __future__ import annotations

from sqlalchemy.orm import Session

from workflows import catalogue
from workflows.engine.definition import Definition
from workflows.engine.settings import Outcome
from workflows.errors import BadFile


class Diagrams:
    """Answers with names in Chinese; a version that this program can no longer read has ids instead."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[int, Definition | None] = {}

    def name(self, definition_id: int, element: str) -> str:
        """The name of an element; its id when it has none."""
        definition = self._definition(definition_id)
        return (definition.element_name(element) if definition is not None else "") or element

    def title(self, definition_id: int) -> str:
        """The title of the procedure; empty when it cannot be read."""
        definition = self._definition(definition_id)
        return definition.title if definition is not None else ""

    def start(self, definition_id: int) -> str:
        """The id of the start event of the process; empty when it cannot be read."""
        definition = self._definition(definition_id)
        if definition is None:
            return ""
        drawing = definition.drawing
        return next((node.id for node in drawing.inside(drawing.process_id) if node.kind == "startEvent"), "")

    def outcome(self, definition_id: int, step: str, key: str) -> Outcome | None:
        """What somebody chose at a step; None when the step has no such outcome."""
        definition = self._definition(definition_id)
        found = definition.steps.get(step) if definition is not None else None
        return next((outcome for outcome in found.outcomes if outcome.key == key), None) if found is not None else None

    def _definition(self, definition_id: int) -> Definition | None:
        if definition_id not in self._known:
            try:
                self._known[definition_id] = catalogue.definition_of(self._session, definition_id)
            except BadFile:
                self._known[definition_id] = None
        return self._known[definition_id]
