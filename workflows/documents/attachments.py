"""Uploaded files of a task's checklist: checked by content, kept once under their SHA-256, served only as downloads.

The caller decides who may upload and remove, holds the lock on the case, and records the event.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.documents import blobs
from workflows.documents.file_types import EXTENSIONS, MEDIA_TYPES, FileType, Refused, recognise
from workflows.documents.text_forms import plain_line
from workflows.errors import Conflict, Invalid, Mistake, NotFound
from workflows.storage.papers import Attachment
from workflows.text import Text

if TYPE_CHECKING:
    from workflows.organisations.actors import Actor

SIZE_LIMIT = 20 * 1024 * 1024  # bytes
NAME_LIMIT = 120  # characters of a filename, its extension included

_REFUSED_IN_NAMES = re.compile(r'[<>:"|?*]')
_PROGRAMS = re.compile(
    r"app|bat|cmd|com|cpl|dll|exe|gadget|hta|html?|jar|jnlp|jse?|lnk|msi|php|pif|ps1|py|sc[rt]|sh|svg|vb[es]?|wsf|xhtml"
)
_DEVICE_NAME = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def store(
    session: Session,
    *,
    case_id: int,
    task_id: int,
    material: str,
    filename: str,
    content: bytes,
    actor: Actor | None,
    now: datetime,
    size_limit: int = SIZE_LIMIT,
) -> Attachment:
    """Keep an upload for an item of a checklist. The same file for the same item is kept once, however often it is sent.

    Raises ``Invalid`` with every reason and its remedy, at ``/materials/<material>``.
    """
    name, kind = checked(material, filename, content, size_limit=size_limit)
    sha256 = blobs.sha256_of(content)
    known = session.scalar(
        select(Attachment).where(
            Attachment.task_id == task_id,
            Attachment.material == material,
            Attachment.sha256 == sha256,
            Attachment.filename == name,
            Attachment.removed_at.is_(None),
        )
    )
    if known is not None:
        return known
    attachment = Attachment(
        case_id=case_id,
        task_id=task_id,
        material=material,
        filename=name,
        media_type=MEDIA_TYPES[kind],
        size=len(content),
        sha256=blobs.keep(session, content, MEDIA_TYPES[kind]),
        uploaded_at=now,
        uploaded_by_id=actor.person_id if actor else None,
    )
    session.add(attachment)
    session.flush()
    return attachment


def checked(material: str, filename: str, content: bytes, *, size_limit: int = SIZE_LIMIT) -> tuple[str, FileType]:
    """The clean name and the kind of an upload. Raises ``Invalid`` like :func:`store`."""
    path = f"/materials/{material}"
    mistakes: list[Mistake] = []
    name = clean_name(filename)
    stem, extension = _parts(name)
    if len(content) > size_limit:
        megabytes = size_limit / 1024 / 1024
        raise Invalid(
            [
                Mistake(
                    path,
                    Text(
                        f"“{name}”超过 {megabytes:g} MB；请压缩图片或分成几个文件。",
                        f"“{name}” is larger than {megabytes:g} MB; compress its pictures or split it.",
                    ),
                )
            ]
        )
    if any(_PROGRAMS.fullmatch(part) for part in stem.lower().split(".")[1:]):
        mistakes.append(
            Mistake(
                path,
                Text(
                    f"文件名“{name}”含有程序的扩展名；请改名后上传。",
                    f"The name “{name}” contains a program's extension; rename the file and upload it again.",
                ),
            )
        )
    try:
        kind = recognise(content)
    except Refused as refused:
        raise Invalid([*mistakes, Mistake(path, _about(name, refused.reason))]) from None
    if EXTENSIONS.get(extension) is not kind:
        mistakes.append(Mistake(path, _disagreement(name, extension, kind)))
    if mistakes:
        raise Invalid(mistakes)
    return name, kind


def remove(session: Session, attachment_id: int, *, actor: Actor | None, now: datetime) -> Attachment:
    """Take an upload off the checklist; its row and its bytes stay for the record. Raises ``NotFound``, ``Conflict``."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is None:
        raise NotFound(_NO_SUCH_FILE)
    if attachment.removed_at is not None:
        raise Conflict(Text("这个附件已经移除。", "This file has already been removed."), attachment=attachment_id)
    attachment.removed_at = now
    attachment.removed_by_id = actor.person_id if actor else None
    session.flush()
    return attachment


def of_task(session: Session, task_id: int) -> list[Attachment]:
    """The uploads of a task that were not removed, oldest first."""
    present = select(Attachment).where(Attachment.task_id == task_id, Attachment.removed_at.is_(None))
    return list(session.scalars(present.order_by(Attachment.id)))


def of_case(session: Session, case_id: int) -> list[Attachment]:
    """The uploads of a case that were not removed, oldest first."""
    present = select(Attachment).where(Attachment.case_id == case_id, Attachment.removed_at.is_(None))
    return list(session.scalars(present.order_by(Attachment.id)))


def read(session: Session, attachment_id: int) -> tuple[str, str, bytes]:
    """Filename, media type and bytes of an upload, to be served as a download. Raises ``NotFound``, also once removed."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is None or attachment.removed_at is not None:
        raise NotFound(_NO_SUCH_FILE)
    return attachment.filename, attachment.media_type, blobs.content_of(session, attachment.sha256)


def verify(session: Session) -> list[Attachment]:
    """The uploads whose bytes are missing or are no longer what they were."""
    attachments = list(session.scalars(select(Attachment).order_by(Attachment.id)))
    damaged = blobs.damaged(session, {attachment.sha256 for attachment in attachments})
    return [attachment for attachment in attachments if attachment.sha256 in damaged]


def clean_name(filename: str) -> str:
    """A file's own name: without folders, invisible or reordering characters, and what file systems refuse."""
    own = plain_line(unicodedata.normalize("NFC", re.split(r"[\\/]", filename)[-1]))
    own = _REFUSED_IN_NAMES.sub("_", own).strip(" .")
    stem, extension = _parts(own)
    if _DEVICE_NAME.fullmatch(stem):
        stem = f"_{stem}"
    if not extension:
        return stem[:NAME_LIMIT] or "file"
    extension = extension[:10]
    return f"{stem[: NAME_LIMIT - len(extension) - 1].rstrip(' .') or 'file'}.{extension}"


def _parts(name: str) -> tuple[str, str]:
    """Stem and extension (lower case, without the dot)."""
    stem, dot, extension = name.rpartition(".")
    return (stem, extension.lower()) if dot else (name, "")


def _about(name: str, reason: Text) -> Text:
    return Text(f"“{name}”：{reason.zh}", f"“{name}”: {reason.en}")


def _disagreement(name: str, extension: str, kind: FileType) -> Text:
    said = f".{extension}" if extension else ""
    return Text(
        f"“{name}”的内容是 {kind.value.upper()}，扩展名却是“{said}”；请确认文件无误，把扩展名改为 .{kind.value} 后再上传。",
        f"“{name}” contains {kind.value.upper()} but is named “{said}”; make sure it is the right file and name it .{kind.value}.",
    )


_NO_SUCH_FILE = Text("没有这个附件，或已被移除。", "There is no such file, or it was removed.")
