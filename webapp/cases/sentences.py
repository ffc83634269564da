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


def event_sentence(
    event: Event, definition: Definition, steps: Mapping[int, str], people: Mapping[int, str] | None = None
) -> Told:
    """What happened. `steps` gives the step of a task by its id, `people` names in the reader's language by id (those
    of `people_named`); without it people are called as the event recorded them.

    An operation of a procedure may bring its own sentence in the event's data: `text`, with `zh` and `en`.
    """
    data = event.data or {}
    if isinstance(data.get("text"), dict):
        return Told(text(Text(**data["text"])))
    named = people_named(event)
    if people and named and all(person in people for person in named):
        data = {**data, "names": [people[person] for person in named]}
    step_id = str(data.get("step") or steps.get(event.task_id or 0, ""))
    write = _EVENTS.get(event.kind)
    return (
        write(data, definition, _step(definition, step_id)) if write else Told(_("系统记录：%(kind)s", kind=event.kind))
    )


def people_named(event: Event) -> tuple[int, ...]:
    """The ids of the people an event's sentence names besides its actor, in the order of its `names`."""
    data = event.data or {}
    if not data.get("names"):
        return ()
    listed = data.get("people") or [data.get("to") or data.get("person")]
    ids = (entry.get("person") if isinstance(entry, Mapping) else entry for entry in listed)
    return tuple(entry for entry in ids if isinstance(entry, int))


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


def _names(data: Data) -> str:
    return _("、").join(str(name) for name in data.get("names", ()))


def _asked(data: Data, _definition: Definition, step: str) -> Told:
    who = _names(data)
    sentence = {
        "before": _("“%(step)s”前加签：%(who)s", step=step, who=who),
        "alongside": _("“%(step)s”并加签：%(who)s", step=step, who=who),
        "after": _("“%(step)s”后加签：%(who)s", step=step, who=who),
        "delegated": _("“%(step)s”委派给%(who)s", step=step, who=who),
    }.get(str(data.get("kind")), step)
    return Told(sentence, str(data.get("question", "")))


def _opined(data: Data, _definition: Definition, step: str) -> Told:
    verdict = {"agree": _("同意"), "refuse": _("不同意"), "abstain": _("弃权")}.get(str(data.get("verdict")), "")
    if verdict:
        return Told(_("对“%(step)s”表态：%(verdict)s", step=step, verdict=verdict), str(data.get("text", "")))
    return Told(_("对“%(step)s”提出意见", step=step), str(data.get("text", "")))


_EVENTS: dict[str, Writer] = {
    "opinion_asked": _asked,
    "opinion_given": _opined,
    "opinion_taken_back": lambda data, d, step: Told(
        _("“%(step)s”减签：%(who)s", step=step, who=_names(data)), str(data.get("reason", ""))
    ),
    "decision_made": lambda data, d, step: Told(
        _("“%(step)s”已作出决定，待意见到齐后生效", step=step), str(data.get("opinion", ""))
    ),
    "decision_cancelled": lambda data, d, step: Told(_("收回“%(step)s”的决定", step=step), str(data.get("reason", ""))),
    "group_renewed": lambda data, d, step: Told(_("“%(step)s”的共同决定人员按现任岗位更新", step=step)),
    "task_handed_over": lambda data, d, step: Told(
        _("“%(step)s”转办给%(who)s", step=step, who=_names(data)), str(data.get("reason", ""))
    ),
    "task_extended": lambda data, d, step: Told(
        _("“%(step)s”由 %(before)s 延期至 %(after)s", step=step, before=data.get("from", ""), after=data.get("to", "")),
        str(data.get("reason", "")),
    ),
    "case_copied": lambda data, d, step: Told(_("抄送%(who)s", who=_names(data)), str(data.get("note", ""))),
    "case_supervised": lambda data, d, step: Told(_("开始督办"), str(data.get("demand", ""))),
    "supervision_closed": lambda data, d, step: Told(_("办结了督办"), str(data.get("conclusion", ""))),
    "case_instructed": lambda data, d, step: Told(_("作出批示"), str(data.get("text", ""))),
    "case_suspended": lambda data, d, step: Told(_("中止办件，停止计时"), str(data.get("reason", ""))),
    "case_resumed": lambda data, d, step: Told(_("恢复办理，继续计时"), str(data.get("reason", ""))),
    "case_started": lambda data, d, step: Told(_("发起申请 %(number)s", number=data.get("number", ""))),
    "task_completed": _completed,
    "task_closed": _closed,
    "task_claimed": lambda data, d, step: Told(_("领取“%(step)s”", step=step)),
    "task_sent_back": _sent_back,
    "task_taken_back": lambda data, d, step: Told(_("撤回“%(step)s”的办理", step=step), str(data.get("reason", ""))),
    "task_nudged": lambda data, d, step: Told(_("催办“%(step)s”", step=step), str(data.get("words", ""))),
    "task_released": lambda data, d, step: Told(_("释放“%(step)s”", step=step), str(data.get("reason", ""))),
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
