"""What the organisation of a newly registered union needs to work: a prefix for its papers, and a post for its chair."""

from __future__ import annotations

from sqlalchemy import or_, select

from workflows.engine.operations import Context
from workflows.organisations.actors import valid
from workflows.procedures.answers import same_name
from workflows.storage.organisations import Account, Organisation, Person, Post, Role
from workflows.storage.unions import OfficeHolder


def prefix_for(context: Context, office: Organisation, *kinds: str) -> str:
    """机关代字 of a union founded under a zone's office, shared with nobody: 金集工筹 → 金集工, or 金集总工 for the kind 总.

    The kinds are tried in their order, then the last one with a number. Empty when the office has none: an administrator enters it then.
    """
    place = office.paper_prefix.strip().removesuffix("发").removesuffix("筹").removesuffix("工")
    if not place:
        return ""
    taken = set(
        context.session.scalars(select(Organisation.paper_prefix).where(Organisation.paper_prefix.startswith(place)))
    )
    wanted = [f"{place}{kind}工" for kind in kinds]
    wanted += [f"{wanted[-1]}{number}" for number in range(2, len(taken) + 3)]
    return next(prefix for prefix in wanted if prefix not in taken)


def give_chair_a_post(context: Context, union: Organisation, office: Organisation, title: str) -> Post | None:
    """Whoever chairs the new union leads its organisation here, too, when it is certain who that is.

    Certain is exactly one person of that name with an account and a post in the zone's office; a namesake elsewhere is
    somebody else. None when nobody is: an administrator names the leader then. Idempotent.
    """
    chair = context.session.scalar(
        select(OfficeHolder.name)
        .where(
            *(OfficeHolder.organisation_id == union.id, OfficeHolder.office == "chair"),
            or_(OfficeHolder.until.is_(None), OfficeHolder.until >= context.today),
        )
        .order_by(OfficeHolder.id.desc())
        .limit(1)
    )
    if chair is None:
        return None
    colleagues = context.session.scalars(
        select(Person)
        .join(Post, Post.person_id == Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(Post.organisation_id == office.id, valid(Post, context.today), Account.active)
        .distinct()
    )
    found = [person for person in colleagues if same_name(person.name) == same_name(chair)]
    if len(found) != 1 or _leads(context, union, found[0]):
        return None
    post = Post(
        person_id=found[0].id,
        organisation_id=union.id,
        role=Role.LEADER.value,
        title=title,
        valid_from=context.today,
    )
    context.session.add(post)
    context.session.flush()
    return post


def _leads(context: Context, union: Organisation, person: Person) -> bool:
    held = select(Post.id).where(
        *(Post.person_id == person.id, Post.organisation_id == union.id, Post.role == Role.LEADER),
        valid(Post, context.today),
    )
    return context.session.scalar(held) is not None
