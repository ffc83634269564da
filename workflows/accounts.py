"""How people sign in: passwords, lockout, first and reset passwords, the end of sessions.

Checking and making argon2id hashes takes tens of milliseconds, so it happens in functions without a session
(`verify`, `hash_password`); the functions with a session only read or write rows and are quick under a write lock.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from workflows import access, departures, events
from workflows.engine.operations import OFFICE_ZONE
from workflows.errors import Conflict, Invalid, Mistake, NotFound
from workflows.organisations.actors import Actor, valid
from workflows.storage.organisations import Account, Person, Post, Role
from workflows.text import Text

MINIMUM_LENGTH: Final = 10
MAXIMUM_LENGTH: Final = 200
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else on paper
_HASHER: Final = PasswordHasher()  # argon2id with the library's current parameters
_NOBODY: Final = _HASHER.hash(secrets.token_urlsafe())  # an unknown name takes as long as a known one


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is needed to check a password outside a transaction. `account_id` is None for an unknown name."""

    account_id: int | None
    password_hash: str
    active: bool
    locked_until: datetime | None

    def is_locked(self, now: datetime) -> bool:
        return self.locked_until is not None and self.locked_until > now


def candidate(session: Session, username: str) -> Candidate:
    """The account of a name, upper and lower case being the same; never None, so that guessing learns nothing."""
    row = session.scalar(select(Account).where(Account.username == normalised(username)))
    if row is None:
        return Candidate(None, _NOBODY, False, None)
    return Candidate(row.id, row.password_hash, row.active, row.locked_until)


def verify(who: Candidate, password: str) -> bool:
    """Whether the password is right. Slow on purpose; call it outside a transaction."""
    try:
        return _HASHER.verify(who.password_hash, password[:MAXIMUM_LENGTH]) and who.account_id is not None
    except (VerificationError, InvalidHashError):
        return False


def hash_password(password: str) -> str:
    """An argon2id hash. Slow on purpose; call it outside a transaction."""
    return _HASHER.hash(password)


def new_password() -> str:
    """A one-time password that can be read aloud: four groups of four signs, about 79 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def normalised(username: str) -> str:
    return username.strip().casefold()


def check_new_password(password: str, repeated: str, username: str) -> None:
    """Raise `Invalid` with everything that is wrong with a password somebody chose."""
    mistakes = []
    if len(password) < MINIMUM_LENGTH:
        mistakes.append(
            Mistake("/new", Text(f"新密码至少 {MINIMUM_LENGTH} 个字符。", f"Use at least {MINIMUM_LENGTH} characters."))
        )
    if len(password) > MAXIMUM_LENGTH:
        mistakes.append(
            Mistake("/new", Text(f"新密码最多 {MAXIMUM_LENGTH} 个字符。", f"Use at most {MAXIMUM_LENGTH} characters."))
        )
    if password and (len(set(password)) < 5 or normalised(username) in password.casefold()):
        mistakes.append(
            Mistake(
                "/new",
                Text(
                    "新密码太容易猜到：不要包含用户名，也不要重复少数几个字符。",
                    "Too easy to guess: avoid your user name and few repeated characters.",
                ),
            )
        )
    if password != repeated:
        mistakes.append(Mistake("/repeated", Text("两次输入的新密码不一致。", "The two new passwords differ.")))
    if mistakes:
        raise Invalid(mistakes)


def attempt_failed(session: Session, who: Candidate, *, limit: int, minutes: int, now: datetime) -> None:
    """Count a wrong password; at `limit` in a row the account is locked for `minutes`."""
    if who.account_id is None:
        return
    account = _locked_row(session, who.account_id)
    if account.locked_until is not None and account.locked_until > now:
        return
    account.failed_count += 1
    if account.failed_count >= limit:
        account.failed_count = 0
        account.locked_until = now + timedelta(minutes=minutes)
        _record(session, "account_locked", account, None, now, {"until": account.locked_until.isoformat()})


def signed_in(session: Session, who: Candidate, *, password: str, now: datetime) -> Account:
    """Note a right password and answer the account. Raises `Conflict` when it was locked or ended in between."""
    account = _locked_row(session, who.account_id or 0)
    if not account.active or (account.locked_until is not None and account.locked_until > now):
        raise Conflict(Text("账号已被锁定或停用。", "The account is locked or no longer active."))
    account.failed_count = 0
    account.locked_until = None
    account.last_seen_at = now
    if _HASHER.check_needs_rehash(account.password_hash):
        account.password_hash = hash_password(password)
    return account


def account_of_session(session: Session, account_id: int, session_key: str) -> Account | None:
    """The account behind a browser session, with its person; None when the session has been ended."""
    account = session.scalar(select(Account).options(joinedload(Account.person)).where(Account.id == account_id))
    if account is None or not account.active or not secrets.compare_digest(account.session_key, session_key):
        return None
    return account


def create(
    session: Session,
    actor: Actor | None,
    *,
    person_id: int,
    username: str,
    password_hash: str,
    now: datetime,
    key: str | None = None,
) -> Account:
    """A new account whose password must be changed at the first sign-in. Raises `Invalid` when the name is taken.

    `key`: the idempotency key of the submit, see `done_before`.
    """
    _require_administrator(session, actor, now)
    name = normalised(username)
    if not name or not name.replace(".", "").replace("_", "").replace("-", "").isalnum():
        raise Invalid(
            [Mistake("/username", Text("用户名只能用字母、数字、点、横线。", "Use letters, digits, dots and dashes."))]
        )
    taken = session.scalar(
        select(func.count()).select_from(Account).where((Account.username == name) | (Account.person_id == person_id))
    )
    if taken:
        raise Invalid(
            [
                Mistake(
                    "/username",
                    Text("用户名已被使用，或此人已有账号。", "The name is taken, or the person has an account."),
                )
            ]
        )
    if session.get(Person, person_id) is None:
        raise NotFound(Text("没有这个人员。", "There is no such person."))
    account = Account(
        person_id=person_id, username=name, password_hash=password_hash, must_change=True, session_key=_new_key()
    )
    session.add(account)
    session.flush()
    _record(session, "account_created", account, actor, now, {}, key)
    return account


def change_password(session: Session, account_id: int, *, password_hash: str, actor: Actor, now: datetime) -> Account:
    """Set the password its owner chose. Every session of the account ends; the caller starts a new one."""
    account = _locked_row(session, account_id)
    account.password_hash = password_hash
    account.must_change = False
    account.session_key = _new_key()
    _record(session, "password_changed", account, actor, now, {})
    return account


def reset_password(
    session: Session,
    actor: Actor | None,
    account_id: int,
    *,
    password_hash: str,
    now: datetime,
    key: str | None = None,
) -> Account:
    """Set a one-time password (see `new_password`): sessions end, a lock ends, the next sign-in must change it.

    `key`: the idempotency key of the submit, see `done_before`.
    """
    _require_administrator(session, actor, now)
    account = _locked_row(session, account_id)
    account.password_hash = password_hash
    account.must_change = True
    account.failed_count = 0
    account.locked_until = None
    account.session_key = _new_key()
    _record(session, "password_reset", account, actor, now, {}, key)
    return account


def done_before(session: Session, key: str | None) -> bool:
    """Whether a submit with this key already made a one-time password: sent again, it must not make another."""
    return events.already(session, key) is not None


def deactivate(session: Session, actor: Actor | None, account_id: int, *, now: datetime) -> Account:
    """Somebody leaves: no sign-in any more, every session ends at its next request, and what was in hand is let go.

    Raises `Conflict` for one's own account and for that of the last administrator who can sign in.
    """
    _require_administrator(session, actor, now)
    require_another_administrator(session, account_id, now)
    account = _locked_row(session, account_id)
    if account.active:
        if actor is not None and actor.person_id == account.person_id:
            raise Conflict(
                Text(
                    "不能停用自己的账号，请由另一位管理员办理。",
                    "You cannot deactivate your own account; ask another administrator.",
                )
            )
        account.active = False
        account.session_key = _new_key()
        session.flush()
        departures.leave(session, actor, account.person_id, now=now)
        _record(session, "account_deactivated", account, actor, now, {})
    return account


def reactivate(session: Session, actor: Actor | None, account_id: int, *, now: datetime) -> Account:
    """Let somebody sign in again."""
    _require_administrator(session, actor, now)
    account = _locked_row(session, account_id)
    if not account.active:
        account.active = True
        _record(session, "account_reactivated", account, actor, now, {})
    return account


def end_sessions(session: Session, actor: Actor | None, account_id: int, *, now: datetime) -> Account:
    """Sign out everywhere."""
    _require_administrator(session, actor, now)
    account = _locked_row(session, account_id)
    account.session_key = _new_key()
    _record(session, "sessions_ended", account, actor, now, {})
    return account


def set_locale(session: Session, account_id: int, locale: str) -> None:
    """Remember the language somebody reads in."""
    _locked_row(session, account_id).locale = locale


def _require_administrator(session: Session, actor: Actor | None, now: datetime) -> None:
    """Whoever may run the command line is trusted (`actor` is None); anybody else must be an administrator."""
    if actor is not None:
        access.require(session, actor, access.Permission.ADMINISTER, None, now.astimezone(OFFICE_ZONE).date())


def require_another_administrator(session: Session, leaving: int, now: datetime) -> None:
    """Raise `Conflict` when nobody could administer any more without this account.

    The accounts of all administrators are locked first and in one order, so that two who leave at once do not both go.
    """
    today = now.astimezone(OFFICE_ZONE).date()
    administers = select(Post.person_id).where(Post.role == Role.ADMINISTRATOR, valid(Post, today))
    left = session.scalars(
        select(Account.id)
        .where(Account.active, Account.person_id.in_(administers))
        .order_by(Account.id)
        .with_for_update()
    ).all()
    if list(left) == [leaving]:
        raise Conflict(
            Text(
                "这是最后一位管理员，账号不能停用，岗位不能结束；请先让另一人担任管理员并开通账号。",
                "This is the last administrator, whose account and post stay: first make somebody else one, with an account.",
            )
        )


def _locked_row(session: Session, account_id: int) -> Account:
    account = session.scalar(
        select(Account).where(Account.id == account_id).with_for_update().execution_options(populate_existing=True)
    )
    if account is None:
        raise NotFound(Text("没有这个账号。", "There is no such account."))
    return account


def _new_key() -> str:
    return secrets.token_urlsafe(16)


def _record(
    session: Session,
    kind: str,
    account: Account,
    actor: Actor | None,
    now: datetime,
    data: dict[str, str],
    key: str | None = None,
) -> None:
    events.record(
        session,
        "administration",
        kind,
        {"account_id": account.id, "username": account.username, "person_id": account.person_id, **data},
        now=now,
        actor=actor,
        key=key,
    )
