"""Heat map, ageing, throughput, returns, and the lists behind their numbers."""

from __future__ import annotations

import json

from flask import Response, render_template, request
from flask_babel import gettext as _

from webapp.cases import diagram as drawing
from webapp.database import session
from webapp.documents.download import attachment
from webapp.languages import language
from webapp.ledger.zones import XLSX
from webapp.monitor import ages, charts, export, past, steps
from webapp.monitor.blueprint import around, blueprint, everything, scope
from workflows import catalogue, settings
from workflows.engine.definition import Definition
from workflows.errors import NotFound
from workflows.law.rule_sets import CURRENT
from workflows.monitor import history
from workflows.monitor.figures import Figures, figures
from workflows.monitor.history import Past
from workflows.monitor.waits import BUCKETS
from workflows.text import Text

_NO_FORM = Text("没有这种格式。", "There is no such format.")


def _figures() -> Figures:
    return figures(session(), scope())


def _current(key: str) -> Definition:
    return catalogue.definition_of(session(), catalogue.current(session(), key).id)


@blueprint.get("/heat")
def heat() -> str:
    """A procedure's diagram with what waits at each step; without a procedure the one where most waits."""
    places = steps.procedures(session(), everything())
    wanted = request.args.get("procedure", "")
    key = wanted if wanted in places else next(iter(places), "")
    definition = _current(key)
    rules = settings.load(session()).rules(CURRENT, scope().on)
    found = steps.steps(definition, everything(), _figures(), rules)
    marks, badges = {step.element: step.heat for step in found}, {step.element: step.badge for step in found}
    label = _("流程图：各环节等待的项数、超期比例和办理时长")
    return render_template(
        "monitor/heat.html",
        tab="monitor.heat",
        procedure=key,
        places=places,
        definition=definition,
        steps=found,
        picture=drawing.svg(definition.diagram(), marks, lambda t: definition.say(t, language()), label, badges),
        marks=json.dumps(marks),
        badges=json.dumps(badges),
        focus=max(found, key=lambda step: (step.late, step.open)).element if found else "",
        figures=_figures(),
        **around(),
    )


@blueprint.get("/heat/<key>/diagram")
def heat_diagram(key: str) -> Response:
    """The BPMN file of a procedure's current version, with names in the reader's language."""
    scope()
    definition = _current(key)
    xml = drawing.in_language(definition.diagram(), lambda text: definition.say(text, language()))
    return Response(xml, mimetype="application/xml")


@blueprint.get("/ageing")
def ageing() -> str:
    """How long things have waited: by organisation, step, person, zone."""
    return render_template(
        "monitor/ageing.html",
        tab="monitor.ageing",
        tables=ages.tables(session(), scope(), everything()),
        buckets=range(len(BUCKETS) + 1),
        **around(),
    )


@blueprint.get("/throughput")
def throughput() -> str:
    """Cases started and ended each month, and how long they took."""
    found = _figures()
    wanted = request.args.get("procedure", "")
    key = wanted if wanted in found.months else ""
    months = found.months.get(key, ())
    return render_template(
        "monitor/throughput.html",
        tab="monitor.throughput",
        procedure=key,
        procedures=past.titles(session(), [each for each in found.months if each]),
        months=months,
        counts=charts.counts(months),
        durations=charts.durations(months),
        figures=found,
        **around(),
    )


@blueprint.get("/returns")
def returns() -> str:
    """Where cases are sent back or refused, and for which reasons."""
    return render_template("monitor/returns.html", tab="monitor.returns", figures=_figures(), **around())


@blueprint.get("/visits")
def visits() -> str:
    """The visits of steps behind the figures."""
    wanted = Past.of(request.args, scope().now)
    page = history.visits(session(), scope(), wanted, request.args.get("page", 1, type=int))
    title = past.title(session(), wanted)
    return render_template("monitor/visits.html", tab="", found=page, wanted=wanted, title=title, **around())


@blueprint.get("/cases")
def cases() -> str:
    """The cases behind the figures."""
    wanted = Past.of(request.args, scope().now)
    page = history.cases(session(), scope(), wanted, request.args.get("page", 1, type=int))
    title = past.title(session(), wanted)
    return render_template(
        "monitor/cases.html", tab="", found=page, wanted=wanted, title=title, end_title=past.end_title, **around()
    )


@blueprint.get("/visits.<form>")
def export_visits(form: str) -> Response:
    return _export(_("环节办理记录"), past.VISITS, form)


@blueprint.get("/cases.<form>")
def export_cases(form: str) -> Response:
    return _export(_("办件清单"), past.CASES, form)


def _export(title: str, kind: str, form: str) -> Response:
    if form not in ("csv", "xlsx"):
        raise NotFound(_NO_FORM)
    content = past.export(session(), scope(), Past.of(request.args, scope().now), kind, title, form)
    return attachment(content, export.filename(form, scope().on, title), XLSX if form == "xlsx" else export.CSV)
