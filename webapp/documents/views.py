"""Registers, papers, downloads."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.auth.gate import actor
from webapp.clock import now, today
from webapp.database import abandon, session
from webapp.documents import reads
from webapp.documents.download import attachment as as_download
from workflows import access, cases
from workflows.documents import attachments, papers, register
from workflows.errors import Invalid, Mistake
from workflows.storage.cases import Case
from workflows.storage.organisations import Person

blueprint = Blueprint("documents", __name__, url_prefix="/papers", template_folder="templates")


@blueprint.get("/")
def index() -> str:
    """The register of one organisation and year; the first the actor may read unless the address names another."""
    organisations = reads.registers(session(), actor(), today())
    wanted = request.args.get("organisation", type=int)
    organisation = next((o for o in organisations if o.id == wanted), organisations[0] if organisations else None)
    years = register.years(session(), organisation.id) if organisation else []
    year = request.args.get("year", years[0] if years else today().year, type=int)
    series = register.register(session(), organisation.id, year) if organisation else ()
    return render_template(
        "documents/index.html",
        organisations=organisations,
        organisation=organisation,
        years=years or [year],
        year=year,
        series=series,
    )


@blueprint.get("/<int:paper_id>")
def paper(paper_id: int) -> str:
    return _paper_page(paper_id)


@blueprint.get("/<int:paper_id>/pdf")
def pdf(paper_id: int) -> Response:
    found = reads.paper(session(), actor(), paper_id, today())
    return as_download(papers.pdf_of(session(), found), papers.file_name(found, "pdf"), papers.PDF)


@blueprint.get("/<int:paper_id>/docx")
def docx(paper_id: int) -> Response:
    found = reads.paper(session(), actor(), paper_id, today())
    return as_download(papers.docx_of(session(), found), papers.file_name(found, "docx"), papers.DOCX)


@blueprint.post("/<int:paper_id>/void")
def void(paper_id: int) -> BaseResponse | tuple[str, int]:
    reads.paper(session(), actor(), paper_id, today())
    try:
        cases.void_paper(
            session(),
            actor(),
            paper_id,
            reason=request.form.get("reason", ""),
            now=now(),
            key=request.form.get("key") or None,
        )
    except Invalid as error:
        abandon()
        return _paper_page(paper_id, error.mistakes), 422
    flash(_("公文已作废，文号保留。"), "success")
    return redirect(url_for("documents.paper", paper_id=paper_id))


@blueprint.get("/attachments/<int:attachment_id>")
def attachment(attachment_id: int) -> Response:
    reads.attachment(session(), actor(), attachment_id, today())
    filename, media_type, content = attachments.read(session(), attachment_id)
    return as_download(content, filename, media_type)


def _paper_page(paper_id: int, mistakes: tuple[Mistake, ...] = ()) -> str:
    found = reads.paper(session(), actor(), paper_id, today())
    case = session().get_one(Case, found.case_id)
    voided_by = session().get(Person, found.voided_by_id) if found.voided_by_id else None
    return render_template(
        "documents/paper.html",
        paper=found,
        written=papers.text_of(found),
        case=case,
        may_see_case=access.allowed(session(), actor(), access.Permission.VIEW_CASE, case, today()),
        may_void=found.status == papers.ISSUED
        and case.status == "open"
        and access.allowed(session(), actor(), access.Permission.VOID_PAPER, found, today()),
        voided_by=voided_by,
        reason=request.form.get("reason", ""),
        mistakes=mistakes,
    )
