"""What a procedure may call by name: operations change something, facts explain something, checks hold something back.

A function registers under its own name when its module is imported. Every one takes a :class:`Context` first.

``@operation def register_zone_union(context, *, zone_id: int) -> JSON``
    Runs when the diagram reaches a service task, inside the transaction of the action that led there. Keyword-only,
    JSON in and out. Idempotent: run twice with the same arguments it changes nothing the second time.
``@fact def zone_form(context) -> Finding``
    Reads and explains; shown before somebody decides. Changes nothing.
``@check def reply_is_confirmed(context, *, outcome, answers) -> list[Mistake]``
    Runs before a step completes; a non-empty answer keeps the step open.
``@draft def names_on_the_ballot(context, *, earlier) -> dict``
    With what a form begins when its step opens; ``earlier`` is what was entered the last time. Changes nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workflows.engine.decision_table import DecisionTable

JSON = None | bool | int | float | str | list[Any] | dict[str, Any]

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")

F = TypeVar("F", bound=Callable[..., Any])


def _nothing_recorded(kind: str, data: Mapping[str, Any]) -> None:
    raise RuntimeError(f"this context records no events, so {kind!r} is lost")


@dataclass(frozen=True, slots=True)
class FollowOn:
    """A case to be opened by a fact, for an applicant; nobody waits for it, and it approves nothing by itself."""

    procedure: str
    applicant_id: int


@dataclass(slots=True)
class Context:
    """What an operation, fact or check may see and do. ``case`` is None as long as nothing has been started."""

    session: Session
    case: Any
    applicant_id: int | None
    subject_id: int | None
    now: datetime
    rule_set: Any
    actor: Any = None
    parameters: Any = None
    record_event: Callable[[str, Mapping[str, Any]], object] = field(default=_nothing_recorded)
    follow_ons: list[FollowOn] = field(default_factory=list)
    tables: Mapping[str, DecisionTable] = field(default_factory=dict)  # the decision tables of the procedure, by file
    drafted: Any = None  # a task that counts as done although nobody has decided it yet: for previews of papers

    @property
    def today(self) -> date:
        """The date in the office's zone."""
        return self.now.astimezone(OFFICE_ZONE).date()

    def open_case(self, procedure: str, applicant_id: int) -> None:
        """Ask for a follow-on case in the same transaction; one that is open already for its subject stays the only one."""
        self.follow_ons.append(FollowOn(procedure, applicant_id))

    def record(self, kind: str, data: Mapping[str, Any]) -> None:
        """Append an event to the case's chain, in the same transaction as the change it tells of."""
        self.record_event(kind, data)


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered function with what the checks of a diagram need to know about its parameters."""

    name: str
    call: Callable[..., Any]
    required: frozenset[str]
    accepted: frozenset[str]


class Names(Mapping[str, Registered]):
    """Functions by name; a name belongs to one function for good."""

    def __init__(self) -> None:
        self._known: dict[str, Registered] = {}

    def __getitem__(self, name: str) -> Registered:
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def add(self, function: Callable[..., Any]) -> None:
        name = function.__name__
        known = self._known.get(name)
        if known is not None and _home(known.call) != _home(function):
            raise ValueError(f"{name} is registered twice: in {_home(known.call)} and in {_home(function)}")
        self._known[name] = _registered(name, function)


@dataclass(frozen=True, slots=True)
class Registry:
    """All names a procedure may use."""

    operations: Names = field(default_factory=Names)
    facts: Names = field(default_factory=Names)
    checks: Names = field(default_factory=Names)
    drafts: Names = field(default_factory=Names)


_REGISTRY = Registry()


def registry() -> Registry:
    """The registry of this process; filled by importing the modules of ``workflows.procedures``."""
    return _REGISTRY


def operation(function: F) -> F:
    """Register a function that service tasks call."""
    _REGISTRY.operations.add(function)
    return function


def reading(function: F) -> F:
    """Mark an operation that changes nothing, so that a look ahead may run it for real. Goes below ``@operation``."""
    function.__reads_only__ = True  # type: ignore[attr-defined]
    return function


def reads_only(registered: Registered) -> bool:
    """Whether an operation was marked as changing nothing."""
    return bool(getattr(registered.call, "__reads_only__", False))


def fact(function: F) -> F:
    """Register a function that explains something before a decision."""
    _REGISTRY.facts.add(function)
    return function


def check(function: F) -> F:
    """Register a guard that runs before a step completes."""
    _REGISTRY.checks.add(function)
    return function


def draft(function: F) -> F:
    """Register a function that says with which answers a form begins, each time its step opens."""
    _REGISTRY.drafts.add(function)
    return function


def _home(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _registered(name: str, function: Callable[..., Any]) -> Registered:
    parameters = list(inspect.signature(function).parameters.values())
    if not parameters or parameters[0].kind not in (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
    ):
        raise TypeError(f"{name} must take the context first")
    keywords = parameters[1:]
    loose = [p.name for p in keywords if p.kind is not inspect.Parameter.KEYWORD_ONLY]
    if loose:
        raise TypeError(f"{name}: all parameters after the context are keyword-only, {', '.join(loose)} is not")
    return Registered(
        name=name,
        call=function,
        required=frozenset(p.name for p in keywords if p.default is inspect.Parameter.empty),
        accepted=frozenset(p.name for p in keywords),
    )
