"""`jianhui law …`: ask the rules without a case and without a database."""

from __future__ import annotations

import json
from typing import Any

import click

from webapp.clock import OFFICE_ZONE
from webapp.commands import surroundings
from webapp.commands.speech import Command, Group, Option, language, option, say, tell
from workflows.calendar import Calendar
from workflows.law.asking import Answer, Field, Given, Question
from workflows.law.finding import Confidence, Finding, Scalar
from workflows.law.questions import QUESTIONS
from workflows.law.rule_sets import CURRENT, rule_set, rule_set_names
from workflows.law.typed import Unreadable
from workflows.law.words import VALUES, number_title
from workflows.text import Text

law = Group(
    "law",
    says=Text(
        "规则计算：不立案、不用数据库，直接问规则；答案带结论、数字、规则和理由。数字不可能成立时退出码为 1。",
        "Ask the rules without a case or a database; an answer carries verdict, numbers, rule and reason. Exit code 1 "
        "when the numbers cannot be true.",
    ),
)


class _Typed(click.ParamType):
    """A value that is read as the calculator page reads it."""

    def __init__(self, field: Field) -> None:
        self.name = field.example or "…"
        self.field = field

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return self.field.read(str(value))
        except Unreadable as error:
            self.fail(tell(error.reason), param, ctx)


def _command(question: Question) -> Command:
    options = [
        Option(
            [f"--{field.name.replace('_', '-')}", field.name],
            type=_Typed(field),
            required=field.required,
            metavar=field.example or "…",
            says=_said(field),
        )
        for field in question.fields
    ]

    @option("--json", "as_json", is_flag=True, zh="输出 JSON。", en="Print JSON.")
    @option(
        "--rules",
        type=click.Choice(rule_set_names()),
        default=CURRENT,
        show_default=True,
        zh="规则版本。",
        en="Version of the rules.",
    )
    def ask(as_json: bool, rules: str, **values: Any) -> None:
        today = surroundings.now().astimezone(OFFICE_ZONE).date()
        answer = question.ask(values, Given(rule_set(rules).parameters, Calendar(), today))
        if as_json:
            click.echo(json.dumps({**answer.to_json(), "rules": rules}, ensure_ascii=False, indent=2))
        else:
            _print(answer)

    return Command(
        question.key,
        says=Text(f"{question.title.zh}：{question.summary.zh}", f"{question.title.en}. {question.summary.en}"),
        params=[*options, *reversed(getattr(ask, "__click_params__", []))],
        callback=ask,
    )


def register(root: Group) -> None:
    root.add_command(law)


def _said(field: Field) -> Text:
    return Text(
        f"{field.label.zh}。{field.help.zh}",
        f"{field.label.en}. {field.help.en}".rstrip(),
    )


def _print(answer: Answer) -> None:
    for number, finding in enumerate(answer.findings):
        if number:
            click.echo()
        _print_finding(finding)


def _print_finding(finding: Finding) -> None:
    click.echo(f"{tell(finding.title)}  [{finding.verdict}]")
    for name, value in finding.numbers.items():
        title = number_title(name)
        click.echo(f"  {tell(title) if title else name}: {_shown(value)}")
    for missing in finding.missing:
        click.echo(f"  ✗ {tell(missing)}")
    for reason in finding.reasons:
        click.echo(f"  · {tell(reason)}")
    for flag in finding.flags:
        click.echo(f"  ! {tell(flag)}")
    for other in finding.alternatives:
        click.echo("  " + say("还可以：", "Also possible: ") + tell(other))
    sure = tell(Confidence(finding.confidence).label)
    click.echo(
        "  "
        + say(f"依据 {finding.rule}；{finding.source}（{sure}）", f"Rule {finding.rule}; {finding.source} ({sure})")
    )


def _shown(value: Scalar) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return say("是", "yes") if value else say("否", "no")
    if isinstance(value, int):
        return f"{value:,}" if language() == "en" else str(value)
    return tell(VALUES[value]) if value in VALUES else value


for _question in QUESTIONS:
    law.add_command(_command(_question))
