"""Procedures as an office has them: folders are found, checked and published as immutable, numbered versions.

A running case keeps the version it started with. A version is known by its content hash; it becomes the current one
only by being published.
"""

from __future__ import annotations

import importlib
import io
import pkgutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Select, select
from sqlalchemy.orm import Session, defer

from workflows import events, paper_findings, procedures
from workflows.engine import checks, definition, folder
from workflows.engine.definition import Definition, DefinitionRefused
from workflows.engine.findings import CheckFinding, suggestion
from workflows.engine.operations import Registry, registry
from workflows.errors import BadFile, NotFound
from workflows.organisations.actors import Actor
from workflows.storage.definitions import PublishedDefinition
from workflows.text import Text

_JUST_PUBLISHED = "published here"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Found:
    """A procedure folder and what has to be mended in it before it can be published."""

    path: Path
    findings: tuple[CheckFinding, ...]

    @property
    def key(self) -> str:
        """The key of the procedure: folders are named after it."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class Broken:
    """A published version that this program can no longer carry out, and why."""

    key: str
    number: int
    reason: Text


@dataclass(frozen=True, slots=True)
class Stored:
    """A version with the content hash it says it has, and the one found in its files; empty for what is no archive."""

    key: str
    number: int
    content_hash: str
    found: str
    is_current: bool


@cache
def known_names() -> Registry:
    """The operations, facts and checks of this program; imports the modules that register them."""
    for module in pkgutil.iter_modules(procedures.__path__, f"{procedures.__name__}."):
        importlib.import_module(module.name)
    return registry()


# ---- folders ---------------------------------------------------------------------------------------------------------


def find(places: Iterable[Path]) -> tuple[Found, ...]:
    """Every procedure folder below the places, checked. A bad folder is told of and never keeps the others away."""
    found: list[Found] = []
    taken: dict[str, Path] = {}
    folders = [path for place in places for path in _folders(Path(place))]
    known = {path.name for path in folders}
    for path in folders:
        findings = _check(path, read_folder(path), known | _beside(path))
        if path.name in taken:
            findings = (_taken(taken[path.name]), *findings)
        taken.setdefault(path.name, path)
        found.append(Found(path, findings))
    return tuple(found)


def check_folder(path: Path) -> tuple[CheckFinding, ...]:
    """Everything to mend before the folder can be published, seen with the folders that lie beside it."""
    return _check(path, read_folder(path), _beside(path))


def read_folder(path: Path) -> dict[str, bytes]:
    """The files of a folder by their path inside it; hidden files are left out, and too large ones cut short.

    Raises BadFile when the folder cannot be read.
    """
    files: dict[str, bytes] = {}
    try:
        for file in sorted(path.rglob("*")):
            inside = file.relative_to(path)
            if any(part.startswith(".") for part in inside.parts) or not file.is_file():
                continue
            with file.open("rb") as opened:
                files[inside.as_posix()] = opened.read(folder.MAX_FILE_BYTES + 1)
            if len(files) > folder.MAX_FILES:
                break
    except OSError as error:
        raise BadFile(Text(f"无法读取 {path}：{error}", f"{path} cannot be read: {error}")) from error
    return files


def _folders(place: Path) -> Iterator[Path]:
    marks = ("procedure.toml", "process.bpmn")
    for path in (place, *(sorted(place.iterdir()) if place.is_dir() else ())):
        if any((path / mark).is_file() for mark in marks):
            yield path


def _beside(path: Path) -> set[str]:
    return {other.name for other in _folders(path.resolve().parent)}


def _check(path: Path, files: folder.Files, known: Set[str]) -> tuple[CheckFinding, ...]:
    """What is to mend; `known` are the keys of the procedures it may call."""
    read = folder.read(files)
    if read.too_large:
        return read.findings
    return (
        *checks.examine(read, known_names()),
        *paper_findings.check(read, known_names()),
        *_misnamed(path, read),
        *_uncalled(read, known),
    )


def _uncalled(read: folder.Folder, known: Set[str]) -> Iterator[CheckFinding]:
    for node in read.diagram.nodes.values() if read.diagram is not None else ():
        if node.called and node.called not in known:
            told = suggestion(node.called, known)
            yield CheckFinding(
                "process.bpmn",
                node.id,
                Text(f"没有名为“{node.called}”的程序{told.zh}", f'No procedure is called "{node.called}"{told.en}'),
            )


def _misnamed(path: Path, read: folder.Folder) -> Iterator[CheckFinding]:
    settings = read.settings
    if settings is not None and settings.key and settings.key != path.resolve().name:
        yield CheckFinding(
            "procedure.toml",
            "key",
            Text(f"key 应与文件夹同名（{path.name}）。", f"The key must be the name of the folder ({path.name})."),
        )


def _taken(other: Path) -> CheckFinding:
    return CheckFinding(
        "", "", Text(f"同名的程序已在 {other}。", f"There is already a procedure of this name at {other}.")
    )


# ---- versions --------------------------------------------------------------------------------------------------------


def publish(session: Session, actor: Actor | None, path: Path, now: datetime) -> PublishedDefinition:
    """Make the folder's content the current version of its procedure; nothing happens when it already is.

    Raises DefinitionRefused with every finding. Content that was published before becomes current under its old number.
    """
    files = read_folder(path)
    published = set(session.scalars(select(PublishedDefinition.key)))
    findings = _check(path, files, _beside(path) | published)
    if findings:
        raise DefinitionRefused(findings)
    parsed = definition.parse(files)
    earlier = versions(session, parsed.key, lock=True)
    before = next((row for row in earlier if row.is_current), None)
    if before is not None and before.content_hash == parsed.content_hash:
        return before
    if before is not None:
        before.is_current = False
        session.flush()
    row = next((row for row in earlier if row.content_hash == parsed.content_hash), None)
    if row is None:
        row = PublishedDefinition(
            key=parsed.key,
            number=max((each.number for each in earlier), default=0) + 1,
            content_hash=parsed.content_hash,
            files=_pack(parsed.files),
            published_at=now,
            published_by_id=actor.person_id if actor is not None else None,
        )
        session.add(row)
    row.is_current = True
    session.flush()
    session.info.setdefault(_JUST_PUBLISHED, set()).add(row.id)
    events.record(
        session,
        events.ADMINISTRATION,
        "procedure_published",
        {
            "procedure": row.key,
            "number": row.number,
            "content_hash": row.content_hash,
            "before": before.number if before is not None else None,
        },
        now=now,
        actor=actor,
    )
    return row


def current(session: Session, key: str) -> PublishedDefinition:
    """The current version of a procedure; NotFound when none was published."""
    row = session.scalar(_rows().where(PublishedDefinition.key == key, PublishedDefinition.is_current))
    if row is None:
        raise NotFound(Text(f"没有已发布的程序“{key}”。", f'No procedure "{key}" has been published.'), key=key)
    return row


def all_current(session: Session) -> tuple[PublishedDefinition, ...]:
    """The current version of every procedure, by key."""
    return tuple(session.scalars(_rows().where(PublishedDefinition.is_current).order_by(PublishedDefinition.key)))


def versions(session: Session, key: str, *, lock: bool = False) -> tuple[PublishedDefinition, ...]:
    """Every version of a procedure, newest number first."""
    query = _rows().where(PublishedDefinition.key == key).order_by(PublishedDefinition.number.desc())
    return tuple(session.scalars(query.with_for_update() if lock else query))


_hashes: WeakKeyDictionary[Engine | Connection, dict[int, str]] = WeakKeyDictionary()


def definition_of(session: Session, definition_id: int) -> Definition:
    """The parsed version behind a row; costs nothing once this process knows it. NotFound when there is no such row."""
    known_names()
    known = _hashes.setdefault(session.get_bind(), {})
    content_hash = known.get(definition_id)
    if content_hash is None:
        content_hash = session.scalar(
            select(PublishedDefinition.content_hash).where(PublishedDefinition.id == definition_id)
        )
        if content_hash is None:
            raise NotFound(Text("没有这个程序版本。", "There is no such version of a procedure."), id=definition_id)
        if definition_id not in session.info.get(_JUST_PUBLISHED, ()):  # may still be rolled back, and its id used anew
            known[definition_id] = content_hash
    return definition.load(content_hash, lambda: _unpack(_files(session, definition_id)))


def verify_published(session: Session) -> tuple[Broken, ...]:
    """The versions that this program cannot carry out, because it no longer reads them or lacks what they call."""
    broken = []
    for row in session.scalars(_rows().order_by(PublishedDefinition.key, PublishedDefinition.number)):
        reason = _why_broken(session, row)
        if reason is not None:
            broken.append(Broken(row.key, row.number, reason))
    return tuple(broken)


def stored(session: Session) -> Iterator[Stored]:
    """Every version as it lies in the database, its hash computed anew; one archive in memory at a time."""
    for row in session.scalars(_rows().order_by(PublishedDefinition.id)):
        try:
            found = definition.content_hash(_unpack(_files(session, row.id)))
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
            found = ""
        yield Stored(row.key, row.number, row.content_hash, found, row.is_current)


def _why_broken(session: Session, row: PublishedDefinition) -> Text | None:
    try:
        parsed = definition_of(session, row.id)
    except BadFile as error:
        return error.message
    names = known_names()
    missing = sorted(
        {*(parsed.operations - names.operations.keys()), *(parsed.facts - names.facts.keys())}
        | (parsed.checks - names.checks.keys())
    )
    if not missing:
        return None
    return Text(f"程序中没有：{'、'.join(missing)}。", f"Missing from this program: {', '.join(missing)}.")


def _rows() -> Select[PublishedDefinition]:
    return select(PublishedDefinition).options(defer(PublishedDefinition.files))


def _files(session: Session, definition_id: int) -> bytes:
    return session.scalars(select(PublishedDefinition.files).where(PublishedDefinition.id == definition_id)).one()


def _pack(files: folder.Files) -> bytes:
    """A zip archive: the same bytes for the same files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _unpack(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
