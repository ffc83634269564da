"""What each kind of recorded event is in a log for process mining: an activity, and a step of the standard lifecycle.

The transitions are those of the standard lifecycle model of IEEE 1849-2016. What nobody wrote down is left out, never
made up: a task has no `start`, because nobody says that they begin to read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Transition(StrEnum):
    """Transitions of the standard lifecycle model that occur here."""

    SCHEDULE = "schedule"
    ASSIGN = "assign"
    REASSIGN = "reassign"
    START = "start"
    SUSPEND = "suspend"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    PI_ABORT = "pi_abort"  # the activity ended because its case was given up
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Kind:
    """How events of a kind are told.

    `activity` is the name of what was done; empty: the task the event names, by the name of its element in the diagram.
    `adhoc`: no diagram draws it, people may do it at any step (补正, 转办, 撤销, …). `task`: where the data name the task,
    when it is not the event's own; `lasting`: where they name what begins and ends with two events. `outcome`: what came
    of it, where the kind alone says so.
    """

    activity: str = ""
    transition: Transition = Transition.COMPLETE
    adhoc: bool = False
    task: str = ""
    lasting: str = ""
    outcome: str = ""

    @property
    def of_task(self) -> bool:
        """Whether the event is a transition of a task rather than an activity of its own."""
        return not self.activity


TASK_OPENED = "task_opened"  # told by the row of the task: the record says it of no task
CASE_STARTED, CASE_COMPLETED, CASE_WITHDRAWN = "case_started", "case_completed", "case_withdrawn"
CHILD_STARTED, CHILD_ENDED, FOLLOW_ON = "child_started", "child_ended", "follow_on_started"
TASK_CLOSED = "task_closed"

# Activities of tasks that are no element of the diagram, by the kind of the task.
BESIDE_THE_DIAGRAM = {"correction": "补正", "confirmation": "核对书面回复"}

KINDS: dict[str, Kind] = {
    # ---- the way of a case ----
    CASE_STARTED: Kind("发起"),  # the start event has no name
    CASE_COMPLETED: Kind("办结"),  # the end event has no name
    CASE_WITHDRAWN: Kind("撤销办件", adhoc=True),
    CHILD_STARTED: Kind("子办件", Transition.START),
    CHILD_ENDED: Kind("子办件"),
    FOLLOW_ON: Kind("发起后续办件"),
    "begun_when_due": Kind("到期自动发起"),
    "reminded": Kind("到期提醒"),
    # ---- the way of a task ----
    TASK_OPENED: Kind(transition=Transition.SCHEDULE),
    "task_claimed": Kind(transition=Transition.ASSIGN),
    "task_released": Kind(transition=Transition.REASSIGN),
    "task_completed": Kind(),
    TASK_CLOSED: Kind(transition=Transition.WITHDRAW),
    # ---- beside the task ----
    "attachment_added": Kind("上传附件"),
    "attachment_removed": Kind("移除附件"),
    "paper_issued": Kind("签发公文"),
    "paper_voided": Kind("作废公文", adhoc=True),
    "reply_entered": Kind("录入书面回复"),
    "reply_confirmed": Kind(outcome="确认"),
    "reply_rejected": Kind(outcome="不予确认"),
    "correction_requested": Kind("要求补正", adhoc=True),
    "correction_answered": Kind(adhoc=True, task="correction"),
    "correction_taken_back": Kind("撤回补正要求", adhoc=True),
    # ---- others have a say ----
    "opinion_asked": Kind("加签、委派", adhoc=True),
    "opinion_given": Kind("发表意见", adhoc=True),  # in a group that decides together the diagram's step asks for it
    "opinion_taken_back": Kind("减签", adhoc=True),
    "group_renewed": Kind("更新共同决定人员", adhoc=True),
    "decision_made": Kind("作出决定，等待意见", adhoc=True),
    "decision_cancelled": Kind("收回尚未生效的决定", adhoc=True),
    # ---- what an office does to a task or a case ----
    "task_handed_over": Kind(transition=Transition.ASSIGN, adhoc=True),
    "task_sent_back": Kind(adhoc=True, outcome="退回"),
    "task_taken_back": Kind("撤回", adhoc=True),
    "task_nudged": Kind("催办", adhoc=True),
    "task_extended": Kind("延期", adhoc=True),
    "case_suspended": Kind("中止", Transition.START, adhoc=True, lasting="suspension"),
    "case_resumed": Kind("中止", adhoc=True, lasting="suspension"),
    "case_supervised": Kind("督办", Transition.START, adhoc=True, lasting="supervision"),
    "supervision_closed": Kind("督办", adhoc=True, lasting="supervision"),
    "case_copied": Kind("抄送", adhoc=True),
    "case_instructed": Kind("批示", adhoc=True),
    # ---- what the operations of procedures enter: as their service tasks are named ----
    "zone_form_assessed": Kind("按台账核定条件"),
    "zone_union_registered": Kind("登记产业集聚区工会"),
    "enterprise_stage_changed": Kind("企业建会阶段变更"),
    "enterprise_counted": Kind("登记企业人数"),
    "enterprise_organised": Kind("登记企业建会"),
    "members_registered": Kind("登记会员数"),
    "enterprise_union_registered": Kind("登记企业工会"),
    "quorum_assessed": Kind("核定法定人数"),
    "ballots_decided": Kind("认定选举结果"),
    "election_registered": Kind("登记任期和任职"),
    "ledger_changed": Kind("更新台账"),
    "consent_recorded": Kind("登记答复"),
    "leaders_appointed": Kind("登记领导人任免"),
    "full_time_vice_chair_entered": Kind("登记专职副主席"),
    "cadres_entered": Kind("登记专职干部"),
    "heads_entered": Kind("登记主任任职"),
    "federation_entered": Kind("登记筹备中的联合会"),
    "federation_registered": Kind("登记联合会和成员"),
    "federation_given_up": Kind("撤销筹备中的联合会"),
    "acting_chair_entered": Kind("登记代理"),
    "removal_decided": Kind("认定表决结果"),
    "term_extended": Kind("登记任期变动"),
    "union_dissolved": Kind("登记撤销"),
    "post_vacant": Kind("登记空缺和补选期限"),
    "legal_person_route_assessed": Kind("核定办理途径"),
    "legal_person_filed": Kind("记录申请日期"),
    "certificate_entered": Kind("登记证书"),
    "certificate_cancelled": Kind("注销证书"),
    "account_recorded": Kind("登记账户"),
    "funds_unit_designated": Kind("登记经费管理级次"),
}


ASKED = frozenset({"opinion_asked", "opinion_given", "opinion_taken_back"})


def kind_of(name: str) -> Kind:
    """How an event is told; one of a kind that is not listed is an activity that bears the name of its kind."""
    return KINDS.get(name) or Kind(name)
