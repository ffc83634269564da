"""Uploads that look like scans: a page with a title and a line of text, as PDF."""

from __future__ import annotations

from datetime import date

from workflows.documents import layout_pdf
from workflows.documents.paper_text import PaperForm, PaperText, Paragraph


def scan(title: str, organisation: str, on: date) -> bytes:
    """A page that says of itself that it is invented."""
    text = PaperText(
        code="",
        form=PaperForm.NOTICE,
        issuer=organisation,
        recipient="",
        title=title,
        signer="",
        body=(Paragraph(0, "", f"本件为演示材料《{title}》，由{organisation}提供，内容为虚构。"),),
        attachments=(),
        copies=(),
        note="",
        dated_on=on,
    )
    return layout_pdf.render(text, f"演示〔{on.year}〕1号")
