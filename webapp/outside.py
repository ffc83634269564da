"""From the settings to the outside: where links lead, and what carries messages there."""

from __future__ import annotations

from urllib.parse import urlsplit

from webapp.config import Settings
from workflows.notifications.carriers import MailServer, carriers, mail_server
from workflows.notifications.letters import Site
from workflows.worker import Outside


def outside(settings: Settings) -> Outside:
    """What the sweep needs to send messages."""
    return Outside(site(settings), carriers(_server(settings)))


def site(settings: Settings) -> Site:
    """Where links in messages lead; without an address of the site there are none."""
    server, base = _server(settings), settings.base_url
    if base:
        return Site(
            lambda case_id: f"{base}/cases/{case_id}", f"{base}/account/notifications/", urlsplit(base).hostname or ""
        )
    return Site(host=server.sender.rpartition("@")[2].rstrip(">")) if server is not None else Site()


def _server(settings: Settings) -> MailServer | None:
    return mail_server(settings.smtp_url) if settings.smtp_url else None
