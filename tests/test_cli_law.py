"""`jianhui law`: the examples, in both languages and as JSON; no database is needed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from webapp.cli import cli
from workflows.law.questions import QUESTIONS

EXAMPLES = {
    "election --members 187 --attending 150 --seats 2 --votes A=100,B=98,C=60": "elected",
    "founding --employees 30 --members 18": "policy_duty",
    "zone-form --enterprises 96 --employees 5400": "band",
    "committee --members 201": "seats",
    "attendance --members 187 --attending 124": "no_quorum",
    "deadline --rule T-01 --start 2026-03-10": "act_by",
    "contract --tenure full_time --contract-ends 2027-06-30 --from 2026-03-09 --until 2031-03-09": "extended",
    "goal --done 179 --of 199 --target 90/100": "not_reached",
    "dues --wages 1250000.00 --share 0.60": "due",
}


def law(arguments: str, lang: str = "en", **environment: str) -> Result:
    nowhere = {"JIANHUI_DATABASE": "postgresql+psycopg://nobody@nowhere.invalid/none", **environment}
    return CliRunner().invoke(cli, ["--lang", lang, "law", *arguments.split()], env=nowhere)


def answer(arguments: str) -> dict[str, Any]:
    result = law(f"{arguments} --json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_there_is_an_example_of_every_question() -> None:
    assert {example.split()[0] for example in EXAMPLES} == {question.key for question in QUESTIONS}


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_answers_with_verdict_numbers_rule_and_reason(example: str) -> None:
    found = answer(example)
    assert found["verdict"] == EXAMPLES[example]
    assert found["numbers"]
    assert found["rule"]
    assert found["source"]
    assert all(reason["zh"] and reason["en"] for reason in found["reasons"])
    assert found["reasons"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_reads_in_both_languages(example: str) -> None:
    chinese, english = law(example, "zh").stdout, law(example).stdout
    found = answer(example)
    assert found["title"]["zh"] in chinese
    assert found["title"]["en"] in english
    assert found["reasons"][0]["zh"] in chinese
    assert found["reasons"][0]["en"] in english
    assert f"依据 {found['rule']}" in chinese
    assert not any(line.strip().split(":")[0] in found["numbers"] for line in chinese.splitlines()), "a name is missing"


def test_the_election_names_who_is_elected() -> None:
    found = answer("election --members 187 --attending 150 --seats 2 --votes A=100,B=98,C=60")
    assert found["elected"] == ["A", "B"]
    assert (found["numbers"]["quorum"], found["numbers"]["votes_needed"]) == (125, 94)
    assert found["protocol"]["rows"][2]["outcome"]["en"] == "not elected"


def test_the_deadline_names_its_day_and_every_variant() -> None:
    assert answer("deadline --rule T-01 --start 2026-03-10")["days"] == [{"variant": "", "day": "2026-03-25"}]
    vacancies = answer("deadline --rule t-04 --start 2026-03-15")["days"]
    assert vacancies == [
        {"variant": "enterprise_chair", "day": "2026-06-15"},
        {"variant": "chair", "day": "2026-09-15"},
        {"variant": "vice_chair", "day": "2026-09-15"},
    ]


def test_the_dues_are_exact() -> None:
    numbers = answer("dues --wages 1250000.00 --share 0.60")["numbers"]
    assert (numbers["dues"], numbers["basic"], numbers["upper"]) == ("25000.00", "15000.00", "10000.00")
    assert answer("dues --wages 0.25")["numbers"]["dues"] == "0.01"  # half a cent goes up
    assert answer("dues --wages 0.24")["numbers"]["dues"] == "0.00"


def test_the_rules_of_2015_can_be_asked() -> None:
    assert answer("deadline --rule T-04 --start 2026-03-15 --rules RS-2015")["days"][1]["day"] == "2026-06-15"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ("election --members 187 --attending 188 --seats 2 --votes A=100", 1, "more than those who should attend"),
        ("election --members 187 --attending 150 --seats 2 --votes A=151", 1, "valid ballots"),
        ("goal --done 200 --of 199 --target 90/100", 1, "more than the 199"),
        ("deadline --rule T-99 --start 2026-03-10", 1, "no timer T-99"),
        ("deadline --rule T-35 --start 2026-03-10", 1, "no period"),
        ("dues --wages 1.234", 1, "two decimals"),
        ("dues --wages much", 2, "a number such as"),
        ("goal --done 1 --of 2 --target 90/0", 2, "a fraction"),
        ("election --members -5 --attending 1 --seats 1 --votes A=1", 2, "whole number"),
        ("election --members 187", 2, "attending"),
        ("deadline --rule T-01 --start 2026-02-30", 2, "a day such as"),
        ("committee --members 201 --rules RS-1999", 2, "RS-1999"),
    ],
)
def test_impossible_numbers_are_refused_and_unreadable_ones_are_wrong_use(
    arguments: str, code: int, words: str
) -> None:
    result = law(arguments)
    assert result.exit_code == code, result.output
    assert words in result.output


def test_numbers_and_days_as_people_type_them() -> None:
    assert answer("zone-form --enterprises 1,050 --employees ６２００")["verdict"] == "eligible"
    assert answer("deadline --rule T-01 --start 2026年3月10日")["numbers"]["end"] == "2026-03-25"
    assert answer("goal --done 9 --of 10 --target 90%")["verdict"] == "reached"
