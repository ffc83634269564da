"""`jianhui check`, `publish` and `scenarios`: procedure folders on their way into use."""

from __future__ import annotations

from pathlib import Path

import click

from webapp.commands import surroundings
from webapp.commands.progress import bar
from webapp.commands.speech import Command, Group, Refused, Unusable, say, tell
from webapp.procedure_folders import places
from workflows import catalogue
from workflows.engine import bpmn_file
from workflows.engine.checks import layout
from workflows.engine.definition import DefinitionRefused
from workflows.engine.diagram import FILE
from workflows.engine.findings import CheckFinding
from workflows.text import Text


@click.command(
    "check",
    cls=Command,
    says=Text(
        "检查程序文件夹，逐条列出问题所在的文件、元素和原因。不指明文件夹时检查 JIANHUI_PROCEDURES（默认随程序附带的）。"
        "有问题时退出码为 1。画法建议（交叉的线、压住的文字等）不算问题。",
        "Check procedure folders; prints each finding with file, element and reason. Without folders those of "
        "JIANHUI_PROCEDURES are checked (default: the shipped ones). Exit code 1 when something is found; advice on the "
        "drawing (lines that cross, words that lie on something) is none.",
    ),
)
@click.argument(
    "folders", nargs=-1, metavar="[FOLDER]...", type=click.Path(path_type=Path, exists=True, file_okay=False)
)
def check(folders: tuple[Path, ...]) -> None:
    found = _find(folders)
    for procedure in found:
        if not procedure.findings:
            click.echo(f"{procedure.key}: " + say("没有问题", "nothing to object"))
            _advise(procedure)
        _print(procedure.key, procedure.findings)
    bad = [procedure for procedure in found if procedure.findings]
    if bad:
        count = sum(len(procedure.findings) for procedure in bad)
        raise Refused(say(f"共 {count} 处问题。", f"{count} finding(s)."))


@click.command(
    "publish",
    cls=Command,
    says=Text(
        "发布程序（默认全部）。内容未变的不产生新版本；有问题的不发布，不影响其他程序，退出码为 1。",
        "Publish procedures (default: all). Unchanged content makes no new version; a folder with findings is not "
        "published and never keeps the others away; then the exit code is 1.",
    ),
)
@click.argument("keys", nargs=-1, metavar="[KEY]...")
def publish(keys: tuple[str, ...]) -> None:
    refused = False
    for procedure in _wanted(keys):
        with surroundings.writing() as session:
            before = next((row for row in catalogue.versions(session, procedure.key) if row.is_current), None)
            try:
                row = catalogue.publish(session, None, procedure.path, surroundings.now())
            except DefinitionRefused as error:
                refused = True
                _print(procedure.key, error.findings)
                continue
            unchanged = before is not None and before.id == row.id
            number, short = row.number, row.content_hash[:12]
        if unchanged:
            click.echo(
                say(f"{procedure.key}：第 {number} 版未变", f"{procedure.key}: version {number}, unchanged")
                + f"  {short}"
            )
        else:
            click.echo(
                say(f"{procedure.key}：已发布第 {number} 版", f"{procedure.key}: version {number} published")
                + f"  {short}"
            )
    if refused:
        raise Refused(say("有程序未能发布。", "Not everything was published."))


@click.command(
    "scenarios",
    cls=Command,
    says=Text(
        "运行程序附带的情景测试（默认全部）。有一项不符即退出码为 1。",
        "Run the scenarios that come with the procedures (default: all). Exit code 1 when one does not go as written.",
    ),
)
@click.argument("keys", nargs=-1, metavar="[KEY]...")
def scenarios(keys: tuple[str, ...]) -> None:
    from workflows import scenarios as runs  # here, because it imports everything

    found = _wanted(keys)
    total = sum(len(runs.find(procedure.path)) for procedure in found)
    seen: list[runs.Result] = []
    with bar(say("情景", "Scenarios"), total) as progress:

        def note(result: runs.Result) -> None:
            seen.append(result)
            progress(len(seen))

        runs.run_all([procedure.path for procedure in found], on_result=note)
    for result in seen:
        click.echo(f"{'✓' if result.ok else '✗'} {result.procedure}/{result.name}  {result.title}")
        if not result.ok:
            click.echo(f"    {result.failure}")
    failed = sum(not result.ok for result in seen)
    if failed:
        raise Refused(say(f"{len(seen)} 个情景中有 {failed} 个不符。", f"{failed} of {len(seen)} scenarios failed."))
    click.echo(say(f"{len(seen)} 个情景全部符合。", f"All {len(seen)} scenarios went as written."))


def register(root: Group) -> None:
    for command in (check, publish, scenarios):
        root.add_command(command)


def _find(folders: tuple[Path, ...]) -> tuple[catalogue.Found, ...]:
    looked = folders or places(surroundings.settings())
    found = catalogue.find(looked)
    if not found:
        where = ", ".join(map(str, looked))
        raise Unusable(say(f"没有找到程序文件夹：{where}", f"There is no procedure folder in {where}"))
    return found


def _wanted(keys: tuple[str, ...]) -> list[catalogue.Found]:
    found = _find(())
    unknown = sorted(set(keys) - {procedure.key for procedure in found})
    if unknown:
        raise Unusable(say(f"没有程序：{'、'.join(unknown)}", f"There is no procedure {', '.join(unknown)}"))
    return [procedure for procedure in found if not keys or procedure.key in keys]


def _advise(procedure: catalogue.Found) -> None:
    """How the drawing would be easier to read; a folder is published all the same."""
    for tip in layout.check(bpmn_file.read((procedure.path / FILE).read_bytes())):
        click.echo(say("    画法建议：", "    drawing: ") + f"{tip.element}: {tell(tip.reason)}")


def _print(key: str, findings: tuple[CheckFinding, ...]) -> None:
    for finding in findings:
        place = "  ".join(part for part in (f"{key}/{finding.file}" if finding.file else key, finding.element) if part)
        click.echo(f"{place}: {tell(finding.reason)}")
