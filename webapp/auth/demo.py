"""The accounts a visitor of the demo may use."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from webapp.clock import today
from webapp.database import session
from workflows.organisations.actors import valid
from workflows.storage.organisations import Account, Organisation, Person, Post

MOST = 40  # of the thousands of people of the large demo the first few
DEMO_PASSWORD = "jianhui-demo"  # noqa: S105 - shown to every visitor of the demo


class DemoAccount(NamedTuple):
    username: str
    person: Person
    organisation: Organisation
    post: Post


def demo_accounts() -> list[DemoAccount]:
    """Active accounts with their first post, in the order of the organisations: no more than a page shows."""
    rows = session().execute(
        select(Account.username, Person, Organisation, Post)
        .join(Person, Person.id == Account.person_id)
        .join(Post, (Post.person_id == Person.id) & valid(Post, today()))
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(Account.active, Account.must_change.is_(False))
        .order_by(Organisation.id, Post.id)
        .limit(MOST)
    )
    return [DemoAccount(*row) for row in rows]
