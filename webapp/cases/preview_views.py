"""预览公文: the papers a decision would issue, read before deciding. Written from the stored draft; nothing is kept."""

from __future__ import annotations

from flask import Response, render_template

from webapp.auth.gate import actor
from webapp.cases.blueprint import blueprint
from webapp.clock import now
from webapp.database import session
from webapp.documents.download import attachment
from workflows import catalogue
from workflows.cases import preview_papers
from workflows.documents import papers
from workflows.errors import NotFound
from workflows.text import Text


@blueprint.get("/tasks/<int:task_id>/papers")
def preview(task_id: int) -> str:
    found = preview_papers(session(), actor(), task_id, now=now())
    definition = catalogue.definition_of(session(), found.case.definition_id)
    return render_template("cases/preview.html", preview=found, definition=definition)


@blueprint.get("/tasks/<int:task_id>/papers/<outcome>/<name>.pdf")
def preview_pdf(task_id: int, outcome: str, name: str) -> Response:
    found = preview_papers(session(), actor(), task_id, now=now())
    for paper in found.papers:
        if (paper.outcome.key, paper.name) == (outcome, name) and paper.words is not None:
            return attachment(papers.preview(paper.words), f"（草稿）{paper.words.title}.pdf", papers.PDF)
    raise NotFound(Text("这份公文现在不能预览。", "This paper cannot be previewed as things stand."))
