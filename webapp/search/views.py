"""One page: what is looked for, how much of each kind there is, and where it was found."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from webapp.auth.gate import actor
from webapp.cases.words import case_status
from webapp.clock import today
from webapp.database import session
from webapp.languages import text
from webapp.ledger.blueprint import stage_name
from webapp.operations.blueprint import opinion_kind
from webapp.page_parts import with_query
from workflows import search
from workflows.errors import Invalid
from workflows.search import Found, Hit, Kind
from workflows.search.opinions import DECISION

blueprint = Blueprint("search", __name__, template_folder="templates", url_prefix="/search")


@blueprint.get("")
def index() -> str | tuple[str, int]:
    query = request.args.get("q", "").strip()
    kind = next((each for each in Kind if each == request.args.get("kind", "")), None)
    if not query:
        return render_template("search/index.html", query="", found=None, kind=None, tabs=())
    try:
        words = search.words_of(query)
    except Invalid as error:
        page = render_template(
            "search/index.html", query=query, found=None, kind=None, tabs=(), why=text(error.message)
        )
        return page, 422
    found = search.search(
        session(), actor(), words, on=today(), kind=kind, page=max(1, request.args.get("page", 1, type=int))
    )
    tabs = [(_("全部"), with_query(kind=None, page=None), kind is None, search.total(found.values()))]
    tabs += [
        (kind_title(each), with_query(kind=each.value, page=None), each is kind, found[each].total) for each in Kind
    ]
    return render_template(
        "search/index.html",
        query=query,
        found=found,
        kind=kind,
        tabs=tabs,
        pieces_of=lambda shown: search.pieces(shown, words),
        told=_is_told,
    )


def _is_told(found: Found, hit: Hit) -> bool:
    """Whether the line of a hit says already what was found there."""
    place = "".join(piece.text for piece in found.pieces)
    return any(place in said for said in (text(hit.title), hit.number, text(hit.note)))


@blueprint.app_template_global()
def kind_title(kind: Kind) -> str:
    """What is found of a kind."""
    return text(search.TITLES[kind])


@blueprint.app_template_global()
def hit_address(hit: Hit) -> str:
    """The page of what was found."""
    match hit.kind:
        case "paper":
            return url_for("documents.paper", paper_id=hit.id)
        case "zone":
            return url_for("ledger.zone", zone_id=hit.id)
        case "enterprise":
            return url_for("ledger.enterprise", zone_id=hit.within, enterprise_id=hit.id)
    return url_for("cases.case", case_id=hit.id)


@blueprint.app_template_global()
def hit_state(kind: Kind, hit: Hit) -> str:
    """How what was found stands, in a word or two."""
    match kind:
        case Kind.CASES:
            return case_status(hit.state)
        case Kind.PAPERS:
            return _("已作废") if hit.state == "voided" else ""
        case Kind.OPINIONS:
            return _("办理意见") if hit.state == DECISION else opinion_kind(hit.state)
    if hit.kind == "zone":
        return _("产业集聚区")
    return stage_name(hit.state)


@blueprint.app_template_global()
def found_where(field: str) -> str:
    """The name of a field in which a word was found; empty for those whose name says nothing."""
    return {
        "number": _("编号"),
        "title": _("事项"),
        "applicant": _("申请单位"),
        "subject": _("对象"),
        "starter": _("发起人"),
        "actor": _("办理人"),
        "holder": _("任职人员"),
        "paper_number": _("文号"),
        "paper_title": _("标题"),
        "recipient": _("主送机关"),
        "issuer": _("发文机关"),
        "speaker": _("发表人"),
        "name": _("名称"),
        "code": _("代码"),
        "office": _("工会办公室"),
        "union": _("工会"),
        "credit_code": _("统一社会信用代码"),
        "industry": _("行业"),
        "union_approval": _("建会批复文号"),
        "legal_representative": _("法定代表人"),
        "contact": _("联系人"),
        "chair": _("工会主席"),
        "zone": _("产业集聚区"),
    }.get(field, "")
