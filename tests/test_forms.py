"""Answers against a form: every mistake at once, in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import forms

SCHEMA = {
    "type": "object",
    "properties": {
        "reason": {"type": "string", "title": "理由", "minLength": 1, "maxLength": 10},
        "persons": {"type": "integer", "title": "人数", "minimum": 0, "maximum": 99},
        "held_on": {"type": "string", "title": "日期", "format": "date"},
        "way": {
            "type": "string",
            "title": "方式",
            "oneOf": [{"const": "a", "title": "甲"}, {"const": "b", "title": "乙"}],
        },
        "members": {
            "type": "array",
            "title": "成员",
            "minItems": 1,
            "uniqueItems": True,
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string", "title": "姓名", "minLength": 1}},
                "required": ["name"],
            },
        },
    },
    "required": ["reason", "persons", "members"],
}
GOOD = {"reason": "好", "persons": 3, "held_on": "2026-03-05", "way": "a", "members": [{"name": "甲"}]}


def told(answers: object) -> dict[str, str]:
    return {m.path: m.message.zh for m in forms.mistakes(SCHEMA, answers)}


def test_good_answers_have_no_mistakes() -> None:
    assert told(GOOD) == {}


@pytest.mark.parametrize(
    ("change", "path", "sentence"),
    [
        ({"reason": ""}, "/reason", "“理由”尚未填写。"),
        ({"reason": "一" * 11}, "/reason", "“理由”最多 10 个字，现有 11 个。"),
        ({"persons": -1}, "/persons", "“人数”不能小于 0。"),
        ({"persons": 100}, "/persons", "“人数”不能大于 99。"),
        ({"persons": "三"}, "/persons", "“人数”请填写整数。"),
        ({"held_on": "2026-02-30"}, "/held_on", "“日期”不是有效日期，请按 2026-03-05 的写法填写。"),
        ({"way": "c"}, "/way", "“方式”请从列出的选项中选择。"),
        ({"members": []}, "/members", "“成员”至少填写 1 行。"),
        ({"members": [{"name": "甲"}, {}]}, "/members/1/name", "“成员”第 2 行“姓名”尚未填写。"),
        ({"members": [{"name": "甲"}, {"name": "甲"}]}, "/members", "“成员”有重复的行，请删去多余的一行。"),
    ],
)
def test_a_mistake_is_told_where_it_is(change: dict[str, object], path: str, sentence: str) -> None:
    assert told(GOOD | change) == {path: sentence}


def test_all_mistakes_come_at_once_in_the_order_of_the_form() -> None:
    found = forms.mistakes(SCHEMA, {"members": [{}], "persons": -1})
    assert [m.path for m in found] == ["/reason", "/persons", "/members/0/name"]


def test_what_the_form_does_not_ask_for_is_left_out() -> None:
    assert forms.known_fields(SCHEMA, {"reason": "好", "status": "approved"}) == {"reason": "好"}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)
    )
)
def test_nothing_that_can_be_sent_breaks_the_check(answers: object) -> None:
    for mistake in forms.mistakes(SCHEMA, answers):
        assert mistake.message.zh
        assert mistake.message.en
