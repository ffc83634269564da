"""One sentence per event of a case and per notice, found by its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask_babel import gettext as _

from webapp.cases import words
from webapp.languages import language, text
from workflows.engine.definition import Definition
from workflows.law.finding import Finding
from workflows.notifications.sentences import sentence_of
from workflows.storage.cases import Notice
from workflows.storage.events import Event
from workflows.text import Text


class Told(NamedTuple):
    """An event for the timeline: the sentence, the words somebody wrote, further lines."""

    sentence: str
    quote: str = ""
    lines: tuple[str, ...] = ()


Data = Mapping[str, Any]
Writer = Callable[[Data, Definition, str], Told]


def event_sentence(event: Event, definition: Definition, steps: Mapping[int, str]) -> Told:
    """What happened. `steps` gives the step of a task by its id.

    An operation of a procedure may bring its own sentence in the event's data: `text`, with `zh` and `en`.
    """
    data = event.data or {}
    if isinstance(data.get("text"), dict):
        return Told(text(Text(**data["text"])))
    step_id = str(data.get("step") or steps.get(event.task_id or 0, ""))
    write = _EVENTS.get(event.kind)
    return (
        write(data, definition, _step(definition, step_id)) if write else Told(_("系统记录：%(kind)s", kind=event.kind))
    )


def notice_sentence(notice: Notice, definition: Definition) -> Told:
    """What somebody was told, with who wrote what; the sentences are those of workflows.notifications."""
    data = notice.data or {}
    wrote = next((str(data[name]) for name in _WRITTEN if isinstance(data.get(name), str) and data[name]), "")
    return Told(text(sentence_of(notice, definition)), "：".join(part for part in (data.get("by", ""), wrote) if part))


_WRITTEN = ("opinion", "reason", "question", "note", "demand", "text")  # where a notice keeps what somebody wrote


def _step(definition: Definition, step_id: str) -> str:
    """The title of a step, ready to stand between quotation marks."""
    step = definition.steps.get(step_id)
    title = definition.say(step.title, language()) if step else step_id
    return title.replace("“", "‘").replace("”", "’")


def _completed(data: Data, definition: Definition, step: str) -> Told:
    outcome = str(data.get("outcome", ""))
    chosen = next(
        (o for s in definition.steps.values() if s.id == data.get("step") for o in s.outcomes if o.key == outcome), None
    )
    title = definition.say(chosen.title, language()) if chosen else words.own_outcome(outcome)
    if data.get("on_paper"):
        sentence = _(
            "“%(step)s”：%(outcome)s（书面回复 %(number)s）", step=step, outcome=title, number=data["on_paper"]
        )
    else:
        sentence = _("“%(step)s”：%(outcome)s", step=step, outcome=title)
    return Told(sentence, str(data.get("opinion", "")))


def _sent_back(data: Data, definition: Definition, step: str) -> Told:
    to = _step(definition, str(data.get("to", "")))
    if data.get("straight"):
        sentence = _("“%(step)s”退回到“%(to)s”，办完直接回到退回人", step=step, to=to)
    else:
        sentence = _("“%(step)s”退回到“%(to)s”，此后的环节重新办理", step=step, to=to)
    return Told(sentence, str(data.get("reason", "")))


def _closed(data: Data, _definition: Definition, step: str) -> Told:
    because = {
        "branch_closed": _("另一方未批准或已退回"),
        "case_withdrawn": _("办件已撤销"),
        "correction_taken_back": _("补正要求已撤回"),
        "taken_back": _("上一环节的办理已撤回"),
    }.get(str(data.get("because", "")), str(data.get("because", "")))
    return Told(_("“%(step)s”已关闭：%(because)s", step=step, because=because))


def _correction(data: Data, _definition: Definition, step: str) -> Told:
    lines = tuple(
        " · ".join(part for part in (item.get("item"), item.get("what"), item.get("rule")) if part)
        for item in data.get("items", ())
    )
    by = data.get("reply_by")
    sentence = _("“%(step)s”要求补正", step=step)
    return Told(sentence + (_("，请于 %(day)s 前答复", day=by) if by else ""), lines=lines)


_EVENTS: dict[str, Writer] = {
    "case_started": lambda data, d, step: Told(_("发起申请 %(number)s", number=data.get("number", ""))),
    "task_completed": _completed,
    "task_closed": _closed,
    "task_claimed": lambda data, d, step: Told(_("领取“%(step)s”", step=step)),
    "task_sent_back": _sent_back,
    "task_taken_back": lambda data, d, step: Told(_("撤回“%(step)s”的办理", step=step), str(data.get("reason", ""))),
    "task_nudged": lambda data, d, step: Told(_("催办“%(step)s”", step=step), str(data.get("words", ""))),
    "task_released": lambda data, d, step: Told(_("释放“%(step)s”", step=step)),
    "correction_requested": _correction,
    "correction_answered": lambda data, d, step: Told(
        _("答复“%(step)s”的补正要求", step=step), str(data.get("answer", ""))
    ),
    "correction_taken_back": lambda data, d, step: Told(_("撤回“%(step)s”的补正要求", step=step)),
    "reply_entered": lambda data, d, step: Told(
        _("录入“%(step)s”的书面回复 %(number)s", step=step, number=data.get("number", "")), str(data.get("opinion", ""))
    ),
    "reply_confirmed": lambda data, d, step: Told(
        _("确认“%(step)s”的书面回复 %(number)s", step=step, number=data.get("number", ""))
    ),
    "reply_rejected": lambda data, d, step: Told(
        _("不确认“%(step)s”的书面回复", step=step), str(data.get("reason", ""))
    ),
    "attachment_added": lambda data, d, step: Told(_("上传附件“%(name)s”", name=data.get("filename", ""))),
    "attachment_removed": lambda data, d, step: Told(_("移除附件")),
    "paper_issued": lambda data, d, step: Told(
        _("签发公文 %(number)s", number=data.get("number_text") or data.get("number", ""))
    ),
    "paper_voided": lambda data, d, step: Told(
        _("作废公文 %(number)s", number=data.get("number_text") or data.get("number", "")), str(data.get("reason", ""))
    ),
    "case_withdrawn": lambda data, d, step: Told(_("撤销申请"), str(data.get("reason", ""))),
    "case_completed": lambda data, d, step: Told(
        _("办结：%(end)s", end=d.say(d.element_name(str(data.get("end") or "")), language()))
    ),
    "zone_form_assessed": lambda data, d, step: Told(
        _("按台账核定：%(verdict)s", verdict=text(Finding.from_json(data["finding"]).title))
    ),
    "child_started": lambda data, d, step: Told(_("发起子办件 %(number)s", number=data.get("number", ""))),
    "child_ended": lambda data, d, step: Told(_("子办件 %(number)s 已结束", number=data.get("number", ""))),
    "follow_on_started": lambda data, d, step: Told(_("发起后续办件 %(number)s", number=data.get("number", ""))),
    "leaders_appointed": lambda data, d, step: Told(_("工会负责人任免已登记")),
    "consent_recorded": lambda data, d, step: Told(_("人选同意意见已记录")),
    "zone_union_registered": lambda data, d, step: Told(_("工会已登记到组织体系，台账已更新")),
}

KNOWN_EVENTS = frozenset(_EVENTS)
