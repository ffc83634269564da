"""What a command works with: the settings of the environment and the database they name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session

from webapp.commands.speech import Unusable, say
from webapp.config import Settings
from workflows import anchor
from workflows.storage import Database
from workflows.storage.migrations import is_current


def settings() -> Settings:
    """The settings of the environment; ends the command when one of them cannot be read."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"  JIANHUI_{'_'.join(map(str, item['loc'])).upper()}: {item['msg']}" for item in error.errors()]
        raise Unusable(say("设置有误：", "Wrong settings:") + "\n" + "\n".join(lines)) from error


def now() -> datetime:
    """The time of this command: the simulated one of a demo, else the clock's."""
    chosen = settings()
    return chosen.now if chosen.demo and chosen.now is not None else datetime.now(UTC)


@contextmanager
def reading() -> Iterator[Session]:
    """A session for questions."""
    with prepared() as database, database.read() as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """A session that commits once when the block ends."""
    with prepared() as database, database.write() as session:
        yield session


def anchor_address() -> str:
    return settings().anchor_address


@contextmanager
def connected() -> Iterator[Database]:
    """The database of the settings, whatever is in it; ends the command when it cannot be reached."""
    chosen = settings()
    try:
        database = Database(chosen.database_url)
    except (ArgumentError, NoSuchModuleError, ImportError, OSError) as error:
        raise Unusable(
            say(f"数据库地址 JIANHUI_DATABASE 不可用：{error}", f"JIANHUI_DATABASE is no usable address: {error}")
        ) from error
    try:
        yield database
    except DBAPIError as error:
        raise Unusable(say(f"数据库出错：{error.orig}", f"The database failed: {error.orig}")) from error
    finally:
        database.dispose()


@contextmanager
def prepared() -> Iterator[Database]:
    """The database with its tables up to date and its commits anchored; ends the command when it is not."""
    with connected() as database:
        if not is_current(database):
            raise Unusable(
                say(
                    "数据库结构不是最新的，请先运行 jianhui db upgrade。",
                    "The database is not up to date: run `jianhui db upgrade`.",
                )
            )
        anchor.follow(database, anchor_address())
        yield database
