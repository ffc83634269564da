from __future__ import annotations

import io
from datetime import UTC, datetime

import docx
import pytest
from pypdf import PdfReader
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.documents.samples import (
    CONTEXT,
    NOW,
    TODAY,
    context_with,
    issue_request,
    make_actor,
    make_case,
    make_task,
    reply_template,
    request_template,
)
from tests.make import make_union
from workflows import events
from workflows.documents import blobs, layout_docx, layout_pdf, papers, template
from workflows.errors import Conflict, Invalid, NotFound
from workflows.storage import Database
from workflows.storage.papers import Blob, Paper


def said(pdf: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_an_issued_paper_has_its_number_its_words_and_both_files(session: Session) -> None:
    union, case = make_union(session, "某市总工会", paper_prefix="某总工发"), make_case(session)
    task, actor = make_task(session, case), make_actor(session)
    paper = issue_request(session, case, union, task=task, actor=actor)
    assert (paper.number_prefix, paper.number_year, paper.number) == ("某总工发", 2026, 1)
    assert paper.number_text == "某总工发〔2026〕1号"
    assert (paper.name, paper.code, paper.form, paper.status) == ("request", "DOC-01", "请示", "issued")
    assert (paper.title, paper.recipient) == ("关于成立中原先进制造业开发区总工会的请示", "中原市总工会")
    assert (paper.signer, paper.dated_on, paper.issued_at) == ("李建国", TODAY, NOW)
    assert (paper.case_id, paper.task_id, paper.issued_by_id) == (case.id, task.id, actor.person_id)
    assert "有企业112家" in paper.body
    assert "某总工发〔2026〕1号" in said(papers.pdf_of(session, paper))
    assert docx.Document(io.BytesIO(papers.docx_of(session, paper))).core_properties.title == paper.title
    assert papers.of_case(session, case.id) == [paper]


def test_the_frozen_files_can_be_made_again_from_what_is_stored(session: Session) -> None:
    paper = issue_request(session, make_case(session), make_union(session))
    session.expire_all()
    text = papers.text_of(paper)
    assert blobs.sha256_of(layout_pdf.render(text, paper.number_text)) == paper.pdf_sha256
    assert blobs.sha256_of(layout_docx.render(text, paper.number_text)) == paper.docx_sha256


def test_the_values_it_was_made_from_are_kept(session: Session) -> None:
    paper = issue_request(session, make_case(session), make_union(session))
    values = paper.facts["values"]
    assert values["facts.zone_form.numbers.enterprises"] == 112
    assert values["answers.draft.leaders"][0]["name"] == "李建国"
    assert "answers.draft.remark" not in values


def test_the_date_and_the_year_are_those_of_the_office(session: Session) -> None:
    new_year_in_shanghai = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    paper = issue_request(session, make_case(session), make_union(session), now=new_year_in_shanghai)
    assert paper.dated_on.isoformat() == "2027-01-01"
    assert paper.number_year == 2027
    assert "2027年1月1日" in said(papers.pdf_of(session, paper))


def test_numbers_run_on_over_cases_and_forms(session: Session) -> None:
    union = make_union(session, paper_prefix="某总工发")
    first = issue_request(session, make_case(session), union)
    second = issue_request(session, make_case(session), union, template=reply_template(), signer="")
    assert (first.number, second.number, second.signer) == (1, 2, "")


def test_issuing_and_voiding_are_recorded_in_the_chain_of_the_case(session: Session) -> None:
    union, case = make_union(session), make_case(session)
    actor = make_actor(session)
    paper = issue_request(session, case, union, actor=actor)
    papers.void(session, paper, "日期有误", actor, NOW)
    issued, voided = events.of_case(session, case.id)
    assert (issued.kind, voided.kind) == ("paper_issued", "paper_voided")
    assert issued.data["number"] == voided.data["number"] == paper.number_text
    assert issued.data["pdf_sha256"] == paper.pdf_sha256
    assert issued.organisation_id == union.id
    assert voided.data["reason"] == "日期有误"
    assert voided.actor_id == actor.person_id


def test_a_voided_paper_keeps_its_number_and_its_frozen_files(session: Session) -> None:
    union, case = make_union(session), make_case(session)
    paper = issue_request(session, case, union)
    frozen_pdf, frozen_docx = papers.pdf_of(session, paper), papers.docx_of(session, paper)
    actor = make_actor(session)
    papers.void(session, paper, " 标题有误 ", actor, NOW)
    assert (paper.status, paper.void_reason, paper.voided_at) == ("voided", "标题有误", NOW)
    assert paper.voided_by_id == actor.person_id
    assert blobs.content_of(session, paper.pdf_sha256) == frozen_pdf
    assert blobs.content_of(session, paper.docx_sha256) == frozen_docx
    assert "作" in said(papers.pdf_of(session, paper))
    assert "作废" in docx.Document(io.BytesIO(papers.docx_of(session, paper))).sections[0].header.paragraphs[0].text
    assert issue_request(session, case, union).number == paper.number + 1


def test_a_paper_is_voided_once_and_with_a_reason(session: Session) -> None:
    paper = issue_request(session, make_case(session), make_union(session))
    with pytest.raises(Invalid):
        papers.void(session, paper, "  ", None, NOW)
    papers.void(session, paper, "有误", None, NOW)
    with pytest.raises(Conflict):
        papers.void(session, paper, "有误", None, NOW)


def test_a_paper_that_cannot_be_written_uses_no_number(db: Database) -> None:
    with db.write() as session:
        union, case = make_union(session), make_case(session)
        first = issue_request(session, case, union)
    for reason in (None, "任命王\U000323b0为主席"):
        with pytest.raises(Invalid), db.write() as session:
            issue_request(session, session.merge(case), union, context=context_with(reason=reason))
    with db.write() as session:
        assert issue_request(session, session.merge(case), union).number == first.number + 1


def test_a_preview_takes_no_number_and_stores_nothing(session: Session) -> None:
    written = template.render(request_template(), CONTEXT, issuer="筹备组", signer="李建国", dated_on=TODAY)
    draft = papers.preview(written)
    assert "（草稿）" in said(draft)
    assert session.scalars(select(Paper)).all() == []
    assert session.scalars(select(Blob)).all() == []


def test_a_changed_or_missing_file_is_found(session: Session) -> None:
    case, union = make_case(session), make_union(session)
    good, changed = (issue_request(session, case, union) for _ in range(2))
    assert papers.verify(session) == []
    content = blobs.content_of(session, changed.docx_sha256)
    spoilt = content[:-1] + bytes([content[-1] ^ 1])
    session.execute(update(Blob).where(Blob.sha256 == changed.docx_sha256).values(content=spoilt))
    assert papers.verify(session) == [changed]
    assert good.number == 1


def test_the_same_bytes_are_kept_once(session: Session) -> None:
    first, second = (blobs.keep(session, b"the same", "text/plain") for _ in range(2))
    assert first == second
    assert len(session.scalars(select(Blob)).all()) == 1
    with pytest.raises(NotFound):
        blobs.content_of(session, "0" * 64)


def test_the_name_of_a_download_suits_every_file_system(session: Session) -> None:
    paper = issue_request(session, make_case(session), make_union(session, paper_prefix="某总工发"))
    assert papers.file_name(paper, "pdf") == "某总工发〔2026〕1号 关于成立中原先进制造业开发区总工会的请示.pdf"
    paper.title = 'a/b\\c:"?"' + "长" * 300
    name = papers.file_name(paper, "docx")
    assert len(name) <= 126
    assert not set(name) & set('/\\:*?"<>|')
