"""The blueprint of the monitor, and what its pages have in common."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, g, url_for
from flask_babel import gettext as _

from webapp.auth.gate import actor
from webapp.clock import now
from webapp.database import session
from webapp.languages import CHINESE, language, named
from webapp.monitor import words
from workflows.engine.definition import Definition
from workflows.monitor import Scope, scope_of
from workflows.monitor.waits import Entry, Waits, waits
from workflows.monitor.wanted import Wanted

blueprint = Blueprint("monitor", __name__, url_prefix="/monitor", template_folder="templates")


def scope() -> Scope:
    """What the reader may look at; raises for whoever neither manages nor leads."""
    if "monitor_scope" not in g:
        g.monitor_scope = scope_of(session(), actor(), now())
    found: Scope = g.monitor_scope
    return found


def everything() -> Waits:
    """Everything that waits in the reader's view, read once for a page."""
    if "monitor_waits" not in g:
        g.monitor_waits = waits(session(), scope())
    found: Waits = g.monitor_waits
    return found


@blueprint.app_template_filter()
def entry_title(entry: Entry, definition: Definition) -> str:
    """The title of what waits; in English made of the applicant's and the procedure's English names."""
    if language() == CHINESE:
        return entry.title
    applicant = everything().directory.bodies.get(entry.applicant_id)
    return f"{named(applicant)}: {definition.say(definition.title, language())}"


def list_address(**query: object) -> str:
    """The address of the list of waits with these filters; empty ones are left out."""
    return address_of(Wanted.of({name: str(value) for name, value in query.items() if value not in (None, "")}))


def address_of(wanted: Wanted) -> str:
    """The address of the list of waits with this filter. A page has hundreds of them, so it is put together here."""
    if "monitor_list" not in g:
        g.monitor_list = url_for("monitor.waiting")
    query = wanted.query()
    return f"{g.monitor_list}?{urlencode(query)}" if query else str(g.monitor_list)


def around() -> dict[str, object]:
    """What every page of the monitor shows around its own part."""
    own = [seat for seat in actor().seats if seat.organisation_id in scope().roots]
    return {
        "own": list({seat.organisation_id: seat for seat in own}.values()),
        "tabs": [
            (_("卡在哪里"), "monitor.index"),
            (_("等待清单"), "monitor.waiting"),
            (_("流程热图"), "monitor.heat"),
            (_("等待时长"), "monitor.ageing"),
            (_("办结趋势"), "monitor.throughput"),
            (_("退回原因"), "monitor.returns"),
        ],
        "list_address": list_address,
        "log_address": url_for("event_log.index"),
        "words": words,
    }
