"""A process that sends what is due until it is killed: `python -m tests.notifications.sender <database> <time> <port>`."""

from __future__ import annotations

import sys
from datetime import datetime

from workflows.notifications.carriers import carriers, mail_server
from workflows.notifications.delivery import deliver
from workflows.notifications.dispatch import dispatch
from workflows.notifications.letters import Site
from workflows.storage import Database


def main(url: str, at: str, port: str) -> None:
    database, now = Database(url), datetime.fromisoformat(at)
    dispatch(database, now, Site(host="test.cn"))
    deliver(database, now, carriers(mail_server(f"smtp://127.0.0.1:{port}?from=office@example.cn&tls=none")))


if __name__ == "__main__":
    main(*sys.argv[1:])
