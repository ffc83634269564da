"""Issuing and voiding official papers. Who may do it is decided by the caller."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import events
from workflows.documents import blobs, layout_docx, layout_pdf, numbering
from workflows.documents import template as templates
from workflows.documents.paper_text import PaperText
from workflows.documents.template import Template
from workflows.engine.operations import OFFICE_ZONE
from workflows.errors import Conflict, Invalid, Mistake
from workflows.storage.cases import Case, Task
from workflows.storage.organisations import Organisation
from workflows.storage.papers import Paper
from workflows.text import Text

if TYPE_CHECKING:
    from workflows.organisations.actors import Actor

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ISSUED, VOIDED = "issued", "voided"


def issue(
    session: Session,
    *,
    case: Case,
    task: Task | None,
    template: Template,
    context: Mapping[str, object],
    issuer: Organisation,
    signer: str,
    now: datetime,
    actor: Actor | None,
) -> Paper:
    """Write, number, lay out and freeze a paper in the caller's transaction, and record ``paper_issued``.

    ``signer`` is a person's name and only printed where the template asks for it. Raises ``Invalid`` when the template
    needs what the case does not have or no font can show a character, ``Conflict`` when the issuer has no prefix; the
    rollback of the action then gives the number back.
    """
    dated_on = now.astimezone(OFFICE_ZONE).date()
    text = templates.render(template, context, issuer=issuer.name, signer=signer, dated_on=dated_on)
    prefix = numbering.prefix_for(issuer, text.form)
    number = numbering.take(session, issuer.id, prefix, dated_on.year)
    pdf = layout_pdf.render(text, str(number))
    paper = Paper(
        case_id=case.id,
        task_id=task.id if task is not None else None,
        name=template.name,
        code=text.code,
        form=text.form.value,
        organisation_id=issuer.id,
        number_prefix=number.prefix,
        number_year=number.year,
        number=number.number,
        number_text=str(number),
        title=text.title,
        recipient=text.recipient,
        signer=text.signer,
        dated_on=dated_on,
        body=text.body_text,
        facts={"paper": text.to_json(), "values": _values(template, context)},
        status=ISSUED,
        pdf_sha256=blobs.keep(session, pdf, PDF),
        docx_sha256=blobs.keep(session, layout_docx.render(text, str(number)), DOCX),
        issued_at=now,
        issued_by_id=actor.person_id if actor else None,
    )
    session.add(paper)
    session.flush()
    said = {"title": paper.title, "words_sha256": digest_of(paper)}
    _record(session, paper, "paper_issued", said, case=case, actor=actor, now=now)
    return paper


def void(
    session: Session, paper: Paper, reason: str, actor: Actor | None, now: datetime, key: str | None = None
) -> None:
    """Declare a paper void 作废: it keeps its number and its frozen files. Records ``paper_voided`` with the ``key``.

    Raises ``Conflict`` if it is void already, ``Invalid`` without a reason.
    """
    if paper.status != ISSUED:
        raise Conflict(Text("这份公文已经作废。", "This paper is already void."), paper=paper.id)
    if not reason.strip():
        raise Invalid([Mistake("/reason", Text("请写明作废的理由。", "Say why the paper is void."))])
    paper.status = VOIDED
    paper.voided_at = now
    paper.voided_by_id = actor.person_id if actor else None
    paper.void_reason = reason.strip()
    session.flush()
    case = session.get_one(Case, paper.case_id)
    _record(session, paper, "paper_voided", {"reason": paper.void_reason}, case=case, actor=actor, now=now, key=key)


def preview(text: PaperText) -> bytes:
    """A paper that is not issued, as PDF without number and marked 草稿. Takes no number, stores nothing."""
    return layout_pdf.render(text, "")


def of_case(session: Session, case_id: int) -> list[Paper]:
    """Every paper of a case, issued and voided, in the order of issue."""
    return list(session.scalars(select(Paper).where(Paper.case_id == case_id).order_by(Paper.id)))


def pdf_of(session: Session, paper: Paper) -> bytes:
    """The PDF to show: the frozen file, or of a voided paper a copy with 作废 across every page."""
    frozen = blobs.content_of(session, paper.pdf_sha256)
    return layout_pdf.voided(frozen, paper.dated_on) if paper.status == VOIDED else frozen


def docx_of(session: Session, paper: Paper) -> bytes:
    """The .docx to download: the frozen file, or of a voided paper a copy with 作废 at the head of every page."""
    frozen = blobs.content_of(session, paper.docx_sha256)
    return layout_docx.voided(frozen) if paper.status == VOIDED else frozen


def file_name(paper: Paper, extension: str) -> str:
    """A name for the download: number and title, without characters that file systems refuse."""
    name = f"{paper.number_text} {paper.title}" + ("（作废）" if paper.status == VOIDED else "")
    return "".join("_" if character in '\\/:*?"<>|' else character for character in name)[:120] + f".{extension}"


def text_of(paper: Paper) -> PaperText:
    """The words of an issued paper, from which both files can be laid out again."""
    return PaperText.from_json(paper.facts["paper"])


def digest_of(paper: Paper) -> str:
    """SHA-256 (hex) of what a paper says and was made from; its event keeps it, so that a later change shows."""
    dated_on = paper.dated_on.isoformat()
    return events.digest(
        [paper.number_text, paper.title, paper.recipient, paper.signer, dated_on, paper.body, paper.facts]
    )


def verify(session: Session) -> list[Paper]:
    """The papers of which a file is missing or is no longer what its SHA-256 said when it was issued."""
    papers = list(session.scalars(select(Paper).order_by(Paper.id)))
    damaged = blobs.damaged(session, {name for paper in papers for name in (paper.pdf_sha256, paper.docx_sha256)})
    return [paper for paper in papers if {paper.pdf_sha256, paper.docx_sha256} & damaged]


def _record(
    session: Session,
    paper: Paper,
    kind: str,
    data: Mapping[str, Any],
    *,
    case: Case,
    actor: Actor | None,
    now: datetime,
    key: str | None = None,
) -> None:
    about = {
        "paper": paper.id,
        "name": paper.name,
        "code": paper.code,
        "number": paper.number_text,
        "pdf_sha256": paper.pdf_sha256,
        "docx_sha256": paper.docx_sha256,
    }
    events.record(
        session,
        events.chain_of(case.id),
        kind,
        about | dict(data),
        now=now,
        actor=actor,
        organisation_id=paper.organisation_id,
        case=case,
        task_id=paper.task_id,
        key=key,
    )


def _values(template: Template, context: Mapping[str, object]) -> dict[str, Any]:
    """What the template read, by its path: what the paper was made from."""
    found: dict[str, Any] = {}
    for path in sorted(template.references()):
        value: object = context
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        if value is not None:
            found[".".join(path)] = _plain(value)
    return found


def _plain(value: object) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
