"""How large a committee is and out of whom its leaders come (R-212, R-305, R-306, R-314)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workflows.law.bands import Band, band_for
from workflows.law.basis import Basis, doubt, negative, refuse
from workflows.law.elections import regulation
from workflows.law.finding import Finding, Scalar
from workflows.law.names import same_name
from workflows.law.rule_sets import Parameters
from workflows.text import Text


def seats_band(members: int, parameters: Parameters) -> Band:
    """R-305: least and most seats of a committee for a number of members."""
    band = band_for(parameters.word("election.sizes"), members)
    if band is None:
        raise ValueError("the table of R-305 begins at 0 members")
    return band


def committee(members: int, parameters: Parameters, seats: int | None = None) -> Finding:
    """R-305, D-05: verdict "fits" or "outside" for ``seats``; "seats" when no seats are given.

    ``members``: members of the union. Invalid for a negative number. An even number fits and is warned of: odd is only
    a recommendation.
    """
    refuse(negative(members=members, seats=seats))
    parameter = parameters["election.sizes"]
    band = seats_band(members, parameters)
    numbers: dict[str, Scalar] = {"members": members, "seats_least": band.least, "seats_most": band.most}
    reason = Text(
        f"会员 {members} 人，委员会由 {band.least} 至 {band.most} 人组成（R-305）。",
        f"{members} members: the committee has {band.least} to {band.most} members (R-305).",
    )
    basis, flags = Basis.of(parameter), list(doubt(parameter))
    small = _ORGANISER if members < parameters.integer("founding.members") else standing_possible(members, parameters)
    if seats is None:
        title = Text(f"委员 {band.least}–{band.most} 人", f"{band.least}–{band.most} seats")
        return basis.finding("seats", title, numbers, reason, flags=flags, alternatives=small)
    numbers["seats"] = seats
    if seats not in band:
        return basis.finding(
            "outside",
            Text("委员人数不符合规定", "This number of seats is outside the band"),
            numbers,
            reason,
            flags=flags,
            alternatives=small,
        )
    if seats % 2 == 0:
        flags.append(
            Text(
                f"{seats} 是双数；委员人数建议为单数，这不是硬性规定。",
                f"{seats} is even: an odd number is recommended, not required.",
            )
        )
    title = Text("委员人数符合规定", "This number of seats fits")
    return basis.finding("fits", title, numbers, reason, flags=flags, alternatives=small)


_ORGANISER = (
    Text(
        "会员不足 25 人的，也可以只选举主席或者组织员一人（R-101、R-305）。",
        "With fewer than 25 members one chair or organiser may be elected instead (R-101, R-305).",
    ),
)


def standing_possible(members: int, parameters: Parameters) -> tuple[Text, ...]:
    """R-306, R-314: advice to a union whose committee may be larger than a standing committee; empty for all others."""
    parameter = parameters["election.standing_sizes"]
    band = band_for(parameters.word("election.standing_sizes"), 0)
    if band is None or seats_band(members, parameters).most <= band.most:
        return ()
    return (
        Text(
            f"规模较大的，可以从委员中选出 {band.least} 至 {band.most} 人组成常务委员会，须先经上级工会批准"
            f"（R-306，{parameter.confidence.label.zh}）。",
            f"A large unit may have a standing committee of {band.least} to {band.most} out of its committee; the superior "
            f"union must agree first (R-306, {parameter.confidence.label.en}).",
        ),
    )


def standing_committee(seats: int, parameters: Parameters, *, superior_agrees: bool) -> Finding:
    """R-306: a standing committee 常务委员会 of a large unit. Verdict "fits", "outside" or "needs_consent"."""
    refuse(negative(seats=seats))
    parameter = parameters["election.standing_sizes"]
    band = band_for(parameters.word("election.standing_sizes"), 0) or Band(0, 0, 0)
    numbers = {"seats": seats, "seats_least": band.least, "seats_most": band.most}
    basis, flags = Basis.of(parameter), doubt(parameter)
    reason = Text(
        f"常务委员会由 {band.least} 至 {band.most} 人组成，经上级工会批准设立（R-306）。",
        f"A standing committee has {band.least} to {band.most} members and needs the superior union's approval (R-306).",
    )
    if seats not in band:
        title = Text("常务委员人数不符合规定", "This number of standing members is outside the band")
        return basis.finding("outside", title, numbers, reason, flags=flags)
    if not superior_agrees:
        title = Text("须先经上级工会批准", "The superior union must agree first")
        return basis.finding("needs_consent", title, numbers, reason, flags=flags)
    return basis.finding("fits", Text("符合规定", "It fits"), numbers, reason, flags=flags)


def from_the_committee(chosen: Sequence[str], committee_members: Iterable[str], parameters: Parameters) -> Finding:
    """R-314: chair, vice-chairs and standing members come out of the elected committee. "allowed" or "refused"."""
    elected = {same_name(name) for name in committee_members}
    foreign = tuple(name for name in chosen if same_name(name) not in elected)
    basis = regulation("R-314", parameters)
    numbers = {"chosen": len(chosen), "not_in_committee": len(foreign)}
    if foreign:
        return basis.finding(
            "refused",
            Text("不是当选委员", "Not a member of the committee"),
            numbers,
            Text(
                f"{'、'.join(foreign)}不是当选委员；主席、副主席和常务委员从委员中产生（R-314）。",
                f"{', '.join(foreign)}: not elected into the committee, from which chair, vice-chairs and standing "
                "members come (R-314).",
            ),
        )
    return basis.finding(
        "allowed",
        Text("都是当选委员", "All of them are members of the committee"),
        numbers,
        Text("人选都从当选委员中产生（R-314）。", "All were elected into the committee (R-314)."),
    )


def audit_committee(members: int, parameters: Parameters, *, own_accounts: bool = True) -> Finding:
    """D-11, R-211, R-212: the audit body. Verdict "complete", "not_complete" or "outside".

    ``members``: how many were elected; a union without accounts of its own may have one 经费审查委员 instead (C-12).
    """
    refuse(negative(members=members))
    parameter = parameters["audit.sizes"]
    band = band_for(parameters.word("audit.sizes"), 0) or Band(0, 0, 0)
    basis = Basis.of(parameter, "D-11, R-211, R-212")
    numbers: dict[str, Scalar] = {
        "auditors": members,
        "least": band.least,
        "most": band.most,
        "own_accounts": own_accounts,
    }
    required = Text(
        f"经费审查委员会由 {band.least} 至 {band.most} 人组成，与工会委员会同时选举产生（R-211、R-212）。",
        f"The audit committee has {band.least} to {band.most} members and is elected together with the committee "
        "(R-211, R-212).",
    )
    flags = list(doubt(parameter))
    if members in band:
        return basis.finding(
            "complete", Text("经审组织符合规定", "The audit body fits"), numbers, required, flags=flags
        )
    if members == 1 and not own_accounts:
        substitute = Text(
            "没有独立经费账户的小型工会可以设经费审查委员 1 人，视为已建立经审组织（C-12）。",
            "A small union without accounts of its own may have one audit member, which counts as the audit body "
            "(C-12).",
        )
        flags.append(
            Text(
                "以经审委员代替经审委员会是本系统的约定（C-12）。",
                "This substitute is a convention of this system (C-12).",
            )
        )
        return basis.finding("complete", Text("设经费审查委员", "One audit member"), numbers, substitute, flags=flags)
    if members == 0:
        title = Text("缺少经审组织", "The audit body is missing")
        return basis.finding("not_complete", title, numbers, required, flags=flags)
    return basis.finding(
        "outside",
        Text("经审委员人数不符合规定", "The number of auditors is outside the band"),
        numbers,
        required,
        flags=flags,
    )
