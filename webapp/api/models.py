"""What the API takes and gives. Texts are in the language of the request; ids are numbers; days and instants ISO 8601."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from webapp.api.operation import Body

Late = Literal["none", "target", "fatal"]


class Answer(BaseModel):
    """What the API gives."""

    model_config = ConfigDict(from_attributes=True)


class MistakeOut(Answer):
    """One thing to correct: `path` is a JSON pointer into what was sent, or empty for the whole."""

    path: str
    message: str


class Problem(Answer):
    """Why something was not done. Nothing of it remains."""

    code: str
    message: str
    details: dict[str, Any] = Field(default_factory=dict)
    mistakes: list[MistakeOut] = Field(default_factory=list)


class Seat(Answer):
    """A post of the caller."""

    organisation_id: int
    organisation: str
    role: str
    title: str


class SessionOut(Answer):
    """Who is signed in, and the token that requests which change something carry in `X-CSRFToken`."""

    person_id: int
    name: str
    seats: list[Seat]
    csrf_token: str


class TaskRow(Answer):
    """One line of a list of tasks. `days_left` counts in `unit` to `fatal_on`, months as calendar days; below zero it is late."""

    task_id: int | None
    case_id: int
    case_number: str
    title: str
    procedure: str
    step_id: str
    step_title: str
    kind: str
    applicant: str
    holder: str
    opened_at: datetime
    closed_at: datetime | None
    outcome: str
    target_on: date | None
    fatal_on: date | None
    days_left: int | None
    late: Late
    paused: bool
    status: str
    unit: Literal["calendar_days", "working_days", "months"]


class TaskPage(Answer):
    """A page of a list, and how long the list is."""

    items: list[TaskRow]
    total: int
    page: int
    pages: int


class TaskQuery(Body):
    """Which list: what I owe, what I did, what I started."""

    view: Literal["todo", "done", "started"] = "todo"
    search: Annotated[str, Field(max_length=200)] = ""
    sort: Literal["due", "opened"] = "due"
    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    size: Annotated[int, Field(ge=1, le=200)] = 50


class OutcomeOut(Answer):
    """One way to decide; `refuse` and `return` need an opinion."""

    key: str
    title: str
    kind: str
    issues: list[str]


class AttachmentOut(Answer):
    """An uploaded file; the page of the case gives it out at `address`."""

    id: int
    material: str
    filename: str
    media_type: str
    size: int
    sha256: str
    address: str


class PaperOut(Answer):
    """An issued paper."""

    id: int
    number: str
    title: str
    dated_on: date
    status: str
    address: str


class MaterialOut(Answer):
    """A line of the checklist: `not_started`, `done` or `cannot_start` (`because` says why)."""

    key: str
    title: str
    source: str
    required: bool
    outcomes: list[str]
    state: str
    because: str
    attachments: list[AttachmentOut]


class FindingOut(Answer):
    """What the law says from the numbers: verdict, rule, numbers, reasons, source and how sure that is."""

    verdict: str
    rule: str
    numbers: dict[str, Any]
    reasons: list[str]
    source: str
    confidence: str
    flags: list[str]


class TaskOut(Answer):
    """A task with everything that is needed to do it. `form` is the JSON Schema of `answers`, if there is a form."""

    id: int
    case_id: int
    case_number: str
    title: str
    procedure: str
    step_id: str
    step_title: str
    kind: str
    status: str
    organisation: str
    holders: list[str]
    claimed_by: str
    opened_at: datetime
    target_on: date | None
    fatal_on: date | None
    deadline: list[str]
    paused: bool
    may: list[str]
    cannot_start: str
    outcomes: list[OutcomeOut]
    form: dict[str, Any] | None
    answers: dict[str, Any]
    outcome: str
    opinion: str
    materials: list[MaterialOut]
    findings: list[FindingOut]
    request: dict[str, Any]


class DecisionIn(Body):
    """A decision: the key of an outcome, the answers of the form, an opinion."""

    outcome: Annotated[str, Field(max_length=100)]
    answers: dict[str, JsonValue] = Field(default_factory=dict)
    opinion: Annotated[str, Field(max_length=20_000)] = ""


class Nothing(Body):
    """An empty object."""


class OpenedTask(Answer):
    """A task that waits now."""

    id: int
    step_id: str
    step_title: str


class DecisionOut(Answer):
    """What a decision led to."""

    case_id: int
    case_status: str
    task_id: int
    outcome: str
    opened: list[OpenedTask]


class ClaimOut(Answer):
    """Who has the task now; empty when everybody with the role may take it."""

    task_id: int
    claimed_by: str


class WaitOut(Answer):
    """For whom the case waits."""

    task_id: int
    step_id: str
    step_title: str
    organisation: str
    sentence: str


class CaseTask(Answer):
    """A task of a case, open or not."""

    id: int
    step_id: str
    step_title: str
    kind: str
    status: str
    outcome: str
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str


class CaseOut(Answer):
    """A case: what it is, where it stands and why it waits."""

    id: int
    number: str
    title: str
    procedure: str
    applicant: str
    status: str
    end: str
    started_at: datetime
    ended_at: datetime | None
    sentence: str
    waits: list[WaitOut]
    marks: dict[str, str]
    tasks: list[CaseTask]
    papers: list[PaperOut]
    attachments: list[AttachmentOut]
    may_withdraw: bool
