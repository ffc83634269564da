"""What the form of the export offers."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.languages import language
from workflows import catalogue
from workflows.event_log import Format


def formats() -> list[tuple[str, str]]:
    return [
        (Format.XES.value, _("XES（IEEE 1849-2016）：一个办件一条轨迹")),
        (Format.OCEL.value, _("OCEL 2.0（JSON）：办件、任务、组织、人员、公文")),
    ]


def procedures(session: Session) -> list[tuple[str, str]]:
    """Every procedure by its key, with the title of its current version."""
    definitions = [catalogue.definition_of(session, row.id) for row in catalogue.all_current(session)]
    return [(definition.key, definition.say(definition.title, language())) for definition in definitions]
