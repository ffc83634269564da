"""`jianhui user`: the first accounts of an office, and help for somebody who is locked out."""

from __future__ import annotations

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.commands import surroundings
from webapp.commands.speech import Group, Refused, option, say, tell
from workflows import accounts, administration
from workflows.errors import Conflict
from workflows.storage.organisations import Account, Organisation, Role
from workflows.text import Text

user = Group("user", says=Text("账号：新增、重置密码、停用。", "Accounts: add, reset the password, end."))


@user.command(
    "add",
    says=Text(
        "新增人员、岗位和账号，打印一次性密码（首次登录必须修改）。",
        "Add a person with a post and an account; prints a one-time password that must be changed at the first sign-in.",
    ),
)
@click.argument("username")
@option("--name", required=True, zh="姓名。", en="Name of the person.")
@option("--name-en", default="", zh="英文或拼音姓名。", en="Name in Latin letters.")
@option("--organisation", required=True, metavar="CODE", zh="所在组织的代码。", en="Code of the organisation.")
@option(
    "--role", required=True, type=click.Choice([role.value for role in Role]), zh="岗位角色。", en="Role of the post."
)
@option("--title", default="", zh="职务名称。", en="Title of the post.")
def add(username: str, name: str, name_en: str, organisation: str, role: str, title: str) -> None:
    password = accounts.new_password()
    hashed = accounts.hash_password(password)
    now = surroundings.now()
    with surroundings.writing() as session:
        home = session.scalar(select(Organisation).where(Organisation.code == organisation))
        if home is None:
            raise Refused(
                say(f"没有代码为 {organisation} 的组织。", f"There is no organisation with the code {organisation}.")
            )
        person = administration.add_person(session, None, name=name, name_en=name_en, now=now)
        administration.begin_post(
            session, None, person_id=person.id, organisation_id=home.id, role=Role(role), title=title, now=now
        )
        accounts.create(session, None, person_id=person.id, username=username, password_hash=hashed, now=now)
    _print_password(accounts.normalised(username), password)


@user.command(
    "reset",
    says=Text(
        "重置密码：打印一次性密码，解除锁定，结束此账号的全部会话。",
        "Reset a password: prints a one-time password, ends a lock and every session of the account.",
    ),
)
@click.argument("username")
@option("--reactivate", is_flag=True, zh="账号已停用的，同时恢复。", en="Bring an ended account back.")
def reset(username: str, reactivate: bool) -> None:
    password = accounts.new_password()
    hashed = accounts.hash_password(password)
    now = surroundings.now()
    with surroundings.writing() as session:
        account = _account(session, username)
        if not account.active and not reactivate:
            raise Refused(
                say(
                    f"账号 {username} 已停用；如需恢复，请加 --reactivate。",
                    f"The account {username} has been ended; add --reactivate to bring it back.",
                )
            )
        accounts.reactivate(session, None, account.id, now=now)
        accounts.reset_password(session, None, account.id, password_hash=hashed, now=now)
    _print_password(accounts.normalised(username), password)


@user.command(
    "end",
    says=Text(
        "停用账号并结束其全部会话；岗位另行结束。",
        "Deactivate an account and end its sessions; posts are ended separately.",
    ),
)
@click.argument("username")
def end(username: str) -> None:
    with surroundings.writing() as session:
        account = _account(session, username)
        try:
            accounts.deactivate(session, None, account.id, now=surroundings.now())
        except Conflict as error:
            raise Refused(tell(error.message)) from error
    click.echo(say(f"账号 {username} 已停用。", f"The account {username} has been ended."))


def register(root: Group) -> None:
    root.add_command(user)


def _account(session: Session, username: str) -> Account:
    account = session.scalar(select(Account).where(Account.username == accounts.normalised(username)))
    if account is None:
        raise Refused(say(f"没有账号 {username}。", f"There is no account {username}."))
    return account


def _print_password(username: str, password: str) -> None:
    """The password alone on stdout, so that a script can take it; the sentence about it on stderr."""
    click.echo(
        say(f"账号 {username} 的一次性密码（只显示这一次）：", f"One-time password of {username} (shown once):"),
        err=True,
    )
    click.echo(password)
