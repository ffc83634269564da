"""procedure.toml: everything about a procedure that a diagram does not say."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from workflows.deadlines import Kind, Unit
from workflows.engine.findings import CheckFinding
from workflows.engine.toml_reader import Table
from workflows.text import Text

FILE = "procedure.toml"

RELATIONS = (
    *("applicant", "superior_union", "party_committee", "registration_authority"),
    *("staffing_authority", "city_staffing_authority", "provincial_staffing_authority"),
)
ROLES = ("secretary", "leader", "clerk", "counter", "scrutineer")
OUTCOME_KINDS = ("submit", "approve", "refuse", "return")
SOURCES = ("upload", "paper")
WAYS = ("all", "any", "in_order", "vote")  # 会签, 或签, 依次, 票签

_LONGEST = {Unit.CALENDAR_DAYS: 3660, Unit.WORKING_DAYS: 2500, Unit.MONTHS: 120}  # ten years


@dataclass(frozen=True, slots=True)
class StartRule:
    """Who may start: a post with ``role`` in an organisation of one of ``kinds``, which becomes the ``relation``."""

    relation: str
    kinds: tuple[str, ...]
    role: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane of the diagram and the organisation, in relation to the applicant, whose post acts in it.

    ``routing``: the decision table that may name another relation for a case, by what was answered in it.
    """

    name: str
    relation: str
    role: str
    routing: str = ""


@dataclass(frozen=True, slots=True)
class DeadlineSetting:
    """How long a step may take or must last, before a case makes dates of it (workflows.deadlines).

    ``length`` counts ``unit``s; it is None when a ``parameter`` of the case's rule set says how many. ``target`` is an
    earlier aim, in the same unit unless ``target_unit`` says otherwise; ``target_parameter`` leaves it to the rule set.
    """

    length: int | None
    parameter: str | None
    unit: Unit
    kind: Kind
    target: int | None
    rule: str
    target_parameter: str | None = None
    target_unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an actor may decide at a step, and the papers (names of documents) that are issued by it.

    ``closed_by``: checks of the step that close this outcome on the page already, as long as they find something in
    what is typed so far.
    """

    key: str
    title: str
    kind: str
    issues: tuple[str, ...] = ()
    closed_by: tuple[str, ...] = ()

    @property
    def needs_reason(self) -> bool:
        """Refusing and returning need a written reason."""
        return self.kind in ("refuse", "return")


DONE = Outcome(key="done", title="提交", kind="submit")
OWN_ENGLISH = {DONE.title: "Submit"}


@dataclass(frozen=True, slots=True)
class Material:
    """One line of a step's checklist; ``needs`` are keys of materials that must be there before this one."""

    key: str
    title: str
    source: str
    paper: str | None
    required: bool
    outcomes: tuple[str, ...]
    needs: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Together:
    """Several people decide one step: each by name, among the holders of ``roles`` when it opens.

    A role alone is one in the step's own organisation; ``party_committee.leader`` is one in another that takes part.

    ``way``: all must agree; any one decides; one after another; or a vote that passes with ``more_than`` or ``at_least``
    this fraction of all who are entitled. ``agree`` and ``refuse`` are the keys of the outcomes it leads to.
    """

    way: str
    roles: tuple[str, ...]
    more_than: Fraction | None
    at_least: Fraction | None
    agree: str
    refuse: str


@dataclass(frozen=True, slots=True)
class StepSettings:
    """What procedure.toml says about one user task.

    ``unseen``: ids of steps whose answers are kept from everybody who may do this one until it is done.
    """

    role: str | None
    facts: tuple[str, ...]
    checks: tuple[str, ...]
    draft: str
    independent: bool | None
    secretary_note: str
    deadline: DeadlineSetting | None
    outcomes: tuple[Outcome, ...]
    materials: tuple[Material, ...]
    together: Together | None = None
    unseen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole file."""

    key: str
    title: str
    summary: str
    chapter: str
    article: str
    rules: tuple[str, ...]
    subject: str
    needs: tuple[str, ...]
    facts: tuple[str, ...]
    start: StartRule
    lanes: Mapping[str, Lane] = field(default_factory=lambda: MappingProxyType({}))
    steps: Mapping[str, StepSettings] = field(default_factory=lambda: MappingProxyType({}))


def read(content: bytes | None) -> tuple[Settings | None, tuple[CheckFinding, ...]]:
    """The settings and every mistake in them; no settings at all when the file is missing or is no TOML."""
    if content is None:
        return None, (CheckFinding(FILE, "", Text("缺少 procedure.toml。", "procedure.toml is missing.")),)
    try:
        values = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        return None, (
            CheckFinding(FILE, "", Text(f"不是有效的 UTF-8 TOML：{error}", f"This is no valid TOML in UTF-8: {error}")),
        )
    findings: list[CheckFinding] = []
    settings = _settings(Table(FILE, "", values, findings))
    return settings, tuple(findings)


def _settings(table: Table) -> Settings:
    settings = Settings(
        key=_key(table),
        title=table.text("title"),
        summary=table.text("summary"),
        chapter=table.text("chapter"),
        article=table.text("article", ""),
        rules=table.texts("rules"),
        subject=table.text("subject"),
        needs=table.texts("needs"),
        facts=table.texts("facts"),
        start=_start(table.table("start")),
        lanes=MappingProxyType({name: _lane(name, lane) for name, lane in table.named_tables("lanes")}),
        steps=MappingProxyType({name: _step(step) for name, step in table.named_tables("steps")}),
    )
    table.done()
    return settings


def _key(table: Table, *, known: Iterable[str] = ()) -> str:
    key = table.text("key")
    if key and not (key.isascii() and key.isidentifier() and key == key.lower()):
        table.complain(
            "key",
            Text("只用小写字母、数字和下划线，以字母开头。", "Lower-case letters, digits and underscores only."),
        )
    if key in known:
        table.complain("key", Text(f"“{key}”重复。", f'"{key}" is there twice.'))
    return key


def _start(table: Table | None) -> StartRule:
    if table is None:
        return StartRule(relation="applicant", kinds=(), role="secretary")
    start = StartRule(
        relation=table.one_of("relation", RELATIONS, "applicant"),
        kinds=table.texts("kinds"),
        role=table.one_of("role", ROLES, "secretary"),
    )
    if not start.kinds:
        table.complain(
            "kinds", Text("至少写一类可以申请的组织。", "Name at least one kind of organisation that may apply.")
        )
    table.done()
    return start


def _lane(name: str, table: Table) -> Lane:
    lane = Lane(
        name=name,
        relation=table.one_of("relation", RELATIONS),
        role=table.one_of("role", ROLES),
        routing=table.text("routing", ""),
    )
    table.done()
    return lane


def _step(table: Table) -> StepSettings:
    checks = table.texts("checks")
    outcomes = _outcomes(table, checks)
    step = StepSettings(
        role=table.one_of("role", ROLES, "") or None,
        facts=table.texts("facts"),
        checks=checks,
        draft=table.text("draft", ""),
        independent=table.maybe("independent"),
        secretary_note=table.text("secretary_note", ""),
        deadline=_deadline(table.table("deadline", required=False)),
        outcomes=outcomes,
        materials=_materials(table, tuple(outcome.key for outcome in outcomes)),
        together=_together(table.table("together", required=False), {outcome.key: outcome for outcome in outcomes}),
        unseen=table.texts("unseen"),
    )
    table.done()
    return step


def _together(table: Table | None, outcomes: Mapping[str, Outcome]) -> Together | None:
    if table is None:
        return None
    together = Together(
        way=table.one_of("way", WAYS),
        roles=table.texts("roles", (*ROLES, *(f"{relation}.{role}" for relation in RELATIONS for role in ROLES))),
        more_than=_share(table, "more_than"),
        at_least=_share(table, "at_least"),
        agree=table.one_of("agree", list(outcomes)),
        refuse=table.one_of("refuse", list(outcomes)),
    )
    if not together.roles:
        table.complain("roles", Text("至少写一种岗位。", "Name at least one role."))
    if (together.way == "vote") != ((together.more_than is None) != (together.at_least is None)):
        table.complain(
            "way",
            Text(
                'way = "vote" 时 more_than 和 at_least 写且只写一个，其他方式都不写。',
                'With way = "vote" write one of more_than and at_least; with the other ways neither.',
            ),
        )
    for key in ("agree", "refuse"):
        outcome = outcomes.get(getattr(together, key))
        if outcome is not None and outcome.needs_reason != (key == "refuse"):
            table.complain(
                key,
                Text(
                    "agree 应是同意类结果，refuse 应是驳回或退回类结果。",
                    "agree must be an outcome that approves, refuse one that refuses or returns.",
                ),
            )
    table.done()
    return together


def _share(table: Table, key: str) -> Fraction | None:
    """A fraction such as "1/2" of all who are entitled: exact, above 0 and not above 1."""
    text = table.text(key, "")
    if not text:
        return None
    counter, _slash, whole = text.partition("/")
    if counter.isdecimal() and whole.isdecimal() and 0 < int(counter) <= int(whole) <= 1000:
        return Fraction(int(counter), int(whole))
    table.complain(key, Text("写成分数，例如 1/2 或 2/3。", "Write a fraction such as 1/2 or 2/3."))
    return None


def _deadline(table: Table | None) -> DeadlineSetting | None:
    if table is None:
        return None
    unit = table.one_of("unit", list(Unit))
    longest = _LONGEST[Unit(unit)] if unit in list(Unit) else max(_LONGEST.values())
    length = table.whole("days", 1, longest)
    parameter = table.text("parameter", "") or None
    kind = table.one_of("kind", list(Kind), Kind.ACT_BY)
    target_unit = table.one_of("target_unit", list(Unit), "")
    other_unit = target_unit if target_unit in list(Unit) and target_unit != unit else ""
    target = table.whole("target", 1, _LONGEST[Unit(other_unit)] if other_unit else length or longest)
    target_parameter = table.text("target_parameter", "") or None
    rule = table.text("rule")
    if (length is None) == (parameter is None):
        table.complain(
            "days", Text("days 和 parameter 写且只写一个。", "Write either days or parameter, and not both of them.")
        )
    if target is not None and target_parameter is not None:
        table.complain(
            "target",
            Text("target 和 target_parameter 只写一个。", "Write target or target_parameter, not both of them."),
        )
    table.done()
    if unit not in list(Unit) or kind not in list(Kind):
        return None
    return DeadlineSetting(
        length=length,
        parameter=parameter,
        unit=Unit(unit),
        kind=Kind(kind),
        target=target,
        rule=rule,
        target_parameter=target_parameter,
        target_unit=Unit(other_unit) if other_unit else None,
    )


def _outcomes(table: Table, checks: tuple[str, ...]) -> tuple[Outcome, ...]:
    outcomes: list[Outcome] = []
    for entry in table.tables("outcomes"):
        outcomes.append(
            Outcome(
                key=_key(entry, known=[outcome.key for outcome in outcomes]),
                title=entry.text("title"),
                kind=entry.one_of("kind", OUTCOME_KINDS),
                issues=entry.texts("issues"),
                closed_by=entry.texts("closed_by", checks),
            )
        )
        entry.done()
    return tuple(outcomes) or (DONE,)


def _materials(table: Table, outcomes: tuple[str, ...]) -> tuple[Material, ...]:
    materials: list[Material] = []
    for entry in table.tables("materials"):
        earlier = [material.key for material in materials]
        source = entry.one_of("source", SOURCES, "upload")
        paper = entry.text("paper", "") or None
        if (source == "paper") != (paper is not None):
            entry.complain(
                "paper",
                Text(
                    'source = "paper" 时要用 paper 写明公文名称，其他来源不写。',
                    'With source = "paper" name it in paper; other sources have none.',
                ),
            )
        materials.append(
            Material(
                key=_key(entry, known=earlier),
                title=entry.text("title"),
                source=source,
                paper=paper,
                required=entry.flag("required", True),
                outcomes=entry.texts("outcomes", outcomes),
                needs=entry.texts("needs", earlier),
                rule=entry.text("rule", ""),
            )
        )
        entry.done()
    return tuple(materials)
