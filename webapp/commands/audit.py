"""`jianhui audit verify`: is the record still what was recorded?"""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import func, select

from webapp.commands import surroundings
from webapp.commands.progress import bar
from webapp.commands.speech import Group, Refused, option, say, tell
from workflows import anchor
from workflows.audit import verify as verify_record
from workflows.storage.events import Event
from workflows.text import Text

audit = Group("audit", says=Text("审计：核验事件链。", "Audit: verify the chains of events."))


@audit.command(
    "verify",
    says=Text(
        "核验全部事件链、任务内容和公文文件，与库外锚记比对；逐链指出第一处不符。发现问题时退出码为 1。",
        "Verify every chain of events, the answers and the papers, and compare with the anchor outside the database; "
        "names the first broken link of each chain. Exit code 1 when something is broken.",
    ),
)
@option(
    "--anchor",
    "anchor_path",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    zh="锚记文件；默认取 JIANHUI_ANCHOR。",
    en="Anchor file; default is JIANHUI_ANCHOR.",
)
def verify(anchor_path: Path | None) -> None:
    address = str(anchor_path or surroundings.anchor_address())
    heads = anchor.heads_at(address)
    with surroundings.reading() as session:
        total = session.scalar(select(func.count()).select_from(Event))
        with bar(say("核验", "Verifying"), total) as progress:
            report = verify_record(session, heads, progress)
        lost = bool(total) and not anchor.is_web(address) and not Path(address).is_file()
    if not heads and not lost:
        click.echo(
            say(
                f"没有锚记（{address}），无法发现被截断的尾部。",
                f"No anchor ({address}): a cut-off tail would go unseen.",
            ),
            err=True,
        )
    summary = say(f"{report.chains} 条链，{report.events} 条事件", f"{report.chains} chains, {report.events} events")
    for broken in report.broken:
        click.echo(
            say(f"{broken.chain} 第 {broken.sequence} 条：", f"{broken.chain}, event {broken.sequence}: ")
            + tell(broken.reason)
        )
    if lost:
        click.echo(
            say(
                f"锚记文件 {address} 不见了，库中却已有事件：无法发现被截断的尾部。",
                f"The anchor file {address} is gone although there are events: a cut-off tail would go unseen.",
            )
        )
    if not report.ok:
        raise Refused(summary + say("，有不符。", ", broken."))
    if lost:
        raise Refused(summary + say("，未能与锚记比对。", ", not compared with an anchor."))
    click.echo(summary + say("，完整无误。", ", intact."))


def register(root: Group) -> None:
    root.add_command(audit)
