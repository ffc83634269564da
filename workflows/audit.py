"""Is the record still what was recorded? Walks every chain and everything the chains vouch for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.anchor import Head
from workflows.documents import attachments, papers
from workflows.events import digest, hash_of
from workflows.storage.cases import Case, Task
from workflows.storage.events import Chain, Event
from workflows.text import Text

BATCH = 500


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place in a chain that does not hold, and why."""

    chain: str
    sequence: int
    event_id: int | None
    reason: Text


@dataclass(frozen=True, slots=True)
class Report:
    """What was walked and what was found; clean when `broken` is empty."""

    chains: int
    events: int
    broken: tuple[Broken, ...]

    @property
    def ok(self) -> bool:
        return not self.broken


def verify(
    session: Session, anchored: Iterable[Head] = (), progress: Callable[[int], None] = lambda count: None
) -> Report:
    """Walk all chains in order and name, per chain, the first broken link.

    `anchored` are the heads kept outside the database (workflows.anchor.read): an event they name that is missing or
    different means that a tail was cut off or rewritten. `progress` is called with the number of events walked.
    """
    walk = _Walk(session, progress)
    walk.events()
    walk.heads()
    walk.anchors(anchored)
    walk.answers()
    walk.files()
    return Report(len(walk.last), walk.count, tuple(sorted(walk.broken.values(), key=lambda b: (b.chain, b.sequence))))


class _Walk:
    def __init__(self, session: Session, progress: Callable[[int], None]) -> None:
        self.session = session
        self.progress = progress
        self.count = 0
        self.last: dict[str, tuple[int, str]] = {}
        self.broken: dict[str, Broken] = {}
        self.answered: dict[int, tuple[Event, str]] = {}

    def fail(self, chain: str, sequence: int, event_id: int | None, reason: Text) -> None:
        known = self.broken.get(chain)
        if known is None or sequence < known.sequence:
            self.broken[chain] = Broken(chain, sequence, event_id, reason)

    def events(self) -> None:
        rows = self.session.scalars(
            select(Event).order_by(Event.chain, Event.sequence).execution_options(yield_per=BATCH)
        )
        for event in rows:
            self.count += 1
            if self.count % BATCH == 0:
                self.progress(self.count)
            sequence, previous = self.last.get(event.chain, (0, ""))
            if event.sequence != sequence + 1:
                self.fail(
                    event.chain,
                    sequence + 1,
                    None,
                    Text(f"第 {sequence + 1} 条记录缺失。", f"Event {sequence + 1} is missing."),
                )
            elif event.previous_hash != previous:
                self.fail(
                    event.chain,
                    event.sequence,
                    event.id,
                    Text("与前一条记录的哈希不衔接。", "It does not continue the hash of the event before it."),
                )
            elif hash_of(event) != event.hash:
                self.fail(
                    event.chain,
                    event.sequence,
                    event.id,
                    Text("内容与其哈希不符，记录被改动过。", "Its content does not match its hash: it was changed."),
                )
            self.last[event.chain] = (event.sequence, event.hash)
            if event.task_id is not None and "answers_sha256" in event.data:
                self.answered[event.task_id] = (event, str(event.data["answers_sha256"]))
        self.progress(self.count)

    def heads(self) -> None:
        heads = {
            f"case:{case_id}": (sequence, hash_)
            for case_id, sequence, hash_ in self.session.execute(select(Case.id, Case.last_sequence, Case.last_hash))
        }
        heads |= {c.name: (c.last_sequence, c.last_hash) for c in self.session.scalars(select(Chain))}
        for chain, head in heads.items():
            if self.last.get(chain, (0, "")) != head:
                self.fail(
                    chain,
                    min(head[0], self.last.get(chain, (0, ""))[0]) + 1,
                    None,
                    Text(
                        f"链头登记为第 {head[0]} 条，实际止于第 {self.last.get(chain, (0, ''))[0]} 条或内容不同。",
                        f"The head says {head[0]} events; the chain ends at {self.last.get(chain, (0, ''))[0]} or differs.",
                    ),
                )
        for chain in self.last.keys() - heads.keys():
            self.fail(chain, 1, None, Text("链头缺失。", "The chain has no head."))

    def anchors(self, anchored: Iterable[Head]) -> None:
        newest: dict[str, Head] = {}
        for head in anchored:
            if head.sequence >= getattr(newest.get(head.chain), "sequence", 0):
                newest[head.chain] = head
        for head in newest.values():
            found = self.session.scalar(
                select(Event.hash).where(Event.chain == head.chain, Event.sequence == head.sequence)
            )
            if found != head.hash:
                self.fail(
                    head.chain,
                    min(head.sequence, self.last.get(head.chain, (0, ""))[0] + 1),
                    None,
                    Text(
                        f"库外锚记录有第 {head.sequence} 条，库中没有或内容不同：尾部被截断或改写。",
                        f"The anchor knows event {head.sequence}, which is missing here or differs: a tail was cut off or rewritten.",
                    ),
                )

    def answers(self) -> None:
        rows = self.session.execute(
            select(Task.id, Task.answers, Task.opinion, Task.outcome).execution_options(yield_per=BATCH)
        )
        for task_id, answers, opinion, outcome in rows:
            vouched = self.answered.pop(task_id, None)
            if vouched and digest([outcome, opinion, answers]) != vouched[1]:
                self.fail(
                    vouched[0].chain,
                    vouched[0].sequence,
                    vouched[0].id,
                    Text(
                        "任务的填写内容与办理时的记录不符。", "The task's answers are not those it was completed with."
                    ),
                )
        for event, _ in self.answered.values():
            self.fail(event.chain, event.sequence, event.id, Text("任务已不存在。", "The task is gone."))

    def files(self) -> None:
        for attachment in attachments.verify(self.session):
            self.fail(
                f"case:{attachment.case_id}",
                0,
                None,
                Text(
                    f"附件“{attachment.filename}”的内容与上传时的 SHA-256 不符。",
                    f"The file “{attachment.filename}” does not match the SHA-256 it was uploaded with.",
                ),
            )
        for damaged in papers.verify(self.session):
            self.fail(
                f"case:{damaged.case_id}",
                0,
                None,
                Text(
                    f"公文 {damaged.number_text} 的文件与签发时的 SHA-256 不符。",
                    f"The file of paper {damaged.number_text} does not match the SHA-256 it was issued with.",
                ),
            )
