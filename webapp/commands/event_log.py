"""`jianhui export-log`: what happened in the cases, as a log for process mining."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import click

from webapp.commands import surroundings
from webapp.commands.speech import Command, Group, Unusable, option, say, tell
from workflows import event_log
from workflows.errors import Invalid
from workflows.event_log import Format, Wanted
from workflows.text import Text

_OPTION_OF = {"/format": "--format", "/procedure": "--procedure", "/from": "--from", "/to": "--to"}


class _Day(click.ParamType):
    """A day such as 2026-03-10."""

    name = "2026-03-10"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return date.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(
                say(f"“{value}”不是日期，请写成 2026-03-10。", f"“{value}” is no date; write 2026-03-10."), param, ctx
            )


@click.command(
    "export-log",
    cls=Command,
    says=Text(
        "导出办件的事件日志，供流程挖掘使用：XES（IEEE 1849-2016，一个办件一条轨迹）或 OCEL 2.0（JSON）。"
        "人员以固定的化名出现；意见和填写的内容不导出。",
        "Export what happened in the cases as a log for process mining: XES (IEEE 1849-2016, one trace per case) or "
        "OCEL 2.0 (JSON). People appear under stable pseudonyms; opinions and answers are not exported.",
    ),
)
@option(
    "--format",
    "fmt",
    required=True,
    type=click.Choice([each.value for each in Format]),
    zh="日志格式。",
    en="Format of the log.",
)
@option("--procedure", metavar="KEY", zh="只导出这个程序的办件。", en="Only cases of this procedure.")
@option(
    "--from", "first", type=_Day(), zh="只导出这一天及以后发起的办件。", en="Only cases begun on this day or later."
)
@option("--to", "last", type=_Day(), zh="只导出这一天及以前发起的办件。", en="Only cases begun on this day or earlier.")
@option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    zh="写入这个文件；默认写到标准输出。",
    en="Write into this file; default is standard output.",
)
@option(
    "--names",
    is_flag=True,
    zh="写出人员姓名；这次导出会记入管理事件链。",
    en="Write people's names; the export is put on the record of administration.",
)
def export_log(
    fmt: str, procedure: str | None, first: date | None, last: date | None, output: Path | None, names: bool
) -> None:
    secret, now = surroundings.settings().signing_key, surroundings.now()
    with surroundings.prepared() as database:
        with event_log.snapshot(database) as session:
            try:
                asked = event_log.wanted(
                    session,
                    None,
                    fmt=fmt,
                    procedure=procedure,
                    first=first,
                    last=last,
                    names=names,
                    secret=secret,
                    now=now,
                )
            except Invalid as error:
                raise Unusable(_told(error)) from error
        with _file(output) as file:
            if names:
                with database.write() as session:
                    event_log.record_names(session, None, asked, now)
            with event_log.snapshot(database) as session:
                for piece in event_log.write(session, asked):
                    file.write(piece)
    _say_done(asked, output)


def register(root: Group) -> None:
    root.add_command(export_log)


@contextmanager
def _file(path: Path | None) -> Iterator[BinaryIO]:
    """Standard output, or a file that takes the path's place when it is complete: a failure leaves all as it was."""
    if path is None:
        yield sys.stdout.buffer
        return
    try:
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    except OSError as error:
        text = say(f"不能写入 {path}：{error.strerror}", f"{path} cannot be written: {error.strerror}")
        raise Unusable(text) from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _told(error: Invalid) -> str:
    return "\n".join(f"{_OPTION_OF.get(m.path, m.path)}: {tell(m.message)}" for m in error.mistakes)


def _say_done(asked: Wanted, output: Path | None) -> None:
    if output is not None:
        click.echo(say(f"已导出到 {output}。", f"Exported to {output}."), err=True)
    if asked.names:
        text = say("日志含有人员姓名，请妥善保管。", "The log holds people's names: keep it safe.")
        click.echo(text, err=True)
