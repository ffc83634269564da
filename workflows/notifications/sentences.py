"""One sentence for each kind of notice, for the page and for every channel."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from workflows.engine.definition import Definition
from workflows.storage.cases import Notice
from workflows.text import Text, inside_quotes

_OTHER = Text("您有一条新的通知。", "There is something new for you.")

_TO_CALL = Text(  # an office without accounts is nudged by whoever can call there
    "催办“{step}”：请联系{office}，询问书面回复。",
    "“{step}” is waited for: please call {office} about its reply on paper.",
)

SENTENCES: Mapping[str, Text] = MappingProxyType(
    {  # kind -> sentence; {step} and {paper} are filled in
        "task_returned": Text(
            "“{step}”被退回，请修改后重新办理。", "“{step}” was sent back; change it and submit it again."
        ),
        "task_refused": Text("“{step}”未获通过。", "“{step}” was refused."),
        "case_completed": Text("办件已办结。", "The case has been completed."),
        "case_withdrawn": Text(
            "申请单位已撤销办件，“{step}”不再需要办理。",
            "The applicant withdrew the case; “{step}” no longer needs to be done.",
        ),
        "branch_closed": Text(
            "另一方未批准或已退回，“{step}”不再需要办理。",
            "The other side refused or sent it back; “{step}” no longer needs to be done.",
        ),
        "taken_back": Text(
            "上一环节的办理已由本人撤回，“{step}”不再需要办理。",
            "The step before was taken back by whoever did it; “{step}” no longer needs to be done.",
        ),
        "task_taken_back": Text(
            "办结的决定已由本人撤回，办件继续办理。",
            "The decision that ended the case was taken back by whoever made it; the case goes on.",
        ),
        "task_open_again": Text(
            "另一方已撤回其办理，“{step}”恢复待办。", "The other side took its step back; “{step}” is open again."
        ),
        "correction_requested": Text(
            "“{step}”要求补正，请在期限内答复。", "“{step}” asks for a correction; answer in time."
        ),
        "correction_answered": Text(
            "“{step}”的补正已答复，计时继续。", "The correction for “{step}” was answered; the clock runs on."
        ),
        "correction_taken_back": Text(
            "“{step}”的补正要求已撤回。", "The request for correction of “{step}” was taken back."
        ),
        "reply_entered": Text(
            "“{step}”的书面回复已录入，等待确认。",
            "The paper reply on “{step}” has been entered and awaits confirmation.",
        ),
        "reply_rejected": Text(
            "“{step}”的书面回复未获确认，请核对后重新录入。",
            "The paper reply on “{step}” was not confirmed; check it and enter it again.",
        ),
        "paper_voided": Text("公文 {paper} 已作废。", "Paper {paper} has been voided."),
        "decided": Text(
            "“{step}”已经办理，不再等待补正或者确认。",
            "“{step}” has been decided; no correction or confirmation is awaited any more.",
        ),
        "task_handed_over": Text("“{step}”已转给您办理。", "“{step}” was handed over to you."),
        "task_taken_over": Text("“{step}”已转由他人办理。", "“{step}” was handed over to somebody else."),
        "task_extended": Text("“{step}”的期限已延长。", "“{step}” was given more time."),
        "opinion_asked": Text("请就“{step}”发表意见。", "Your opinion on “{step}” is asked for."),
        "opinion_given": Text("“{step}”的意见已经回来。", "An opinion on “{step}” has come back."),
        "opinion_taken_back": Text("“{step}”不再需要您的意见。", "Your opinion on “{step}” is no longer needed."),
        "decision_void": Text(
            "“{step}”的决定因情况变化未能生效，请重新办理。",
            "Your decision on “{step}” could not take effect, because something changed: please decide again.",
        ),
        "task_released": Text(
            "“{step}”的办理人已离岗，任务恢复待办。", "Whoever had “{step}” has left; it is open to you again."
        ),
        "opinion_not_coming": Text(
            "“{step}”中被征求意见的人已离岗，不会再发表意见；请另请他人、减签或更新人员。",
            "Somebody asked about “{step}” has left and will not answer: ask others, or do without.",
        ),
        "nudged": Text("催办：请尽快办理“{step}”。", "A reminder from somebody who waits: please do “{step}” soon."),
        "case_copied": Text("有一个办件抄送给您。", "A case was copied to you."),
        "case_instructed": Text("领导对办件作出批示。", "A leader left an instruction on the case."),
        "case_supervised": Text(
            "办件已列入督办，请按要求办理“{step}”。", "The case is supervised now; please do “{step}” as demanded."
        ),
        "case_suspended": Text("办件已中止，全部计时停止。", "The case is suspended; all its clocks stand."),
        "case_resumed": Text("办件已恢复，计时继续。", "The case goes on, and its clocks with it."),
    }
)


def sentence_of(notice: Notice, definition: Definition) -> Text:
    """What a notice says, without anything a person typed. One that brings its own sentence has `text` (zh, en)."""
    data: Mapping[str, Any] = notice.data or {}
    if isinstance(data.get("text"), dict):
        return Text(**data["text"])
    sentence = _TO_CALL if notice.kind == "nudged" and data.get("call") else SENTENCES.get(notice.kind, _OTHER)
    step = definition.steps.get(str(data.get("step", "")))
    title = definition.text(step.title) if step else Text(str(data.get("step", "")), str(data.get("step", "")))
    title = inside_quotes(title)
    paper, call = str(data.get("paper", "")), [str(name) for name in data.get("call") or ("",)]
    return Text(
        sentence.zh.format(step=title.zh, paper=paper, office=call[0]),
        sentence.en.format(step=title.en, paper=paper, office=call[-1]),
    )
