"""Who is signed in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import session as browser_session
from flask_login import UserMixin, login_user

from webapp.database import session
from webapp.languages import COOKIE, LANGUAGES
from workflows import accounts
from workflows.storage.organisations import Account


@dataclass(frozen=True, eq=False)
class SignedIn(UserMixin):
    """The account behind this browser session."""

    account_id: int
    person_id: int
    session_key: str
    username: str
    name: str
    name_en: str
    must_change: bool

    def get_id(self) -> str:
        return f"{self.account_id}:{self.session_key}"


def load(identity: str) -> SignedIn | None:
    """The account named in the browser's session; None when that session was ended or the account is closed."""
    number, _, key = identity.partition(":")
    account = accounts.account_of_session(session(), int(number), key) if number.isdecimal() else None
    return None if account is None else _signed_in(account)


def begin_session(account: Account) -> SignedIn:
    """Start a browser session that shares nothing with the one before it."""
    chosen = account.locale or browser_session.get(COOKIE)
    browser_session.clear()
    browser_session.permanent = True
    if chosen in LANGUAGES:
        browser_session[COOKIE] = chosen
    who = _signed_in(account)
    login_user(who)
    return who


def _signed_in(account: Account) -> SignedIn:
    person = account.person
    return SignedIn(
        account.id,
        person.id,
        account.session_key,
        account.username,
        person.name,
        person.name_en or person.name,
        account.must_change,
    )
