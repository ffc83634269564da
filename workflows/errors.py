"""What can go wrong, in the words of the domain. The web and the command line translate these once, at their edge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from workflows.text import Text


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to correct; ``path`` is a JSON pointer such as ``/members/0/name``, or empty for the whole."""

    path: str
    message: Text


class DomainError(Exception):
    """An action was not carried out, and nothing of it remains. ``details`` are plain values for a page or an API."""

    code: ClassVar[str] = "error"

    def __init__(self, message: Text, **details: Any) -> None:
        super().__init__(message.zh)
        self.message = message
        self.details: dict[str, Any] = details


class NotFound(DomainError):
    """There is no such thing, or the actor may not know of it."""

    code = "not_found"


class Forbidden(DomainError):
    """The thing is known to the actor, who may not do this with it."""

    code = "forbidden"


class Conflict(DomainError):
    """Somebody was faster, or the thing is no longer in the state the actor saw."""

    code = "conflict"


class BadFile(DomainError):
    """A file cannot be read as what it should be; the message names the remedy."""

    code = "bad_file"


class Invalid(DomainError):
    """What was entered breaks rules; every mistake is listed at once."""

    code = "invalid"

    def __init__(self, mistakes: Iterable[Mistake], message: Text | None = None, **details: Any) -> None:
        self.mistakes: tuple[Mistake, ...] = tuple(mistakes)
        super().__init__(
            message or Text("填写的内容需要更正。", "Some of what was entered needs correcting."), **details
        )
