"""Who is called by name in an exported log, and what the others are called."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflows.storage.organisations import Person

PREFIX = "人员-"
_PURPOSE = b"jianhui: pseudonyms in event logs"
_BYTES = 10  # 80 bits: no two people of one office share a pseudonym, and 16 letters can still be read out


class People:
    """Gives every person one label for a whole export.

    A pseudonym is an HMAC-SHA256 over the person's id with a key derived from the installation's secret: the same in
    every export of this installation, different in another, and nothing leads back without the secret. A name carries the
    person's code, because two people may share a name.
    """

    def __init__(self, secret: str, named: Select[int] | None, *, names: bool) -> None:
        """`names`: call people by name, but only those whose id is in `named`; None: everybody."""
        if not secret:
            raise ValueError("pseudonyms need the secret of the installation")
        self._key = hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).digest()
        self._named = named
        self._names = names

    def labels(self, session: Session, ids: Iterable[int | None]) -> dict[int, str]:
        """The labels of these people, in at most one question."""
        wanted = {each for each in ids if each is not None}
        labels = {each: self.pseudonym(each) for each in wanted}
        if self._names and wanted:
            query = select(Person.id, Person.name, Person.code).where(Person.id.in_(wanted))
            if self._named is not None:
                query = query.where(Person.id.in_(self._named))
            labels |= {each: f"{name}（{code}）" for each, name, code in session.execute(query)}
        return labels

    def pseudonym(self, person_id: int) -> str:
        """Such as 人员-h2x7k4m3q5w6e2ra."""
        digest = hmac.new(self._key, str(person_id).encode(), hashlib.sha256).digest()
        return PREFIX + base64.b32encode(digest[:_BYTES]).decode().lower()
