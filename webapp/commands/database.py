"""`jianhui db upgrade` and `jianhui demo`: an empty database becomes one to work with."""

from __future__ import annotations

import click

from webapp.auth.demo import DEMO_PASSWORD
from webapp.commands import surroundings
from webapp.commands.progress import bar, told
from webapp.commands.speech import Command, Group, Refused, option, say
from workflows import accounts, demo
from workflows.storage.migrations import upgrade as upgrade_tables
from workflows.text import Text

MOST_CASES = 20_000
SAID_EVERY = 5.0  # seconds

db = Group("db", says=Text("数据库：升级结构。", "Database: upgrade its structure."))


@db.command(
    "upgrade",
    says=Text(
        "建立或升级数据库结构；已是最新时什么也不做。",
        "Create or upgrade the tables; does nothing when they are up to date.",
    ),
)
def upgrade() -> None:
    with surroundings.connected() as database:
        before, after = upgrade_tables(database)
    if before == after:
        click.echo(say(f"数据库结构已是最新（{after}）。", f"The database is up to date ({after})."))
    else:
        click.echo(
            say(f"数据库结构已由 {before or '空'} 升级到 {after}。", f"Upgraded from {before or 'nothing'} to {after}.")
        )


@click.command(
    "demo",
    cls=Command,
    says=Text(
        "在空数据库中写入演示数据：一省两市三个集聚区、约 300 家企业、各岗位人员和不同阶段的办件；用 --cases 再加十县两年的工作。"
        "数据库非空时拒绝。",
        "Fill an empty database with demo data: one province, two cities, three zones, about 300 enterprises, people of "
        "all roles and cases at different stages; with --cases two years of work of ten counties besides. Refuses a "
        "database that is not empty.",
    ),
)
@option(
    "--if-empty", is_flag=True, zh="数据库非空时什么也不做，退出码 0。", en="Do nothing when the database is not empty."
)
@option(
    "--cases",
    type=click.IntRange(min=demo.FEWEST_CASES, max=MOST_CASES),
    zh="另加一个省的工作，直到数据库共有这么多办件（2000 个约需数分钟）。",
    en="Add the work of a province until the database holds so many cases (2,000 take some minutes).",
)
def make_demo(if_empty: bool, cases: int | None) -> None:
    password_hash = accounts.hash_password(DEMO_PASSWORD)
    with surroundings.writing() as session:
        if not demo.is_empty(session):
            if if_empty:
                click.echo(say("数据库已有数据，未改动。", "The database has data; nothing was changed."))
                return
            raise Refused(
                say(
                    "数据库不是空的，演示数据只写入空数据库。",
                    "The database is not empty; demo data go into an empty one only.",
                )
            )
        doing = say("写入演示数据", "Writing demo data")
        with bar(doing, demo.STEPS) if cases is None else told(doing, cases, every=SAID_EVERY) as progress:
            made = demo.load(
                session, now=surroundings.now(), password_hash=password_hash, cases=cases, progress=progress
            )
    click.echo(
        say(
            f"已写入 {made.zones} 个集聚区、{made.enterprises} 家企业、{made.people} 人、{made.cases} 个办件；"
            f"演示账号密码：{DEMO_PASSWORD}",
            f"{made.zones} zones, {made.enterprises} enterprises, {made.people} people, {made.cases} cases; "
            f"password of the demo accounts: {DEMO_PASSWORD}",
        )
    )


def register(root: Group) -> None:
    root.add_command(db)
    root.add_command(make_demo)
