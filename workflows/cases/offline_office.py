"""What it means for an organisation to be 线下单位."""

from __future__ import annotations

from workflows.cases.action import Action
from workflows.errors import Forbidden
from workflows.storage.cases import Task, TaskKind
from workflows.storage.organisations import Organisation
from workflows.text import Text

SCAN = "reply_scan"  # the checklist item under which the scan of a paper reply is attached


def acts_on_paper(organisation: Organisation | None) -> bool:
    """Whether the organisation has no accounts here, so that its replies are entered for it."""
    return organisation is not None and not organisation.has_accounts


def require_offline(action: Action, task: Task) -> None:
    """Raise unless the organisation that has to act has no accounts here."""
    if task.kind != TaskKind.STEP or not acts_on_paper(action.organisations.get(task.relation)):
        raise Forbidden(
            Text(
                "这个单位在系统中办理，不能代为录入。",
                "This organisation acts here itself; its reply cannot be entered for it.",
            ),
            reason="online",
        )
