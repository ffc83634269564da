"""Terms, vacancies and acting chairs (R-110, R-331, R-332, R-335, R-336, R-341, C-05, C-11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from workflows.calendar import Calendar
from workflows.deadlines import add_months
from workflows.errors import Invalid, Mistake
from workflows.law.basis import Basis, doubt
from workflows.law.finding import Finding, Scalar
from workflows.law.rule_sets import Parameters
from workflows.law.timers import Dated, date_of, timer
from workflows.text import Text

REMINDERS = (6, 3, 1)  # T-06: months before the end of a term


class Body(StrEnum):
    """Whose term it is; the values name the parameters ``term.…``."""

    ENTERPRISE = "enterprise"
    FEDERATION = "federation"
    GENERAL_UNION = "general_union"
    WORK_COMMITTEE = "work_committee"


class Post(StrEnum):
    """Whose post is vacant; the values name the variants of T-04."""

    ENTERPRISE_CHAIR = "enterprise_chair"
    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"


@dataclass(frozen=True, slots=True)
class Term:
    """A term and when it is thought of: ``starts`` is election day (R-331)."""

    starts: date
    ends: date
    reminders: tuple[date, ...]


def allowed_years(body: Body, parameters: Parameters) -> tuple[int, ...]:
    """R-110: the terms a body may have, in years; none for a work committee, whose members are appointed."""
    if body is Body.WORK_COMMITTEE:
        return ()
    return tuple(int(years) for years in parameters.word(f"term.{body.value}").split(","))


def term(elected_on: date, years: int) -> Term:
    """R-331, T-06: a term runs from election day to the corresponding day; reminders 6, 3 and 1 months before."""
    ends = add_months(elected_on, 12 * years)
    return Term(elected_on, ends, tuple(add_months(ends, -months) for months in REMINDERS))


def years_of_office(body: Body, years: int, parameters: Parameters) -> Finding:
    """R-110, C-11: may a term last this long? "allowed", "refused", or "no_term" for a work committee."""
    allowed = allowed_years(body, parameters)
    if not allowed:
        basis = Basis.of(parameters["term.federation"], "R-113, R-415")
        reason = Text(
            "工会工作委员会由上级工会任命，没有任期（R-113、R-415）。",
            "A work committee is appointed by the superior union and has no term (R-113, R-415).",
        )
        return basis.finding("no_term", Text("没有任期", "No term"), {"years": years}, reason)
    parameter = parameters[f"term.{body.value}"]
    words = "或者".join(f" {number} " for number in allowed).strip()
    reason = Text(
        f"每届任期 {words} 年（R-110），填报 {years} 年。",
        f"A term lasts {' or '.join(map(str, allowed))} years (R-110); {years} were given.",
    )
    fits = years in allowed
    title = Text("任期符合规定", "The term fits") if fits else Text("任期不符合规定", "The term is not allowed")
    return Basis.of(parameter).finding(
        "allowed" if fits else "refused", title, {"years": years}, reason, flags=doubt(parameter)
    )


def change_of_term(
    term_ends: date, held_on: date, parameters: Parameters, *, superior_agrees: bool, extended_before: bool = False
) -> Finding:
    """R-332, T-07: re-election early or late. Verdict "on_time", "allowed", "needs_consent" or "refused".

    ``term_ends``: the end of the term as elected; ``held_on``: the day of the re-election. Early or late by at most the
    months of the parameter, once, and with the superior union's approval. "On time" is election on the last day.
    """
    months = parameters.integer("term.shift")
    earliest, latest = add_months(term_ends, -months), add_months(term_ends, months)
    parameter = parameters["term.shift"]
    basis = Basis.of(parameter, "R-332, R-341, T-07")
    numbers: dict[str, Scalar] = {
        "term_ends": term_ends.isoformat(),
        "held_on": held_on.isoformat(),
        "earliest": earliest.isoformat(),
        "latest": latest.isoformat(),
    }
    limits = Text(
        f"任期 {term_ends} 届满，提前或者延期不超过 {months} 个月，即 {earliest} 至 {latest}（R-332）。",
        f"The term ends on {term_ends}; early or late by at most {months} months: {earliest} to {latest} (R-332).",
    )
    normally = Text(
        f"条例写的是“一般不超过”；{months} 个月按硬性上限处理是本系统的约定（R-332）。",
        f"The text says “normally”; {months} months as a hard limit is a convention of this system (R-332).",
    )
    if held_on == term_ends:
        return basis.finding("on_time", Text("按期换届", "Re-election on time"), numbers, limits)
    if extended_before and held_on > term_ends:
        again = Text(
            "已经延期过一次，不得再次延期（T-07）。", "It was extended once: there is no second extension (T-07)."
        )
        return basis.finding(
            "refused", Text("不得再次延期", "No second extension"), numbers, limits, again, flags=(normally,)
        )
    if not earliest <= held_on <= latest:
        title = Text("超过可以提前或者延期的时间", "Beyond the limit of an early or late change")
        return basis.finding("refused", title, numbers, limits, flags=(normally,))
    consent = Text(
        "提前或者延期换届须经上级工会批准（R-332）。", "Early or late needs the superior union's approval (R-332)."
    )
    if not superior_agrees:
        title = Text("须经上级工会批准", "The superior union must approve")
        return basis.finding("needs_consent", title, numbers, limits, consent, flags=(normally,))
    return basis.finding(
        "allowed", Text("可以提前或者延期", "It may be held early or late"), numbers, limits, consent, flags=(normally,)
    )


def vacancy(post: Post, vacated_on: date, parameters: Parameters, calendar: Calendar) -> Dated | None:
    """R-335, R-336, T-04, C-05: by when a by-election is due; None where the rule set knows no limit (2015: vice-chairs)."""
    return date_of(timer("T-04", post.value), vacated_on, parameters, calendar)


def acting_until(post: Post, since: date, parameters: Parameters, calendar: Calendar) -> Dated | None:
    """R-335, R-336, T-05: how long somebody may act as chair. ValueError for a vice-chair, for whom nobody acts."""
    if post is Post.VICE_CHAIR:
        raise ValueError("nobody acts for a vice-chair")
    return date_of(timer("T-05", post.value), since, parameters, calendar)


def acting_chair(
    *, on_the_committee: bool, party_agrees: bool | None, superior_agrees: bool, parameters: Parameters
) -> Finding:
    """R-335: may this person act as chair? "allowed" or "refused".

    ``on_the_committee``: vice-chair or member of the committee; ``party_agrees``: None where there is no Party
    organisation at this level (R-303).
    """
    basis = Basis.of(parameters["acting.chair"], "R-335, R-303")
    reasons = []
    if not on_the_committee:
        reasons.append(
            Text(
                "代理主席须是副主席或者委员（R-335）。",
                "An acting chair is a vice-chair or a member of the committee (R-335).",
            )
        )
    if party_agrees is False:
        reasons.append(
            Text("须征得同级党组织同意（R-335）。", "The Party organisation of the level must agree (R-335).")
        )
    if not superior_agrees:
        reasons.append(Text("须征得上级工会同意（R-335）。", "The superior union must agree (R-335)."))
    if reasons:
        return basis.finding("refused", Text("不能代理主席", "This person cannot act as chair"), {}, *reasons)
    done = Text("副主席或者委员，已征得同意（R-335）。", "A member of the committee, with the consents needed (R-335).")
    return basis.finding("allowed", Text("可以代理主席", "This person may act as chair"), {}, done)


def by_election_term(held_on: date, term_ends: date) -> Term:
    """R-335: whoever is elected in between serves the rest of the term. Invalid when the term is over."""
    if held_on > term_ends:
        raise Invalid(
            [Mistake("/held_on", Text("本届任期已经届满，应当换届。", "The term is over: hold a re-election."))]
        )
    left = tuple(add_months(term_ends, -months) for months in REMINDERS)
    return Term(held_on, term_ends, tuple(day for day in left if day > held_on - timedelta(days=1)))
