"""From a JSON Schema to fields and from what a browser sends to JSON."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from webapp.cases import formdata

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "title": "名称", "maxLength": 40},
        "reason": {"type": "string", "title": "理由", "maxLength": 2000},
        "persons": {"type": "integer", "title": "人数", "minimum": 1},
        "rate": {"type": "number", "title": "比例"},
        "held_on": {"type": "string", "format": "date", "title": "日期"},
        "agreed": {"type": "boolean", "title": "已商定"},
        "post": {
            "type": "string",
            "title": "职务",
            "oneOf": [{"const": "chair", "title": "主席"}, {"const": "vice", "title": "副主席"}],
        },
        "members": {
            "type": "array",
            "title": "成员",
            "minItems": 2,
            "maxItems": 3,
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "title": "姓名"},
                    "votes": {"type": "integer", "title": "票数"},
                    "woman": {"type": "boolean", "title": "女"},
                },
                "required": ["name"],
            },
        },
    },
    "required": ["name", "members"],
}
UI = {"order": ["members", "name"], "persons": {"unit": "人", "help": "含派遣工"}, "post": {"widget": "select"}}


def parse(**typed: str) -> formdata.Answers:
    return formdata.parse(SCHEMA, MultiDict({"/" + name.replace("__", "/"): value for name, value in typed.items()}))


def test_values_get_the_type_of_their_field() -> None:
    answers = parse(name=" 工会 ", persons="1,200", rate="0.5", held_on="2026-03-09", agreed="true", post="chair")
    assert answers == {
        "name": "工会",
        "persons": 1200,
        "rate": 0.5,
        "held_on": "2026-03-09",
        "agreed": True,
        "post": "chair",
    }


def test_what_is_left_empty_is_absent_and_an_empty_box_says_no() -> None:
    assert parse(name="  ", persons="") == {"agreed": False}


@pytest.mark.parametrize("typed", ["十二", "12人", "1.5", "1e3", "--1", "9" * 30])
def test_what_is_no_whole_number_stays_as_it_was_typed(typed: str) -> None:
    assert parse(persons=typed)["persons"] == typed


def test_full_width_digits_are_digits() -> None:
    assert parse(persons="１２００")["persons"] == 1200


def test_signs_that_nobody_can_see_are_dropped() -> None:
    assert parse(reason="第一行\r\n第二行\x00\x07")["reason"] == "第一行\n第二行"


def test_rows_keep_their_order_and_close_their_gaps() -> None:
    answers = parse(members__0__name="甲", members__5="row", members__9__name="乙", members__9__votes="3")
    assert [row.get("name") for row in answers["members"]] == ["甲", None, "乙"]
    assert formdata.without_empty_rows(answers)["members"] == [
        {"name": "甲", "woman": False},
        {"name": "乙", "votes": 3, "woman": False},
    ]


def test_fields_the_form_does_not_ask_for_are_ignored() -> None:
    assert parse(secret="1", members__0__secret="2") == {"agreed": False, "members": [{"woman": False}]}


def test_a_row_is_added_until_there_are_enough() -> None:
    once = formdata.add_row(SCHEMA, {"members": [{"name": "甲"}]}, "/members")
    assert once["members"] == [{"name": "甲"}, {}]
    twice = formdata.add_row(SCHEMA, formdata.add_row(SCHEMA, once, "/members"), "/members")
    assert len(twice["members"]) == 3
    assert formdata.add_row(SCHEMA, {"name": "甲"}, "/name") == {"name": "甲"}


def test_a_row_is_removed_by_its_number() -> None:
    answers = {"members": [{"name": "甲"}, {"name": "乙"}]}
    assert formdata.remove_row(answers, "/members/0") == {"members": [{"name": "乙"}]}
    for nonsense in ("/members/7", "/members/x", "/name/0", "", "/members/-1"):
        assert formdata.remove_row(answers, nonsense) == answers


def test_fields_follow_the_order_of_the_ui_and_carry_its_hints() -> None:
    fields = formdata.fields(SCHEMA, UI, {"persons": 12}, lambda text: text)
    assert [field.path for field in fields[:3]] == ["/members", "/name", "/reason"]
    by_path = {field.path: field for field in fields}
    assert by_path["/persons"].value == "12"
    assert (by_path["/persons"].unit, by_path["/persons"].help) == ("人", "含派遣工")
    widgets = {path: field.widget for path, field in by_path.items()}
    assert widgets == {
        "/members": "rows",
        "/name": "text",
        "/reason": "textarea",
        "/persons": "number",
        "/rate": "number",
        "/held_on": "date",
        "/agreed": "yes_no",
        "/post": "select",
    }


def test_a_table_offers_as_many_empty_rows_as_it_wants_at_least() -> None:
    members = formdata.fields(SCHEMA, UI, {}, lambda text: text)[0]
    assert [row[0].path for row in members.rows] == ["/members/0/name", "/members/1/name"]
    assert members.rows[0][0].required
    assert not members.rows[0][1].required


def test_answers_are_read_in_words() -> None:
    answers = {
        "name": "工会",
        "post": "vice",
        "persons": 3,
        "agreed": False,
        "members": [{"name": "甲", "votes": 2, "woman": True}],
    }
    shown = {answer.title: answer for answer in formdata.shown(SCHEMA, UI, answers, lambda text: text, ("是", "否"))}
    assert shown["职务"].value == "副主席"
    assert shown["人数"].value == "3 人"
    assert shown["已商定"].value == "否"
    assert shown["成员"].columns == ("姓名", "票数", "女")
    assert shown["成员"].rows == (("甲", "2", "是"),)
    assert "理由" not in shown


def _sent(fields: tuple[formdata.Field, ...]) -> MultiDict[str, str]:
    """What a browser sends for a page of these fields when nothing is changed."""
    sent: MultiDict[str, str] = MultiDict()
    for field in fields:
        if field.widget == "rows":
            for number, row in enumerate(field.rows):
                sent[f"{field.path}/{number}"] = "row"
                sent.update(_sent(row))
        elif field.widget != "yes_no" or field.value:
            sent[field.path] = field.value
    return sent


_text = (
    st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs"]), min_size=1, max_size=20).map(str.strip).filter(bool)
)
_row = st.fixed_dictionaries({"name": _text, "woman": st.booleans()}, optional={"votes": st.integers(0, 10**6)})
_answers = st.fixed_dictionaries(
    {"agreed": st.booleans(), "members": st.lists(_row, min_size=1, max_size=3)},
    optional={"name": _text, "persons": st.integers(-(10**6), 10**6), "post": st.sampled_from(["chair", "vice"])},
)


@given(_answers)
def test_what_is_shown_and_sent_back_unchanged_stays_the_same(answers: formdata.Answers) -> None:
    fields = formdata.fields(SCHEMA, UI, answers, lambda text: text)
    assert formdata.parse(SCHEMA, _sent(fields)) == answers
