"""The command line in two languages: Chinese unless the environment or `--lang` says otherwise.

click builds its commands when modules are imported and asks for help texts when it prints them; the classes here answer
with the language of the moment. Messages of click's own about wrong use are put into Chinese by kind.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import click

from workflows.errors import DomainError, Invalid
from workflows.text import Text

DONE = 0
REFUSED = 1
WRONG_USE = 2

LANGUAGES = ("zh", "en")
_META = "jianhui.language"
_HEADINGS = {"Options": "选项", "Commands": "命令", "Usage: ": "用法：", "Arguments": "参数"}


def language() -> str:
    """ "zh" or "en": what `--lang` said, else what the environment says; neither means Chinese."""
    context = click.get_current_context(silent=True)
    if context is not None and _META in context.meta:
        return str(context.meta[_META])
    return of_environment(os.environ)


def of_environment(environment: Mapping[str, str]) -> str:
    """LC_ALL before LC_MESSAGES before LANG, as everywhere; "C" and "POSIX" say nothing about a language."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            known = value.split(".")[0]
            return "zh" if known in ("C", "POSIX") or known.lower().startswith("zh") else "en"
    return "zh"


def say(zh: str, en: str) -> str:
    """The sentence in the language of this run."""
    return tell(Text(zh, en))


def tell(text: Text) -> str:
    return text.to(language())


class Refused(click.ClickException):
    """The command was understood and did not succeed, or found something; the process ends with 1."""

    exit_code = REFUSED

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), err=True)


class Unusable(click.ClickException):
    """A setting or the surroundings are wrong; nothing was begun. The process ends with 2."""

    exit_code = WRONG_USE

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), err=True)


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or _heading("Usage: "))

    def write_heading(self, heading: str) -> None:
        super().write_heading(_heading(heading))


class _Context(click.Context):
    formatter_class = _Formatter


class _Speaking:
    """Answers for `help` in the language of the moment."""

    says: Text

    @property
    def help(self) -> str:
        return tell(self.says)

    @help.setter
    def help(self, value: str | None) -> None:
        """click sets what it was given; what is said comes from `says`."""


class Option(_Speaking, click.Option):  # type: ignore[misc] # help answers anew each time
    def __init__(self, *args: Any, says: Text, **options: Any) -> None:
        self.says = says
        super().__init__(*args, **options)


class Command(_Speaking, click.Command):  # type: ignore[misc]
    context_class = _Context

    def __init__(self, *args: Any, says: Text, **options: Any) -> None:
        self.says = says
        super().__init__(*args, **options)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _help_option(super().get_help_option(ctx))


class Group(_Speaking, click.Group):  # type: ignore[misc]
    context_class = _Context
    command_class = Command

    def __init__(self, *args: Any, says: Text, **options: Any) -> None:
        self.says = says
        super().__init__(*args, **options)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _help_option(super().get_help_option(ctx))


class Root(Group):
    """The whole program: translates domain errors and wrong use at its edge."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DomainError as error:
            raise Refused(_sentence(error)) from error

    def main(  # type: ignore[override] # always ends the process, as click's own does in its standalone mode
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        try:
            code = super().main(args, prog_name or "jianhui", **{**extra, "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            code = WRONG_USE
        except click.UsageError as error:
            _show_wrong_use(error)
            code = WRONG_USE
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except click.Abort:
            click.echo(say("已中断。", "Interrupted."), err=True)
            code = 130
        raise SystemExit(code if isinstance(code, int) else DONE)


def option(*names: str, zh: str, en: str, **options: Any) -> Callable[[Any], Any]:
    """`click.option` with its help in both languages."""
    return click.option(*names, cls=Option, says=Text(zh, en), **options)


def language_option() -> Callable[[Any], Any]:
    """`--lang`, looked at before anything is printed."""

    def remember(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
        if value:
            ctx.meta[_META] = value

    return option(
        "--lang",
        type=click.Choice(LANGUAGES),
        is_eager=True,
        expose_value=False,
        callback=remember,
        zh="输出语言；默认按 LANG，未设置则为中文。",
        en="Language of the output; default by LANG, Chinese when that is not set.",
    )


def _sentence(error: DomainError) -> str:
    lines = [tell(error.message)]
    if isinstance(error, Invalid):
        lines += [f"  {mistake.path or '/'}  {tell(mistake.message)}" for mistake in error.mistakes]
    return "\n".join(lines)


def _heading(heading: str) -> str:
    return _HEADINGS.get(heading, heading) if language() == "zh" else heading


def _help_option(found: click.Option | None) -> click.Option | None:
    if found is not None:
        found.help = say("显示本说明并退出。", "Show this message and exit.")
    return found


def _show_wrong_use(error: click.UsageError) -> None:
    context = error.ctx
    with context.scope(cleanup=False) if context is not None else click.Context(click.Command("jianhui")):
        if context is not None:
            click.echo(context.get_usage(), err=True)
        click.echo(_wrong_use(error), err=True)


def _wrong_use(error: click.UsageError) -> str:
    if language() == "en":
        return f"Error: {error.format_message()}"
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return f"错误：缺少 {error.param.get_error_hint(error.ctx)}。"
    if isinstance(error, click.NoSuchOption):
        return f"错误：没有选项 {error.option_name}。"
    if isinstance(error, click.BadParameter) and error.param is not None:
        return f"错误：{error.param.get_error_hint(error.ctx)} 的值不可用：{error.message}"
    return f"错误：{error.format_message()}"
