"""`jianhui import-ledger` and `import-organisations`: workbooks from the command line, with the preview printed."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import select

from webapp.commands import surroundings
from webapp.commands.progress import bar
from webapp.commands.speech import Command, Group, Refused, language, option, say, tell
from workflows.ledger import importing
from workflows.ledger.columns import BY_FIELD
from workflows.ledger.importing import Preview, Scope
from workflows.organisations import importing as organisations
from workflows.storage.ledger import Zone
from workflows.text import Text
from workflows.workbooks.judging import Status

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
CHANGES_PRINTED = 20


@click.command(
    "import-ledger",
    cls=Command,
    says=Text(
        "预览一个集聚区的台账文件（.xlsx、.csv）；加 --apply 才写入，且只在没有被拒绝的行时写入。有行被拒绝时退出码为 1。",
        "Preview a zone's ledger file (.xlsx, .csv). Only --apply writes, and only when no row is refused. Exit code 1 "
        "when rows are refused.",
    ),
)
@click.argument("file", type=FILE)
@option("--zone", "zone_code", required=True, metavar="CODE", zh="集聚区代码。", en="Code of the zone.")
@option("--apply", "applies", is_flag=True, zh="写入台账。", en="Write it into the ledger.")
@option(
    "--accepted-only",
    is_flag=True,
    zh="与 --apply 同用：有行被拒绝时仍写入其余的行。",
    en="With --apply: write the accepted rows although others are refused.",
)
def import_ledger(file: Path, zone_code: str, applies: bool, accepted_only: bool) -> None:
    now = surroundings.now()
    with surroundings.writing() as session:
        zone = session.scalar(select(Zone).where(Zone.code == zone_code))
        if zone is None:
            raise Refused(say(f"没有代码为 {zone_code} 的集聚区。", f"There is no zone with the code {zone_code}."))
        with bar(say("检查各行", "Judging rows")) as progress:
            shown = importing.preview(
                session,
                None,
                zone.id,
                file.read_bytes(),
                file.name,
                now=now,
                progress=lambda done, _total: progress(done),
            )
        _print(shown)
        refused = shown.counts[Status.REFUSED]
        if applies and (not refused or accepted_only):
            scope = Scope.ACCEPTED if accepted_only else Scope.ALL
            importing.apply(session, None, shown.import_id, scope=scope, now=now)
            click.echo(say(f"已写入{zone.name}的台账。", f"Written into the ledger of {zone.name_en or zone.name}."))
        elif not applies:
            click.echo(
                say("这是预览，没有写入；写入请加 --apply。", "A preview; nothing was written. Use --apply to write.")
            )
        elif refused:
            click.echo(say("没有写入任何内容。", "Nothing was written."))
    if refused:
        raise Refused(say(f"{refused} 行被拒绝。", f"{refused} row(s) refused."))


@click.command(
    "import-organisations",
    cls=Command,
    says=Text(
        "导入组织、人员、岗位和集聚区的工作簿（.xlsx）：全部导入或什么也不导入。加 --preview 只预览。有行被拒绝时退出码为 1。",
        "Import a workbook of organisations, people, posts and zones (.xlsx): all of it or nothing. With --preview "
        "nothing is written. Exit code 1 when rows are refused.",
    ),
)
@click.argument("file", type=FILE)
@option("--preview", "only_preview", is_flag=True, zh="只预览，不写入。", en="Only say what would change.")
def import_organisations(file: Path, only_preview: bool) -> None:
    now = surroundings.now()
    content = file.read_bytes()
    with surroundings.writing() as session:
        shown = organisations.preview(session, None, content, file.name, now=now)
        _print_organisations(shown)
        refused = shown.counts()[Status.REFUSED]
        if not refused and not only_preview:
            organisations.apply(session, None, content, file.name, now=now, fingerprint=shown.fingerprint)
            click.echo(say("已导入。", "Imported."))
    if refused:
        raise Refused(
            say(f"{refused} 行被拒绝，没有导入任何内容。", f"{refused} row(s) refused; nothing was imported.")
        )


def register(root: Group) -> None:
    root.add_command(import_ledger)
    root.add_command(import_organisations)


def _print(shown: Preview) -> None:
    counts = shown.counts
    click.echo(
        say(
            f"新增 {counts['new']}，变更 {counts['changed']}，未变 {counts['unchanged']}，拒绝 {counts['refused']}；"
            f"台账中另有 {shown.untouched} 家不在文件中，保持不变。",
            f"{counts['new']} new, {counts['changed']} changed, {counts['unchanged']} unchanged, {counts['refused']} "
            f"refused; {shown.untouched} enterprises of the ledger are not in the file and stay as they are.",
        )
    )
    if shown.ignored:
        columns = ", ".join(shown.ignored)
        click.echo(say(f"不认识的列：{columns}", f"Unknown columns: {columns}"))
    changed = shown.of(Status.CHANGED)
    for row in changed[:CHANGES_PRINTED]:
        click.echo(f"  ~ {row.line}  {row.name}")
        for name, value in row.values.items():
            click.echo(f"      {BY_FIELD[name].title.to(language())}: {row.before[name]} → {value}")
    if len(changed) > CHANGES_PRINTED:
        click.echo(
            say(f"  ……另有 {len(changed) - CHANGES_PRINTED} 行变更", f"  … {len(changed) - CHANGES_PRINTED} more")
        )
    for row in shown.of(Status.REFUSED):
        for reason in row.reasons:
            click.echo(f"  ✗ {row.line}  {row.name}  {tell(reason.sentence)}")


def _print_organisations(shown: organisations.Preview) -> None:
    counts = shown.counts()
    click.echo(
        say(
            f"新增 {counts['new']}，变更 {counts['changed']}，未变 {counts['unchanged']}，拒绝 {counts['refused']}",
            f"{counts['new']} new, {counts['changed']} changed, {counts['unchanged']} unchanged, {counts['refused']} refused",
        )
    )
    if shown.ignored:
        unknown = ", ".join(shown.ignored)
        click.echo(say(f"不认识的工作表或列：{unknown}", f"Unknown sheets or columns: {unknown}"))
    for entry in shown.of(Status.REFUSED):
        for reason in entry.reasons:
            click.echo(f"  ✗ {tell(entry.sheet.label)} {entry.line}  {entry.name}  {tell(reason.sentence)}")
