from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.documents.samples import CONTEXT, REQUEST, TODAY, context_with, request_template
from workflows.documents.paper_text import PaperForm, Paragraph
from workflows.documents.template import check_template, load, parse, render
from workflows.errors import Invalid

PROCEDURES = Path(__file__).parents[2] / "bpmn"


def written(**draft: object) -> str:
    text = render(request_template(), context_with(**draft), issuer="筹备组", signer="李建国", dated_on=TODAY)
    return text.body_text


def refusal(source: str = REQUEST, context: object = None, signer: str = "李建国") -> Invalid:
    with pytest.raises(Invalid) as caught:
        render(parse("request", source), context or CONTEXT, issuer="筹备组", signer=signer, dated_on=TODAY)  # type: ignore[arg-type]
    return caught.value


def test_a_template_becomes_the_words_of_a_paper() -> None:
    text = render(request_template(), CONTEXT, issuer="中原先进制造业开发区工会筹备组", signer="李建国", dated_on=TODAY)
    assert (text.code, text.form, text.signer, text.dated_on) == ("DOC-01", PaperForm.REQUEST, "李建国", TODAY)
    assert text.title == "关于成立中原先进制造业开发区总工会的请示"
    assert text.recipient == "中原市总工会"
    assert text.issuer == "中原先进制造业开发区工会筹备组"
    assert text.attachments == (
        "中原先进制造业开发区企业和职工情况统计表",
        "中共中原先进制造业开发区工作委员会会议纪要",
    )
    assert text.copies == ("中共中原先进制造业开发区工作委员会",)
    assert text.note == "联系人：王芳，0371-00000000"
    assert text.body == (
        Paragraph(0, "", "根据豫工发〔2015〕13号文件精神，现请示如下："),
        Paragraph(1, "一、基本情况。", "截至2026年11月1日，有企业112家。"),
        Paragraph(3, "", "1.主席人选：李建国"),
        Paragraph(3, "", "2.副主席人选：赵敏"),
        Paragraph(0, "", "产业集聚度高，职工队伍稳定。"),
        Paragraph(0, "", "当否，请批示。"),
    )


def test_several_recipients_are_listed() -> None:
    source = REQUEST.replace('to = "superior_union"', 'to = ["superior_union", "party_committee"]')
    text = render(parse("request", source), CONTEXT, issuer="筹备组", signer="李", dated_on=TODAY)
    assert text.recipient == "中原市总工会，中共中原先进制造业开发区工作委员会"


def test_an_optional_answer_is_printed_when_it_is_there() -> None:
    assert "另行报告" not in written()
    assert "另行报告" in written(remark="另行报告")


def test_answers_with_blank_lines_become_paragraphs() -> None:
    assert "第一段\n\n第二段，续" in written(reason="第一段\n\n第二段，\n续")


@pytest.mark.parametrize(
    "hostile",
    ["{{ 7 * 7 }}", "{% for a in zone %}", "<b>&amp;</b>", '#eval("1")', r"\alpha $x$", "+++", "{# x #}"],
)
def test_what_somebody_typed_is_never_run(hostile: str) -> None:
    assert hostile in written(reason=hostile).split("\n\n")


def test_the_date_of_the_paper_is_today() -> None:
    source = REQUEST.replace("当否，请批示。", "{{ today }}")
    text = render(parse("request", source), CONTEXT, issuer="筹备组", signer="李", dated_on=date(2026, 3, 5))
    assert text.body[-1].text == "2026年3月5日"


def test_a_missing_value_is_named_with_its_line() -> None:
    refused = refusal(context={**CONTEXT, "answers": {}})
    assert refused.mistakes[0].path == "documents/request.txt:16"
    assert "draft.leaders" in refused.mistakes[0].message.zh
    assert "draft.leaders" in refused.mistakes[0].message.en


@pytest.mark.parametrize("value", [None, {"a": 1}, [1], object()])
def test_a_value_without_a_form_on_paper_is_refused(value: object) -> None:
    assert "DOC-01" in refusal(context=context_with(reason=value)).message.zh


def test_a_key_named_like_a_method_is_the_value_of_the_answer() -> None:
    source = REQUEST.replace("answers.draft.reason", "answers.draft.items")
    text = render(parse("r", source), context_with(items="产业目录"), issuer="筹备组", signer="李", dated_on=TODAY)
    assert "产业目录" in text.body_text
    assert "items" in refusal(source).message.zh


def test_python_objects_show_nothing_of_themselves() -> None:
    for path in ("answers.draft.reason.upper", "answers.draft.reason.format", "zone.keys"):
        assert path.rpartition(".")[2] in refusal(REQUEST.replace("answers.draft.reason", path)).message.zh


def test_a_paper_without_recipient_is_refused() -> None:
    assert "主送机关" in refusal(context={**CONTEXT, "superior_union": {"name": ""}}).message.zh


def test_a_paper_to_a_superior_needs_a_signer() -> None:
    assert "签发人" in refusal(signer=" ").message.zh


def test_an_endless_answer_is_refused() -> None:
    assert "60000" in refusal(context=context_with(reason="长" * 70_000)).message.zh


def test_an_endless_title_is_refused() -> None:
    assert "300" in refusal(context={**CONTEXT, "zone": {"name": "区" * 400}}).message.zh


def test_references_name_what_a_template_reads() -> None:
    assert {".".join(path) for path in request_template().references()} == {
        "zone.name",
        "superior_union",
        "party_committee",
        "facts.zone_form.numbers.data_on",
        "facts.zone_form.numbers.enterprises",
        "answers.draft.leaders",
        "answers.draft.leaders.post",
        "answers.draft.leaders.name",
        "answers.draft.reason",
        "answers.draft.remark",
        "answers.draft.contact",
    }


def test_a_template_is_loaded_from_the_files_of_a_procedure() -> None:
    assert load({"documents/request.txt": REQUEST.encode()}, "request").code == "DOC-01"
    for files in ({}, {"documents/request.txt": REQUEST.encode("gb18030")}):
        with pytest.raises(Invalid):
            load(files, "request")


@pytest.mark.parametrize("path", sorted(PROCEDURES.glob("*/documents/*.txt")), ids=lambda path: path.stem)
def test_the_templates_that_are_shipped_are_good(path: Path) -> None:
    assert check_template(path.read_text(encoding="utf-8")) == []
