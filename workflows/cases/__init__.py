"""What people do with cases: one module per family of verbs, all through `action.open_action`.

Every verb takes the session of one transaction, the actor and the time; nothing commits here.
"""

from workflows.cases.assign import claim, hand_over, receivers, release
from workflows.cases.back import preview_send_back, send_back, send_back_choices
from workflows.cases.clock import extend, resume, suspend
from workflows.cases.consult import ask, cancel_decision, give_opinion, renew_group, take_back_question
from workflows.cases.correct import answer_correction, request_correction, take_back_correction
from workflows.cases.decide import Decided, decide, save_draft
from workflows.cases.lifecycle import start_case, withdraw
from workflows.cases.nudge import nudge
from workflows.cases.offline import confirm_reply, enter_reply, reject_reply
from workflows.cases.papers import attach, detach, void_paper
from workflows.cases.previews import preview_papers
from workflows.cases.take_back import take_back, taking_back_is_refused
from workflows.cases.watch import close_supervision, copy_case, instruct, read_copy, supervise

__all__ = [
    "Decided",
    "answer_correction",
    "ask",
    "attach",
    "cancel_decision",
    "claim",
    "close_supervision",
    "confirm_reply",
    "copy_case",
    "decide",
    "detach",
    "enter_reply",
    "extend",
    "give_opinion",
    "hand_over",
    "instruct",
    "nudge",
    "preview_papers",
    "preview_send_back",
    "read_copy",
    "receivers",
    "reject_reply",
    "release",
    "renew_group",
    "request_correction",
    "resume",
    "save_draft",
    "send_back",
    "send_back_choices",
    "start_case",
    "supervise",
    "suspend",
    "take_back",
    "take_back_correction",
    "take_back_question",
    "taking_back_is_refused",
    "void_paper",
    "withdraw",
]
