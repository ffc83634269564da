"""The blueprint of operations, and what its pages share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.cases import formdata
from webapp.clock import today
from webapp.database import abandon, session
from webapp.languages import CHINESE, language, text
from webapp.page_parts import role_name
from workflows.cases import together
from workflows.cases.consult import askable
from workflows.engine.settings import Together
from workflows.errors import Invalid, Mistake
from workflows.storage.consulting import Opinion, OpinionKind, OpinionStatus, Verdict
from workflows.text import Text

blueprint = Blueprint("operations", __name__, template_folder="templates", url_prefix="")

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an operation's page. `kind`: "textarea", "text", "date", "radios", or "people" (found and ticked)."""

    name: str
    label: str
    kind: str = "textarea"
    required: bool = False
    help: str = ""
    options: tuple[tuple[str, ...], ...] = ()
    value: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One operation: what it is called, what it does, what it asks for, and where the reader came from."""

    title: str
    intro: str
    button: str
    fields: tuple[Field, ...]
    trail: tuple[tuple[str, str], ...]
    back: str
    danger: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A person that was found or ticked, with the organisation meant."""

    value: str
    person: str
    person_en: str
    organisation: str
    organisation_en: str
    title: str


def show(page: Page, mistakes: Iterable[Mistake] = ()) -> str:
    """The page with what was typed so far."""
    asks = any(each.kind == "people" for each in page.fields)
    found, ticked = people_found() if asks else ((), ())
    return render_template(
        "operations/operation.html",
        operation=page,
        mistakes=tuple(mistakes),
        typed={each.name: typed(each.name, each.value) for each in page.fields},
        found=found,
        ticked=ticked,
        query=typed("query"),
    )


def submit(page: Callable[[], Page], act: Callable[[str | None], object], said: str, to: str) -> Answer:
    """Do what the button says; looking for people only shows the page again. Mistakes keep what was typed.

    The page is put together only to be shown: what was just done might refuse it to a button that is pressed twice.
    """
    if request.form.get("do") == "find":
        abandon()
        return show(page())
    try:
        act(request.form.get("key"))
    except Invalid as error:
        abandon()
        return show(page(), error.mistakes), 422
    flash(said, "success")
    return redirect(to)


def typed(name: str, default: str = "") -> str:
    """What stands in a field of the form that was sent, cleaned."""
    return formdata.clean(request.form.get(name, default)).strip() if request.method == "POST" else default


def typed_date(name: str) -> date | None:
    """A date that was typed; None when the field is empty. Raises `Invalid` at the field."""
    value = typed(name)
    if not value:
        return None
    try:
        return date.fromisoformat(value.replace("/", "-"))
    except ValueError:
        wrong = Text("日期写法不对，请写成 2026-03-05。", "Write the date like 2026-03-05.")
        raise Invalid([Mistake(f"/{name}", wrong)]) from None


def ticked_people() -> list[tuple[int, int]]:
    """The (person, organisation) pairs that are ticked."""
    pairs = []
    for value in request.form.getlist("people"):
        person, _colon, organisation = value.partition(":")
        if all(part.isascii() and part.isdecimal() and len(part) < 10 for part in (person, organisation)):
            pairs.append((int(person), int(organisation)))
    return list(dict.fromkeys(pairs))


@blueprint.app_template_global()
def way_of(deciding: Together) -> str:
    """How a group decides, in words."""
    said = text(together.way_of(deciding))
    return said[:1].upper() + said[1:]


@blueprint.app_template_global()
def verdicts_for(row: Opinion, deciding: Together | None) -> list[tuple[str, str]]:
    """What somebody may choose: a vote of the group, or with an opinion that was asked for whether one agrees."""
    words = {
        Verdict.AGREE: _("同意"),
        Verdict.REFUSE: _("不同意"),
        Verdict.ABSTAIN: _("弃权"),
        Verdict.NOTED: _("只提意见"),
    }
    if row.kind == OpinionKind.JOINT and deciding is not None:
        return [(verdict, words[verdict]) for verdict in together.verdicts_of(deciding)]
    return [(verdict, words[verdict]) for verdict in (Verdict.AGREE, Verdict.REFUSE, Verdict.NOTED)]


@blueprint.app_template_global()
def opinion_kind(kind: str) -> str:
    """How somebody came to be asked."""
    return {
        OpinionKind.JOINT: _("共同决定"),
        OpinionKind.BEFORE: _("前加签"),
        OpinionKind.ALONGSIDE: _("并加签"),
        OpinionKind.AFTER: _("后加签"),
        OpinionKind.DELEGATED: _("受委派"),
        OpinionKind.INSTRUCTION: _("领导批示"),
    }.get(OpinionKind(kind), kind)


@blueprint.app_template_global()
def opinion_state(row: Opinion) -> str:
    """What somebody said, or why nothing is to be expected."""
    if row.status == OpinionStatus.ANSWERED:
        return {
            Verdict.AGREE: _("同意"),
            Verdict.REFUSE: _("不同意"),
            Verdict.ABSTAIN: _("弃权"),
            Verdict.NOTED: _("已提意见"),
        }.get(Verdict(row.verdict), row.verdict)
    return {
        OpinionStatus.WAITING: _("未轮到"),
        OpinionStatus.OPEN: _("等待"),
        OpinionStatus.TAKEN_BACK: _("已减签"),
        OpinionStatus.CLOSED: _("不再需要"),
    }.get(OpinionStatus(row.status), row.status)


def people_found() -> tuple[tuple[Chosen, ...], tuple[Chosen, ...]]:
    """People found by the query, and those ticked already, who stay whatever is looked for next."""
    if request.method != "POST":
        return (), ()
    pairs = set(ticked_people())
    query = typed("query")
    found = [_chosen(row) for row in askable(session(), query, today())] if query else []
    kept = [_chosen(row) for row in askable(session(), "", today(), people=pairs)] if pairs else []
    ticked = {each.value: each for each in kept}
    return tuple({each.value: each for each in found if each.value not in ticked}.values()), tuple(ticked.values())


def _chosen(row: tuple[Any, Any, Any]) -> Chosen:
    person, organisation, post = row
    return Chosen(
        f"{person.id}:{organisation.id}",
        person.name,
        person.name_en or person.name,
        organisation.name,
        organisation.name_en or organisation.name,
        post.title if language() == CHINESE and post.title else role_name(post.role),
    )
