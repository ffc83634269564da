"""What the tests of papers start from: a template, a context, a case, and the words of a paper."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tests.make import make_person, make_union
from workflows.documents import papers
from workflows.documents.paper_text import PaperForm, PaperText, paragraph
from workflows.documents.template import Template, parse
from workflows.organisations.actors import Actor
from workflows.storage.cases import Case, Task
from workflows.storage.definitions import PublishedDefinition
from workflows.storage.organisations import Organisation
from workflows.storage.papers import Paper

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
TODAY = date(2026, 11, 23)

REQUEST = """\
+++
code = "DOC-01"
form = "请示"
from = "applicant"
to = "superior_union"
title = "关于成立{{ zone.name }}总工会的请示"
attachments = ["{{ zone.name }}企业和职工情况统计表", "{{ party_committee }}会议纪要"]
copies = ["{{ party_committee }}"]
note = "联系人：{{ answers.draft.contact }}"
+++
根据豫工发〔2015〕13号文件精神，
现请示如下：

一、基本情况。截至{{ facts.zone_form.numbers.data_on | cn_date }}，有企业{{ facts.zone_form.numbers.enterprises }}家。

{% for row in answers.draft.leaders %}
{{ loop.index }}.{{ row.post }}：{{ row.name }}

{% endfor %}
{{ answers.draft.reason }}

{% if answers.draft.remark is defined %}
{{ answers.draft.remark }}
{% endif %}

当否，请批示。
"""

REPLY = """\
+++
code = "DOC-02"
form = "批复"
from = "superior_union"
to = "applicant"
title = "关于同意成立{{ zone.name }}总工会的批复"
+++
《{{ papers.request.title }}》（{{ papers.request.number }}）收悉。

一、同意成立{{ zone.name }}总工会。

此复。
"""

CONTEXT: dict[str, Any] = {
    "zone": {"name": "中原先进制造业开发区"},
    "applicant": {"name": "中原先进制造业开发区工会筹备组"},
    "superior_union": {"name": "中原市总工会"},
    "party_committee": {"name": "中共中原先进制造业开发区工作委员会"},
    "case": {"number": "JH-2026-0001"},
    "facts": {"zone_form": {"numbers": {"data_on": "2026-11-01", "enterprises": 112}}},
    "answers": {
        "draft": {
            "reason": "产业集聚度高，职工队伍稳定。",
            "contact": "王芳，0371-00000000",
            "leaders": [{"post": "主席人选", "name": "李建国"}, {"post": "副主席人选", "name": "赵敏"}],
        }
    },
    "papers": {"request": {"number": "中开发〔2026〕1号", "title": "关于成立总工会的请示"}},
    "outcome": {},
    "opinion": {},
}

_numbers = itertools.count(1)


def request_template() -> Template:
    return parse("request", REQUEST)


def reply_template() -> Template:
    return parse("reply", REPLY)


def context_with(**draft: Any) -> dict[str, Any]:
    """The context with other answers of the step `draft`."""
    return {**CONTEXT, "answers": {"draft": {**CONTEXT["answers"]["draft"], **draft}}}


def make_text(*body: str, **changes: Any) -> PaperText:
    """The words of a request of 2026-11-23."""
    text = PaperText(
        code="DOC-01",
        form=PaperForm.REQUEST,
        issuer="中原先进制造业开发区工会筹备组",
        recipient="中原市总工会",
        title="关于成立中原先进制造业开发区总工会的请示",
        signer="李建国",
        body=tuple(paragraph(line) for line in body or ("当否，请批示。",)),
        attachments=(),
        copies=(),
        note="",
        dated_on=TODAY,
    )
    return replace(text, **changes)


def make_case(session: Session, applicant: Organisation | None = None) -> Case:
    """An open case whose procedure and state are empty: enough for papers and uploads to belong to."""
    number = next(_numbers)
    definition = PublishedDefinition(
        key=f"procedure_{number}", number=1, content_hash=f"{number:064x}", files=b"", published_at=NOW, is_current=True
    )
    session.add(definition)
    session.flush()
    row = Case(
        number=f"JH-2026-{number:04d}",
        procedure=definition.key,
        definition_id=definition.id,
        rule_set="RS-2025",
        title="中原先进制造业开发区",
        subject_kind="zone",
        subject_id=number,
        applicant=applicant or make_union(session),
        started_by=make_person(session),
        started_at=NOW,
        state=b"",
    )
    session.add(row)
    session.flush()
    return row


def make_task(session: Session, case: Case) -> Task:
    row = Task(
        case_id=case.id,
        step="draft",
        relation="applicant",
        role="secretary",
        applicant_id=case.applicant_id,
        opened_at=NOW,
    )
    session.add(row)
    session.flush()
    return row


def make_actor(session: Session) -> Actor:
    person = make_person(session)
    return Actor(person.id, person.name, person.name_en, ())


def issue_request(session: Session, case: Case, issuer: Organisation, **changes: Any) -> Paper:
    """Issue the sample request; keywords replace what `papers.issue` is given."""
    arguments: dict[str, Any] = {
        "case": case,
        "task": None,
        "template": request_template(),
        "context": CONTEXT,
        "issuer": issuer,
        "signer": "李建国",
        "now": NOW,
        "actor": None,
    }
    return papers.issue(session, **(arguments | changes))
