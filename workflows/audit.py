"""Is the record still what was recorded? Walks every chain and everything the chains vouch for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from workflows import catalogue
from workflows.anchor import Head
from workflows.documents import attachments, papers
from workflows.events import ADMINISTRATION, chain_of, digest, hash_of
from workflows.storage.cases import SENT_BACK, Case, CaseStatus, Task, TaskKind, TaskStatus
from workflows.storage.events import Chain, Event
from workflows.storage.papers import Attachment, Paper
from workflows.text import Text

BATCH = 500
DATABASE = "database"  # stands for a chain where the file of the database itself is damaged

# The events that vouch for a row, and where they name it: in their data, or in a column of their own.
VOUCHING = {
    "task_completed": "task_id",
    "task_sent_back": "task_id",
    "case_completed": "case_id",
    "case_withdrawn": "case_id",
    "attachment_added": "attachment",
    "attachment_removed": "attachment",
    "paper_issued": "paper",
    "paper_voided": "paper",
}


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


@dataclass(frozen=True, slots=True)
class Said:
    """What an event says about a row, and where it stands."""

    chain: str
    sequence: int
    event_id: int
    task_id: int | None
    actor_id: int | None
    data: dict[str, Any]


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
    walk.tasks()
    walk.cases()
    walk.attachments()
    walk.papers()
    walk.definitions()
    walk.files()
    walk.storage()
    return Report(len(walk.last), walk.count, tuple(sorted(walk.broken.values(), key=lambda b: (b.chain, b.sequence))))


class _Walk:
    def __init__(self, session: Session, progress: Callable[[int], None]) -> None:
        self.session = session
        self.progress = progress
        self.count = 0
        self.last: dict[str, tuple[int, str]] = {}
        self.broken: dict[str, Broken] = {}
        self.said: dict[tuple[str, int], Said] = {}
        self.uploaded: set[tuple[str, ...]] = set()  # chain, material, filename, sha256
        self.published: dict[str, dict[int, Said]] = {}  # procedure, number: the newest last

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
            self.listen(event)
        self.progress(self.count)

    def listen(self, event: Event) -> None:
        """Remember what the event vouches for, to be compared with the rows afterwards."""
        said = Said(event.chain, event.sequence, event.id, event.task_id, event.actor_id, event.data)
        if event.kind in VOUCHING:
            name = VOUCHING[event.kind]
            about = getattr(event, name) if name in ("task_id", "case_id") else event.data.get(name)
            if isinstance(about, int):
                self.said[event.kind, about] = said
        if event.kind == "task_taken_back":  # what it says of the task, and the end of the case, is said no more
            for kind in ("task_completed", "task_sent_back"):
                self.said.pop((kind, event.task_id or 0), None)
            self.said.pop(("case_completed", event.case_id or 0), None)
        if event.kind == "attachment_added":
            self.uploaded.add((event.chain, *(str(event.data.get(n)) for n in ("material", "filename", "sha256"))))
        if event.kind == "procedure_published":
            numbers = self.published.setdefault(str(event.data.get("procedure")), {})
            number = int(event.data.get("number") or 0)
            numbers.pop(number, None)
            numbers[number] = said

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

    def contradict(self, said: Said, reason: Text) -> None:
        self.fail(said.chain, said.sequence, said.event_id, reason)

    def unvouched(self, chain: str, reason: Text) -> None:
        """A row says what no event does: the event would have to stand behind the last one."""
        self.fail(chain, self.last.get(chain, (0, ""))[0] + 1, None, reason)

    def gone(self, kind: str, reason: Text) -> None:
        """What is left of a kind of event after every row has taken its own."""
        for (known, _), said in self.said.items():
            if known == kind:
                self.contradict(said, reason)

    def tasks(self) -> None:
        rows = self.session.execute(
            select(
                Task.id,
                Task.case_id,
                Task.kind,
                Task.status,
                Task.answers,
                Task.opinion,
                Task.outcome,
                Task.closed_by_id,
            ).execution_options(yield_per=BATCH)
        )
        for row in rows:
            self.sent_back(row)
            said = self.said.pop(("task_completed", row.id), None)
            done = row.status == TaskStatus.DONE
            if said is None:
                if done and row.kind == TaskKind.STEP:
                    self.unvouched(
                        chain_of(row.case_id),
                        Text("任务标为已办，却没有办理记录。", "A task is marked done, but no event says so."),
                    )
            elif not done:
                self.contradict(
                    said, Text("任务已办理，现在却不是已办状态。", "The task was completed but no longer says so.")
                )
            elif said.actor_id != row.closed_by_id:
                self.contradict(
                    said,
                    Text("任务的办理人与记录不符。", "The task names another person than the one who completed it."),
                )
            elif digest([row.outcome, row.opinion, row.answers]) != said.data.get("answers_sha256"):
                self.contradict(
                    said,
                    Text(
                        "任务的填写内容与办理时的记录不符。", "The task's answers are not those it was completed with."
                    ),
                )
        for kind in ("task_completed", "task_sent_back"):
            self.gone(kind, Text("任务已不存在。", "The task is gone."))

    def sent_back(self, row: Row[Any]) -> None:
        said = self.said.pop(("task_sent_back", row.id), None)
        if said is None and row.outcome == SENT_BACK:
            self.unvouched(
                chain_of(row.case_id),
                Text("任务标为已退回，却没有退回记录。", "A task is marked sent back, but no event says so."),
            )
        elif said is not None and (said.actor_id, said.data.get("reason")) != (row.closed_by_id, row.opinion):
            self.contradict(said, Text("任务的退回人或理由与记录不符。", "The task was not sent back as it now says."))

    def cases(self) -> None:
        differs = Text("办件的状态与办结或撤销的记录不符。", "The status of the case is not what its events say.")
        for row in self.session.execute(select(Case.id, Case.status, Case.end).execution_options(yield_per=BATCH)):
            completed = self.said.pop(("case_completed", row.id), None)
            withdrawn = self.said.pop(("case_withdrawn", row.id), None)
            said = completed or withdrawn
            status = CaseStatus.COMPLETED if completed else CaseStatus.WITHDRAWN if withdrawn else CaseStatus.OPEN
            end = completed.data.get("end") if completed else None
            if (row.status, row.end) == (status, end):
                continue
            if said is None:
                self.unvouched(chain_of(row.id), differs)
            else:
                self.contradict(said, differs)
        for kind in ("case_completed", "case_withdrawn"):
            self.gone(kind, Text("办件已不存在。", "The case is gone."))

    def attachments(self) -> None:
        rows = self.session.execute(
            select(
                Attachment.id,
                Attachment.case_id,
                Attachment.task_id,
                Attachment.material,
                Attachment.filename,
                Attachment.sha256,
                Attachment.removed_at,
            ).execution_options(yield_per=BATCH)
        )
        for row in rows:
            chain = chain_of(row.case_id)
            differs = Text(
                f"附件“{row.filename}”与上传时的记录不符。",
                f"The file “{row.filename}” is not the one whose upload was recorded.",
            )
            added = self.said.pop(("attachment_added", row.id), None)
            if added is None:  # carried over into a new round: an upload of the same case vouches for it
                if (chain, row.material, row.filename, row.sha256) not in self.uploaded:
                    self.unvouched(chain, differs)
            elif (added.chain, added.task_id, *(added.data.get(n) for n in ("material", "filename", "sha256"))) != (
                chain,
                row.task_id,
                row.material,
                row.filename,
                row.sha256,
            ):
                self.contradict(added, differs)
            removed = self.said.pop(("attachment_removed", row.id), None)
            if removed is None and row.removed_at is not None:
                self.unvouched(
                    chain,
                    Text(
                        f"附件“{row.filename}”标为已移除，却没有移除记录。",
                        f"The file “{row.filename}” is marked as removed, but no event says so.",
                    ),
                )
            elif removed is not None and row.removed_at is None:
                self.contradict(
                    removed,
                    Text(
                        f"附件“{row.filename}”已移除，现在却仍在清单上。",
                        f"The file “{row.filename}” was removed but is back on the checklist.",
                    ),
                )
        for kind in ("attachment_added", "attachment_removed"):
            self.gone(kind, Text("附件已不存在。", "The file is gone."))

    def papers(self) -> None:
        for paper in self.session.scalars(select(Paper).execution_options(yield_per=BATCH)):
            issued = self.said.pop(("paper_issued", paper.id), None)
            differs = Text(
                f"公文 {paper.number_text} 与签发时的记录不符。", f"Paper {paper.number_text} is not what was issued."
            )
            if issued is None:
                self.unvouched(chain_of(paper.case_id), differs)
            elif not _is_as_issued(paper, issued):
                self.contradict(issued, differs)
            voided = self.said.pop(("paper_voided", paper.id), None)
            if voided is None and paper.status != papers.ISSUED:
                self.unvouched(
                    chain_of(paper.case_id),
                    Text(
                        f"公文 {paper.number_text} 标为作废，却没有作废记录。",
                        f"Paper {paper.number_text} is marked void, but no event says so.",
                    ),
                )
            elif voided is not None and (paper.status, paper.void_reason) != (
                papers.VOIDED,
                voided.data.get("reason"),
            ):
                self.contradict(
                    voided,
                    Text(
                        f"公文 {paper.number_text} 的作废状态或理由与记录不符。",
                        f"Paper {paper.number_text} was voided; its status or reason no longer says so.",
                    ),
                )
        for kind in ("paper_issued", "paper_voided"):
            self.gone(kind, Text("公文已不存在。", "The paper is gone."))

    def definitions(self) -> None:
        seen: set[tuple[str, int]] = set()
        for version in catalogue.stored(self.session):
            numbers = self.published.get(version.key, {})
            said = numbers.get(version.number)
            differs = Text(
                f"程序 {version.key} 第 {version.number} 版的文件与发布时的不同。",
                f"The files of {version.key}, version {version.number}, are not those that were published.",
            )
            if said is None:
                self.unvouched(ADMINISTRATION, differs)
            elif not version.content_hash == version.found == said.data.get("content_hash"):
                self.contradict(said, differs)
            elif version.is_current != (next(reversed(numbers)) == version.number):
                self.contradict(
                    said,
                    Text(
                        f"程序 {version.key} 现用的不是最后发布的版本。",
                        f"The version of {version.key} in use is not the one published last.",
                    ),
                )
            seen.add((version.key, version.number))
        for key, numbers in self.published.items():
            for number, said in numbers.items():
                if (key, number) not in seen:
                    self.contradict(said, Text("发布的版本已不存在。", "The published version is gone."))

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

    def storage(self) -> None:
        """SQLite looks at its own file: pages, indexes, constraints. A server's storage is its administrator's matter."""
        if self.session.get_bind().dialect.name != "sqlite":
            return
        found = self.session.scalars(text("PRAGMA integrity_check(1)")).first()
        if found != "ok":
            self.fail(DATABASE, 0, None, Text(f"数据库文件已损坏：{found}", f"The database file is damaged: {found}"))


def _is_as_issued(paper: Paper, issued: Said) -> bool:
    """Events of 0.1.0 and 0.2.0 hold no digest of the words; their title, number and files are still compared."""
    data = issued.data
    said = [data.get(name) for name in ("name", "code", "number", "title", "pdf_sha256", "docx_sha256")]
    row = [paper.name, paper.code, paper.number_text, paper.title, paper.pdf_sha256, paper.docx_sha256]
    return (
        (issued.chain, issued.task_id, issued.actor_id) == (chain_of(paper.case_id), paper.task_id, paper.issued_by_id)
        and said == row
        and data.get("words_sha256", papers.digest_of(paper)) == papers.digest_of(paper)
    )
