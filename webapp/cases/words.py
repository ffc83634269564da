"""Words for what the workflows name by a key: verdicts, numbers of a finding, kinds and states."""

from __future__ import annotations

from flask_babel import gettext as _

from webapp.languages import text
from workflows.law.finding import Finding, Scalar
from workflows.law.words import VALUES, number_title
from workflows.storage.cases import SENT_BACK, CaseStatus, TaskKind

_GOOD = frozenset(
    {"eligible", "valid", "passed", "consented", "fulfilled", "complete", "allowed", "fits", "enough", "may_vote"}
    | {"elected", "reached", "reduced", "independent", "in_time", "founded", "approved", "on_time"}
)
_BAD = frozenset(
    {"not_eligible", "invalid", "failed", "refused", "not_fulfilled", "outside", "too_few", "no_quorum", "void"}
    | {"not_reached", "not_complete", "blocked", "overdue", "expired", "alert", "missing", "share_too_low"}
)
_PLAIN = frozenset(  # answers that are neither good nor bad
    {"either", "assembly", "assembly_by_default", "assembly_only", "choice", "committee", "member", "not_applicable"}
    | {"act_by", "continue_from", "before", "window", "ends", "due", "optional", "must", "seats", "no_rule"}
    | {"routed", "own", "known", "pending", "open", "counted", "next", "removed", "not_removed"}
)


def tone(finding: Finding) -> str:
    """How a verdict is coloured: good, bad, plain, or warn for everything a person must look at."""
    for mood, verdicts in (("good", _GOOD), ("bad", _BAD), ("plain", _PLAIN)):
        if finding.verdict in verdicts:
            return mood
    return "warn"


def figures(finding: Finding) -> list[tuple[str, str]]:
    """The numbers of a finding with their names, in its order; numbers without a name of ours keep their key."""
    names = {
        "enterprises": _("在营企业（家）"),
        "enterprises_needed": _("企业数标准（家）"),
        "band_from": _("“左右”的下限（家）"),
        "employees": _("职工（人）"),
        "employees_needed": _("职工数标准（人）"),
        "employees_known": _("已填报职工（人）"),
        "unreported": _("未填报人数的企业（家）"),
        "data_on": _("数据日期"),
        "data_age_days": _("数据已有（天）"),
        "due": _("应到会（人）"),
        "present": _("实到会（人）"),
        "issued": _("发出选票"),
        "returned": _("收回选票"),
        "valid": _("有效票"),
        "invalid": _("无效票"),
        "votes": _("赞成票"),
        "needed": _("需要"),
        "votes_needed": _("当选所需票数"),
        "quorum": _("法定人数"),
        "elected": _("当选（人）"),
        "seats": _("应选（名）"),
        "nominees": _("候选人（名）"),
        "committee": _("委员（名）"),
        "auditors": _("经审委员（名）"),
        "women": _("女职工委员（名）"),
        "women_members": _("女会员（人）"),
    }
    return [
        (names.get(key) or text(number_title(key)) or key, _figure(value)) for key, value in finding.numbers.items()
    ]


def task_kind(kind: str) -> str:
    """What sort of task it is, when it is no step of the diagram."""
    return (
        {TaskKind.CORRECTION: _("补正"), TaskKind.CONFIRMATION: _("确认回复")}.get(TaskKind(kind), "") if kind else ""
    )


def case_status(status: str) -> str:
    return {CaseStatus.OPEN: _("办理中"), CaseStatus.COMPLETED: _("已办结"), CaseStatus.WITHDRAWN: _("已撤销")}[
        CaseStatus(status)
    ]


def own_outcome(key: str) -> str:
    """Outcomes of tasks that are no step of a diagram."""
    return {
        "answered": _("已补正"),
        "confirmed": _("已确认"),
        "rejected": _("不予确认"),
        "done": _("已提交"),
        SENT_BACK: _("已退回"),
    }.get(key, key)


def file_size(size: int) -> str:
    return f"{size / 1048576:.1f} MB" if size >= 1048576 else f"{max(1, round(size / 1024))} KB"


def _figure(value: Scalar) -> str:
    if value is None:
        return _("未填报")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, int):
        return f"{value:,}"
    return text(VALUES.get(value)) or value
