"""Bytes kept once under their SHA-256: frozen papers and uploads."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from workflows.errors import NotFound
from workflows.storage.papers import Blob
from workflows.text import Text


def sha256_of(content: bytes) -> str:
    """The name under which these bytes are kept: SHA-256 in lower-case hex."""
    return hashlib.sha256(content).hexdigest()


def keep(session: Session, content: bytes, media_type: str) -> str:
    """Keep the bytes in the caller's transaction and answer their SHA-256; the same bytes are kept once."""
    name = sha256_of(content)
    values = {"sha256": name, "size": len(content), "media_type": media_type, "content": content}
    if session.get_bind().dialect.name == "postgresql":
        session.execute(postgresql.insert(Blob).values(values).on_conflict_do_nothing())
    else:
        session.execute(sqlite.insert(Blob).values(values).on_conflict_do_nothing())
    return name


def content_of(session: Session, sha256: str) -> bytes:
    """The kept bytes. Raises ``NotFound``."""
    content = session.scalar(select(Blob.content).where(Blob.sha256 == sha256))
    if content is None:
        raise NotFound(Text("文件不存在。", "There is no such file."))
    return content


def damaged(session: Session, names: set[str]) -> set[str]:
    """Those of ``names`` whose bytes are missing or are no longer what their SHA-256 says; reads one at a time."""
    found = set()
    for name in sorted(names):
        content = session.scalar(select(Blob.content).where(Blob.sha256 == name))
        if content is None or sha256_of(content) != name:
            found.add(name)
    return found
