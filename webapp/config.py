"""Settings of the web application, read from the environment: each field is `JIANHUI_` and its name in capitals."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from workflows.notifications.carriers import mail_server

MEGABYTE = 1024 * 1024


class Settings(BaseSettings):
    """Everything an office may set without touching code."""

    model_config = SettingsConfigDict(env_prefix="JIANHUI_", extra="ignore", frozen=True)

    data: Path = Field(
        default=Path("data"), description="folder of the embedded database, the secret key and the anchor"
    )
    database: str = Field(default="", description="database address; empty: SQLite in the data folder")
    secret_key: str = Field(default="", description="signs sessions; empty: made once and kept in the data folder")
    procedures: Path | None = Field(default=None, description="folder of procedures; empty: the shipped ones")
    anchor: str = Field(default="", description="file or web address that is told the heads of the event chains")
    demo: bool = Field(default=False, description="lists the demo accounts on the sign-in page")
    now: datetime | None = Field(default=None, description="simulated date and time; honoured in the demo only")
    https: bool = Field(default=False, description="the site is reached by https: secure cookies and HSTS")
    proxies: int = Field(default=0, ge=0, description="number of reverse proxies whose forwarded headers are trusted")
    upload_megabytes: int = Field(default=30, gt=0, description="largest request that is accepted")
    session_hours: float = Field(default=8, gt=0, description="a session ends after this long without a request")
    lock_after: int = Field(default=5, gt=0, description="wrong passwords in a row that lock an account")
    lock_minutes: int = Field(default=15, gt=0, description="how long an account stays locked")
    base_url: str = Field(default="", description="address of the site, for links in messages; empty: no links")
    smtp_url: str = Field(default="", description="mail server for notifications; empty: no mail")

    @field_validator("now")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value

    @field_validator("base_url")
    @classmethod
    def _is_site(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
            raise ValueError("expected an address such as https://jianhui.example.cn")
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _is_mail_server(cls, value: str) -> str:
        if value:
            mail_server(value)
        return value

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{(self.data / 'jianhui.db').absolute()}"

    @property
    def anchor_address(self) -> str:
        return self.anchor or str(self.data / "anchor.log")

    @property
    def upload_bytes(self) -> int:
        return self.upload_megabytes * MEGABYTE

    @cached_property
    def signing_key(self) -> str:
        """The secret key; made at first need and readable by its owner only."""
        return self.secret_key or _kept_key(self.data / "secret.key")


def _kept_key(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    key = secrets.token_urlsafe(48)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key)
    return key
