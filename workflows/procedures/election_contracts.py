"""R-340 at an election: whom the personnel department of the enterprise is told of."""

from __future__ import annotations

from datetime import date

from workflows.engine.operations import Context, fact
from workflows.law import labour_contracts, terms
from workflows.law.finding import Finding
from workflows.law.names import by_surname_strokes
from workflows.procedures.answers import same_name
from workflows.procedures.election_office import current_term, is_full_time
from workflows.procedures.election_record import Body, Record, is_enterprise
from workflows.text import Text

BODIES = (Body.CHAIR, Body.VICE_CHAIR, Body.COMMITTEE)


@fact
def labour_contracts_extended(context: Context) -> Finding:
    """R-340: whose labour contracts this election extends, and until when: "due", "pending" or "not_applicable".

    For the grass-roots union of an employer; the office lasts from election day to the end of the term.
    """
    record = Record(context)
    held = record.last("open_meeting")
    if record.plan is None or held is None:
        pending = Text("选举之后才知道（R-340）。", "This is known after the election (R-340).")
        return labour_contracts.pending(pending)
    elected_on = date.fromisoformat(held.answers["held_on"])
    running = current_term(context) if record.plan.by_election else None
    ends = running.ends_on if running else terms.term(elected_on, int(record.plan.answers.get("term_years") or 0)).ends
    full_time: dict[str, str] = {}
    part_time: dict[str, str] = {}
    stands = record.everything() if is_enterprise(context) else {}
    for body in BODIES:
        for name in stands[body].elected if body in stands else ():
            if same_name(name) not in full_time:
                (full_time if is_full_time(record, body) else part_time).setdefault(same_name(name), name)
    return labour_contracts.notice(
        by_surname_strokes(full_time.values()).names, by_surname_strokes(part_time.values()).names, elected_on, ends
    )
