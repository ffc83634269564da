from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from tests.documents.samples import NOW, issue_request, make_case, reply_template
from tests.make import make_union
from workflows.documents import papers
from workflows.documents.numbering import take
from workflows.documents.register import register, years
from workflows.documents.template import parse

from tests.documents.samples import REPLY  # isort: skip

LETTER = parse("letter", REPLY.replace("批复", "函"))


def test_the_register_lists_every_number_of_a_year_voided_ones_included(session: Session) -> None:
    union, case = make_union(session, paper_prefix="某总工发"), make_case(session)
    issued = [issue_request(session, case, union) for _ in range(3)]
    papers.void(session, issued[1], "有误", None, NOW)
    (series,) = register(session, union.id, 2026)
    assert (series.prefix, series.year, series.last, series.missing) == ("某总工发", 2026, 3, ())
    assert [entry.number_text for entry in series.entries] == [f"某总工发〔2026〕{number}号" for number in (1, 2, 3)]
    assert [entry.voided for entry in series.entries] == [False, True, False]
    assert series.entries[1].void_reason == "有误"
    assert series.entries[0].case_number == case.number


def test_letters_years_and_organisations_have_registers_of_their_own(session: Session) -> None:
    union, other, case = make_union(session, paper_prefix="某总工发"), make_union(session), make_case(session)
    issue_request(session, case, union)
    issue_request(session, case, union, template=LETTER, signer="")
    issue_request(session, case, union, template=reply_template(), signer="", now=datetime(2027, 5, 1, tzinfo=UTC))
    issue_request(session, case, other)
    assert {series.prefix for series in register(session, union.id, 2026)} == {"某总工发", "某总工函"}
    assert [series.last for series in register(session, union.id, 2027)] == [1]
    assert years(session, union.id) == [2027, 2026]
    assert register(session, union.id, 2025) == ()


def test_a_number_without_a_paper_is_shown_as_missing(session: Session) -> None:
    union, case = make_union(session, paper_prefix="某总工发"), make_case(session)
    issue_request(session, case, union)
    take(session, union.id, "某总工发", 2026)
    issue_request(session, case, union)
    (series,) = register(session, union.id, 2026)
    assert (series.last, series.missing) == (3, (2,))
