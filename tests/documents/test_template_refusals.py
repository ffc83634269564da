"""What `check_template` says about a bad template: the line, and why."""

from __future__ import annotations

import time

import pytest

from tests.documents.samples import REQUEST
from workflows.documents.template import check_template, parse
from workflows.errors import Invalid

LAST = REQUEST.splitlines().index("当否，请批示。") + 1


def reasons(source: str) -> list[tuple[int, str]]:
    return [(line, reason.en) for line, reason in check_template(source)]


@pytest.mark.parametrize(
    "hostile",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ zone['__class__'] }}",
        "{{ zone[answers.draft.key] }}",
        "{{ range(999999999) }}",
        "{{ zone.name.format(1) }}",
        "{{ 'a' * 999999999 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ cycler }}",
        "{{ self }}",
        "{{ zone | attr('name') }}",
        "{{ zone | map('upper') | list }}",
        "{{ zone is sameas zone }}",
        "{% set a = 1 %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% macro x() %}{% endmacro %}",
        "{% call zone() %}{% endcall %}",
        "{% filter upper %}{% endfilter %}",
        "{% block x %}{% endblock %}",
        "{% for a in zone recursive %}{% endfor %}",
        "{% for a in zone %}{% for b in zone %}{% for c in zone %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in zone %}{{ loop.cycle(1, 2) }}{% endfor %}",
        "{{ {'a': 1} }}",
        "{{ unknown_name }}",
        "{% if %}",
        "{{",
    ],
)
def test_what_is_not_allowed_is_found_at_its_line(hostile: str) -> None:
    found = check_template(REQUEST.replace("当否，请批示。", hostile))
    assert [line for line, _ in found] == [LAST]
    with pytest.raises(Invalid) as caught:
        parse("request", REQUEST.replace("当否，请批示。", hostile))
    assert caught.value.mistakes[0].path == f"documents/request.txt:{LAST}"


def test_what_a_loop_names_is_known_only_inside_it() -> None:
    assert reasons(REQUEST.replace("当否", "{{ row.name }}"))[0][0] == LAST


def test_the_front_matter_is_checked_as_well() -> None:
    assert reasons(REQUEST.replace("{{ zone.name }}总工会的请示", "{{ zone.name() }}"))[0] == (
        6,
        "Call is not allowed in a template.",
    )


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ('code = "DOC-01"', 'code = "D1"', 2, "DOC-01"),
        ('code = "DOC-01"', "code = 1", 2, "must be text"),
        ('form = "请示"', 'form = "命令"', 3, "批复"),
        ('from = "applicant"', 'from = "minister"', 4, "no relation"),
        ('to = "superior_union"', "to = []", 5, "no recipient"),
        ('to = "superior_union"', 'to = ["superior_union", "minister"]', 5, "no relation"),
        ('from = "applicant"\n', "", 1, "missing"),
        ('from = "applicant"', 'from = "applicant"\nsigner = false', 5, "signer"),
        ('from = "applicant"', 'from = "applicant"\nsigner = "yes"', 5, "true or false"),
        ('from = "applicant"', 'from = "applicant"\nseal = true', 5, "unknown"),
        ('copies = ["{{ party_committee }}"]', 'copies = "甲"', 8, "list"),
        ('form = "请示"', "form = 请示", 3, "not TOML"),
    ],
)
def test_front_matter_mistakes(before: str, after: str, line: int, said: str) -> None:
    found = reasons(REQUEST.replace(before, after))
    assert found[0][0] == line
    assert any(said in reason for _, reason in found)


@pytest.mark.parametrize("source", ["", "正文", "+++\n正文", "前言\n" + REQUEST])
def test_a_text_without_front_matter_is_refused(source: str) -> None:
    assert reasons(source)[0][0] == 1


def test_an_empty_body_is_refused() -> None:
    assert "no body" in reasons(REQUEST[: REQUEST.rindex("+++") + 4])[0][1]


def test_every_finding_is_listed_at_once_in_the_order_of_lines() -> None:
    found = reasons(REQUEST.replace('form = "请示"', 'form = "命令"').replace("当否", "{{ a }}{{ b }}"))
    assert [line for line, _ in found] == [3, LAST, LAST]


def test_a_huge_template_is_refused_quickly() -> None:
    started = time.perf_counter()
    assert "30000" in reasons(REQUEST + "{{ zone }}" * 1_000_000)[0][1]
    assert time.perf_counter() - started < 1
