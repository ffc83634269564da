"""Accounts for everybody in an office, for what only people with an account can be asked to do."""

from __future__ import annotations

from tests.cases.conftest import Office
from workflows.storage.organisations import Account


def give_accounts(office: Office) -> None:
    with office.db.write() as session:
        for person_id in office.world.people.values():
            session.add(
                Account(person_id=person_id, username=f"u{person_id}", password_hash="!", session_key=f"k{person_id}")
            )
