"""What the invented people do with a task, each by the verb that everybody uses."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from sqlalchemy import select

from workflows import cases
from workflows.cases.offline_office import SCAN
from workflows.demo.province.scene import Deed, Scene
from workflows.demo.scans import scan
from workflows.documents import attachments
from workflows.engine.definition import Step
from workflows.engine.operations import OFFICE_ZONE
from workflows.engine.settings import Material
from workflows.organisations.actors import Actor
from workflows.storage.cases import Task, TaskStatus

ON_PAPER_FOR = timedelta(days=3)  # a reply is entered so long after its date


def claim(scene: Scene, actor: Actor) -> None:
    """Take the task, if nobody has."""
    if scene.task.assignee_id is None:
        cases.claim(scene.session, actor, scene.task.id, now=scene.now)


def ask_to_correct(scene: Scene, actor: Actor, reply_by: date | None) -> None:
    """Ask the applicant for one thing, unless an answer is awaited already."""
    if scene.task.paused_at is not None:
        return
    item, what = scene.dice.choice(_CORRECTIONS)
    items = [{"item": item, "rule": "", "what": what}]
    cases.request_correction(scene.session, actor, scene.task.id, items=items, reply_by=reply_by, now=scene.now)


def answer(scene: Scene, actor: Actor) -> None:
    """Answer a request for correction."""
    said = "已按要求补充，材料重新上传。"
    cases.answer_correction(scene.session, actor, scene.task.id, answer=said, now=scene.now)


def confirm(scene: Scene, actor: Actor) -> None:
    """Confirm the entered reply of an office without accounts."""
    cases.confirm_reply(scene.session, actor, scene.task.id, now=scene.now)


def upload(scene: Scene, actor: Actor, step: Step, done: Deed) -> None:
    """Upload what the checklist asks for and is not there yet."""
    wanted = [item for item in step.materials if _is_uploaded(item, done)]
    there = {row.material for row in attachments.of_task(scene.session, scene.task.id)} if wanted else set()
    for item in wanted:
        if item.key not in there:
            _attach(scene, actor, item.key, item.title)


def upload_reply(scene: Scene, secretary: Actor) -> None:
    """Upload the scan of what an office without accounts has answered on paper."""
    _attach(scene, secretary, SCAN, "复函扫描件")


def decide(scene: Scene, actor: Actor, done: Deed) -> None:
    """Complete the task."""
    cases.decide(
        scene.session,
        actor,
        scene.task.id,
        outcome=done.outcome,
        answers=done.answers,
        opinion=done.opinion,
        now=scene.now,
    )


def enter_reply(scene: Scene, secretary: Actor, prefix: str, done: Deed) -> None:
    """Enter what an office without accounts has answered on paper; its scan was uploaded before."""
    cases.enter_reply(
        scene.session,
        secretary,
        scene.task.id,
        number=f"{prefix}〔{scene.today.year}〕{scene.dice.randrange(3, 140)}号",
        dated_on=max(scene.task.opened_at.astimezone(OFFICE_ZONE).date(), scene.today - ON_PAPER_FOR),
        outcome=done.outcome,
        answers=done.answers,
        opinion=done.opinion,
        now=scene.now,
    )


def withdraw(scene: Scene, secretary: Actor) -> None:
    """The applicant thinks better of it; children end, too."""
    reason = scene.dice.choice(_WITHDRAWALS)
    cases.withdraw(scene.session, secretary, scene.case.id, reason=reason, children="withdraw", now=scene.now)


def waits_for_another(scene: Scene) -> bool:
    """Whether the answer to a request for correction is awaited, or an entered reply to be confirmed."""
    hangs_on_it = (Task.case_id == scene.case.id, Task.parent_id == scene.task.id, Task.status == TaskStatus.OPEN)
    return scene.session.scalar(select(Task.id).where(*hangs_on_it).limit(1)) is not None


def _attach(scene: Scene, actor: Actor, material: str, title: str) -> None:
    cases.attach(
        scene.session,
        actor,
        scene.task.id,
        material=material,
        filename=f"{title}.pdf",
        content=_scan(title),
        now=scene.now,
    )


def _is_uploaded(item: Material, done: Deed) -> bool:
    needed = item.required and (not item.outcomes or done.outcome in item.outcomes)
    return item.source == "upload" and (needed or item.key in done.also)


@cache
def _scan(title: str) -> bytes:
    """The same page for every upload of this kind, so that it is kept once."""
    return scan(title, "演示单位", date(2026, 1, 5))


_CORRECTIONS = (
    ("材料", "附件扫描不清晰，请重新扫描上传。"),
    ("人数", "职工人数与台账不一致，请核对后说明。"),
    ("会议纪要", "会议纪要缺少到会人员名单，请补充。"),
    ("理由", "理由过于简略，请补充具体情况和数据。"),
)
_WITHDRAWALS = (
    "情况有变化，拟重新研究后再申请。",
    "单位领导调整，暂缓办理。",
    "与上级工会沟通后，改为另一事项办理。",
)
