"""公文: registers, papers, downloads, voiding. Over the demo, whose cases have issued papers."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webapp.browsing import Browser
from webapp import create_app
from webapp.auth.demo import DEMO_PASSWORD
from webapp.config import Settings
from workflows import accounts, audit, catalogue, demo
from workflows.storage import Database
from workflows.storage.papers import Attachment, Paper

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_HASH = accounts.hash_password(DEMO_PASSWORD)


@dataclass
class Office:
    """The demo, with its people signed in by user name."""

    app: Flask
    db: Database

    def browser(self, username: str) -> Browser:
        browser = Browser(self.app.test_client())
        assert browser.sign_in(username, DEMO_PASSWORD).location in ("/work/", "/monitor/")
        return browser

    def paper(self, name: str, status: str = "issued") -> Paper:
        with self.db.read() as session:
            return session.scalars(select(Paper).where(Paper.name == name, Paper.status == status)).one()


def _office(db: Database, folder: Path) -> Office:
    with db.write() as session:
        catalogue.publish(session, None, Path(__file__).parents[2] / "bpmn/zone_union", NOW)
        demo.load(session, now=NOW, password_hash=_HASH)
    app = create_app(Settings(data=folder, secret_key="for tests only"), clock=lambda: NOW, store=db)
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return Office(app, db)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The demo for tests that only look."""
    database = Database(request.getfixturevalue(f"new_{request.param}")())
    yield _office(database, tmp_path_factory.mktemp("data"))
    database.dispose()


@pytest.fixture
def own_office(db: Database, tmp_path: Path) -> Office:
    """The demo for a test that changes it."""
    return _office(db, tmp_path)


def test_the_register_lists_every_number_of_the_year_voided_ones_too(office: Office) -> None:
    page = office.browser("zhaomin").get("/papers/")
    assert "嵩集工筹〔2026〕1号" in page.text
    assert "嵩集工筹〔2026〕2号" in page.text
    rows = [" ".join(row.text_content().split()) for row in page.tree.xpath("//tr[@class='is-void']")]
    assert len(rows) == 1
    assert "已作废" in rows[0]


def test_a_year_without_papers_says_so(office: Office) -> None:
    assert "这一年没有发文" in office.browser("zhaomin").get("/papers/?year=2019").text


def test_somebody_whose_organisation_issued_nothing_sees_an_empty_register(office: Office) -> None:
    assert office.browser("makai").get("/papers/").status == 200


def test_whoever_oversees_reads_the_registers_below(office: Office) -> None:
    page = office.browser("gaoshan").get("/papers/")
    names = [option.text_content() for option in page.tree.xpath("//select[@name='organisation']/option")]
    assert {"郑州市总工会", "河洛县总工会", "郑州嵩阳产业集聚区工会筹备组"} <= set(names)
    other = office.browser("sunlei").get("/papers/")
    own = [option.text_content() for option in other.tree.xpath("//select[@name='organisation']/option")]
    assert "郑州市总工会" not in own


def test_a_paper_shows_its_words_number_and_fingerprints(office: Office) -> None:
    paper = office.paper("request_general_union")
    page = office.browser("zhaomin").get(f"/papers/{paper.id}")
    assert "关于成立郑州嵩阳产业集聚区总工会的请示" in page.text
    assert "签发人" in page.text
    assert paper.pdf_sha256 in page.text


@pytest.mark.parametrize(("extension", "start"), [("pdf", b"%PDF-"), ("docx", b"PK")])
def test_the_frozen_files_are_downloads_under_their_own_name(office: Office, extension: str, start: bytes) -> None:
    paper = office.paper("superior_approval")
    response = office.browser("lihua").get(f"/papers/{paper.id}/{extension}").response
    assert response.data.startswith(start)
    assert hashlib.sha256(response.data).hexdigest() == getattr(paper, f"{extension}_sha256")
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert paper.number_text in unquote(disposition.partition("filename*=UTF-8''")[2])
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_the_word_file_opens(office: Office) -> None:
    paper = office.paper("superior_approval")
    content = office.browser("lihua").get(f"/papers/{paper.id}/docx").response.data
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(content)).namelist()


@pytest.mark.parametrize("address", ["", "/pdf", "/docx"])
def test_a_paper_of_others_does_not_exist(office: Office, address: str) -> None:
    paper = office.paper("superior_approval")
    assert office.browser("sunlei").get(f"/papers/{paper.id}{address}").status == 404
    assert office.browser("zhaomin").get(f"/papers/{paper.id}{address}").status == 200, "part of the case"


def test_an_upload_is_a_download_for_those_who_see_the_case(office: Office) -> None:
    with office.db.read() as session:
        upload = session.scalars(select(Attachment).where(Attachment.material == "three_plans")).one()
    response = office.browser("lihua").get(f"/papers/attachments/{upload.id}").response
    assert hashlib.sha256(response.data).hexdigest() == upload.sha256
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["Content-Type"] == "application/pdf"
    assert office.browser("liuxin").get(f"/papers/attachments/{upload.id}").status == 404
    assert office.browser("lihua").get("/papers/attachments/999999").status == 404


def test_a_voided_paper_says_so_and_its_file_too(office: Office) -> None:
    paper = office.paper("request_general_union", "voided")
    browser = office.browser("zhaomin")
    page = browser.get(f"/papers/{paper.id}")
    assert "人数有误，已重新起草。" in page.text
    assert not page.tree.xpath("//form[contains(@action, '/void')]")
    shown = browser.get(f"/papers/{paper.id}/pdf").response.data
    assert hashlib.sha256(shown).hexdigest() != paper.pdf_sha256


def test_voiding_needs_a_reason_and_keeps_the_number(own_office: Office) -> None:
    paper = own_office.paper("superior_approval")
    browser = own_office.browser("lihua")
    page = browser.get(f"/papers/{paper.id}")
    refused = page.press(f"/papers/{paper.id}/void", reason=" ")
    assert refused.status == 422
    assert "请写明作废的理由" in refused.text
    done = page.press(f"/papers/{paper.id}/void", reason="主送单位有误")
    assert "公文已作废" in done.text
    assert own_office.paper("superior_approval", "voided").number_text == paper.number_text
    with own_office.db.read() as session:
        assert audit.verify(session).ok


def test_only_the_issuer_voids(own_office: Office) -> None:
    paper = own_office.paper("superior_approval")
    page = own_office.browser("zhaomin").get(f"/papers/{paper.id}")
    assert not page.tree.xpath("//form[contains(@action, '/void')]")
    token = page.tree.xpath("//input[@name='csrf_token']/@value")[0]
    answer = page.browser.post(f"/papers/{paper.id}/void", {"csrf_token": token, "reason": "不是我的"})
    assert answer.status in (403, 404)
    assert own_office.paper("superior_approval").status == "issued"
