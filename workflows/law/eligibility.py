"""D-03: who may stand in an enterprise (R-302, R-308, R-338, R-339, R-352), and who may audit (R-212).

What a rule forbids is a refusal; what it leaves to judgement, or only recommends, is a warning. Relatives are close in the
sense of Civil Code 1045; relatives by marriage, uncles and cousins are not, and are only warned of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from workflows.law.basis import Basis, doubt
from workflows.law.finding import Confidence, Finding
from workflows.law.rule_sets import Parameters
from workflows.text import Text


class Standing(StrEnum):
    """For what somebody stands."""

    COMMITTEE = "committee"
    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"
    AUDIT = "audit"

    @property
    def label(self) -> Text:
        return _STANDING[self]


_STANDING = {
    Standing.COMMITTEE: Text("委员候选人", "candidate for the committee"),
    Standing.CHAIR: Text("主席候选人", "candidate for chair"),
    Standing.VICE_CHAIR: Text("副主席候选人", "candidate for vice-chair"),
    Standing.AUDIT: Text("经费审查委员会委员候选人", "candidate for the audit committee"),
}


class Position(StrEnum):
    """What somebody is in the enterprise or in its union, as far as a rule cares."""

    HEAD = "head"
    LEGAL_REPRESENTATIVE = "legal_representative"
    PARTNER = "partner"
    DEPUTY_HEAD = "deputy_head"
    LABOUR_HEAD = "labour_head"
    HR_HEAD = "hr_head"
    FINANCE_STAFF = "finance_staff"
    UNION_CHAIR = "union_chair"
    FINANCE_VICE_CHAIR = "finance_vice_chair"
    UNION_VICE_CHAIR = "union_vice_chair"
    STANDING_MEMBER = "standing_member"

    @property
    def label(self) -> Text:
        return _POSITION[self]


_POSITION = {
    Position.HEAD: Text("行政主要负责人", "head of administration"),
    Position.LEGAL_REPRESENTATIVE: Text("法定代表人", "legal representative"),
    Position.PARTNER: Text("合伙人", "partner"),
    Position.DEPUTY_HEAD: Text("行政副职", "deputy head of administration"),
    Position.LABOUR_HEAD: Text("分管劳动、工资工作的负责人", "person in charge of labour and wages"),
    Position.HR_HEAD: Text("人力资源部门负责人", "head of human resources"),
    Position.FINANCE_STAFF: Text("财务、资产部门工作人员", "member of the finance or asset staff"),
    Position.UNION_CHAIR: Text("工会主席", "chair of the union"),
    Position.FINANCE_VICE_CHAIR: Text("分管财务、资产的工会副主席", "vice-chair in charge of finance and assets"),
    Position.UNION_VICE_CHAIR: Text("工会副主席", "vice-chair of the union"),
    Position.STANDING_MEMBER: Text("工会常务委员", "standing member of the committee"),
}
OWNERS = frozenset({Position.HEAD, Position.LEGAL_REPRESENTATIVE, Position.PARTNER})


class Kinship(StrEnum):
    """What somebody is to a relative."""

    SPOUSE = "spouse"
    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    GRANDPARENT = "grandparent"
    GRANDCHILD = "grandchild"
    IN_LAW = "in_law"
    UNCLE_OR_AUNT = "uncle_or_aunt"
    NEPHEW_OR_NIECE = "nephew_or_niece"
    COUSIN = "cousin"

    @property
    def label(self) -> Text:
        return _KINSHIP[self]

    @property
    def close(self) -> bool:
        """近亲属 of Civil Code 1045."""
        return self in _CLOSE


_KINSHIP = {
    Kinship.SPOUSE: Text("配偶", "spouse"),
    Kinship.PARENT: Text("父母", "parent"),
    Kinship.CHILD: Text("子女", "child"),
    Kinship.SIBLING: Text("兄弟姐妹", "brother or sister"),
    Kinship.GRANDPARENT: Text("祖父母、外祖父母", "grandparent"),
    Kinship.GRANDCHILD: Text("孙子女、外孙子女", "grandchild"),
    Kinship.IN_LAW: Text("姻亲", "relative by marriage"),
    Kinship.UNCLE_OR_AUNT: Text("伯叔姑舅姨", "uncle or aunt"),
    Kinship.NEPHEW_OR_NIECE: Text("侄、甥", "nephew or niece"),
    Kinship.COUSIN: Text("堂、表兄弟姐妹", "cousin"),
}
_CLOSE = frozenset(
    {Kinship.SPOUSE, Kinship.PARENT, Kinship.CHILD, Kinship.SIBLING, Kinship.GRANDPARENT, Kinship.GRANDCHILD}
)


@dataclass(frozen=True, slots=True)
class Relative:
    """The candidate is the ``kinship`` of somebody who holds these positions in the same enterprise."""

    kinship: Kinship
    positions: frozenset[Position]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the rules ask about a candidate. ``retained``: only keeps membership 保留会籍 (retired, away)."""

    name: str
    positions: frozenset[Position] = frozenset()
    relatives: tuple[Relative, ...] = ()
    member: bool = True
    retained: bool = False
    foreign: bool = False
    recommended_by_superior: bool = False


def eligibility(candidate: Candidate, standing: Standing, parameters: Parameters) -> Finding:
    """D-03: verdict "allowed", "warned" (may stand, look at it) or "refused"; every reason is given at once."""
    refusals = tuple(_refusals(candidate, standing, parameters))
    warnings = tuple(_warnings(candidate, standing, parameters)) if not refusals else ()
    audit = standing is Standing.AUDIT
    rule = "R-212, R-302" if audit else "D-03, R-302, R-308, R-338, R-339, R-352"
    parameter = parameters["audit.sizes" if audit else "eligibility.owners"]
    basis = Basis.of(parameter, rule)
    numbers = {"candidate": candidate.name, "standing": standing.value}
    label = standing.label
    if refusals:
        title = Text(f"不能作为{label.zh}", f"Cannot stand as {label.en}")
        return basis.finding("refused", title, numbers, *refusals)
    if warnings:
        title = Text(f"可以作为{label.zh}，请注意", f"May stand as {label.en}; please look at this")
        return basis.finding("warned", title, numbers, flags=(*warnings, *doubt(parameter)))
    nothing = Text("没有发现不能作为候选人的情形。", "Nothing was found that bars this person.")
    return basis.finding("allowed", Text(f"可以作为{label.zh}", f"May stand as {label.en}"), numbers, nothing)


def voter(name: str, *, member: bool, retained: bool) -> Finding:
    """R-302: who is on the list of voters. "listed" or "removed"."""
    basis = Basis("R-302", "工会基层组织选举工作条例（2016）第4条", Confidence.SOURCED)
    if retained or not member:
        why = (
            Text(
                "保留会籍的人没有选举权、被选举权和表决权（R-302）。",
                "Who only keeps membership neither votes nor stands (R-302).",
            )
            if retained
            else Text("不是会员，没有选举权（R-302）。", "Not a member, and so no voter (R-302).")
        )
        title = Text("从选民名单中去掉", "Removed from the list of voters")
        return basis.finding("removed", title, {"name": name}, why)
    done = Text("会员，有选举权和被选举权（R-302）。", "A member, who votes and may stand (R-302).")
    return basis.finding("listed", Text("列入选民名单", "On the list of voters"), {"name": name}, done)


# ---- refusals ------------------------------------------------------------------------------------------------------


def _refusals(candidate: Candidate, standing: Standing, parameters: Parameters) -> Iterator[Text]:
    if candidate.retained:
        yield Text("保留会籍的人没有被选举权（R-302）。", "Who only keeps membership may not stand (R-302).")
    elif not candidate.member and not (candidate.recommended_by_superior and standing in _CHAIRS):
        yield Text(
            "不是会员，没有被选举权；主席、副主席可以由上级工会推荐人选（R-302、R-309）。",
            "Not a member and so cannot stand; the superior union may recommend an outsider as chair or vice-chair "
            "(R-302, R-309).",
        )
    if standing is Standing.AUDIT:
        for position in _in_order(candidate.positions & _NO_AUDITOR):
            yield Text(
                f"{position.label.zh}不能担任经费审查委员会成员（R-212）。",
                f"A {position.label.en} cannot sit in the audit committee (R-212).",
            )
        return
    for position in _in_order(candidate.positions):
        yield from _refused_position(position, standing, parameters)
    if candidate.foreign and standing is Standing.CHAIR:
        yield Text("外籍职工不能作为主席候选人（R-352）。", "A foreign employee cannot stand for chair (R-352).")
    for relative in candidate.relatives:
        if relative.kinship.close:
            yield from _refused_relative(relative, standing, parameters)


def _refused_position(position: Position, standing: Standing, parameters: Parameters) -> Iterator[Text]:
    label = position.label
    if position in OWNERS:
        yield Text(
            f"{label.zh}不能作为本单位工会委员会委员、主席、副主席候选人（R-308、R-338）。",
            f"The {label.en} cannot stand for committee, chair or vice-chair (R-308, R-338).",
        )
    elif position in (Position.DEPUTY_HEAD, Position.HR_HEAD) and standing is Standing.CHAIR:
        yield Text(f"{label.zh}不能作为主席候选人（R-352）。", f"A {label.en} cannot stand for chair (R-352).")
    elif position is Position.LABOUR_HEAD and standing is Standing.CHAIR and _old_bar(parameters):
        yield Text(
            f"{label.zh}不能担任工会主席（R-339，2004年条例第7条）。",
            f"The {label.en} cannot be chair (R-339, article 7 of 2004).",
        )


def _refused_relative(relative: Relative, standing: Standing, parameters: Parameters) -> Iterator[Text]:
    kin = relative.kinship.label
    held = relative.positions
    for position in _in_order(held & OWNERS):
        yield Text(
            f"是{position.label.zh}的近亲属（{kin.zh}），不能作为委员、主席、副主席候选人（R-308、R-338）。",
            f"A close relative ({kin.en}) of the {position.label.en} cannot stand for committee, chair or vice-chair "
            "(R-308, R-338).",
        )
    if Position.DEPUTY_HEAD in held and standing is Standing.CHAIR:
        yield Text(
            f"是行政副职的近亲属（{kin.zh}），不能作为主席候选人（R-352）。",
            f"A close relative ({kin.en}) of a deputy head cannot stand for chair (R-352).",
        )
    if Position.LABOUR_HEAD in held and _old_bar(parameters):
        yield Text(
            f"是分管劳动、工资工作的负责人的近亲属（{kin.zh}），不能作为委员会成员的人选（R-339，2004年条例第7条）。",
            f"A close relative ({kin.en}) of the person in charge of labour and wages cannot be on the committee "
            "(R-339, article 7 of 2004).",
        )


# ---- warnings ------------------------------------------------------------------------------------------------------


def _warnings(candidate: Candidate, standing: Standing, parameters: Parameters) -> Iterator[Text]:
    label = standing.label
    if standing is Standing.AUDIT:
        for position in _in_order(candidate.positions & (_BETTER_NO_AUDITOR | OWNERS)):
            yield Text(
                f"{position.label.zh}一般不宜担任经费审查委员会成员（R-212，各地规定不一）。",
                f"A {position.label.en} had better not audit (R-212; the texts differ).",
            )
        return
    for position in _in_order(candidate.positions & _LEADING):
        yield Text(
            f"{position.label.zh}作为{label.zh}，规定没有禁止，请结合代表性考虑（{_rule_of(position)}）。",
            f"A {position.label.en} as {label.en}: not forbidden, to be weighed ({_rule_of(position)}).",
        )
    if candidate.foreign and standing is Standing.VICE_CHAIR:
        yield Text(
            "外籍职工不能任主席，作为副主席候选人请斟酌（R-352）。",
            "A foreign employee cannot be chair; weigh it (R-352).",
        )
    for relative in candidate.relatives:
        yield from _warned_relative(relative, standing)


def _warned_relative(relative: Relative, standing: Standing) -> Iterator[Text]:
    kin = relative.kinship.label
    if relative.kinship.close:
        for position in _in_order(relative.positions & {Position.DEPUTY_HEAD, Position.LABOUR_HEAD}):
            yield Text(
                f"是{position.label.zh}的近亲属（{kin.zh}），请斟酌（{_rule_of(position)}）。",
                f"A close relative ({kin.en}) of the {position.label.en}: weigh it ({_rule_of(position)}).",
            )
        return
    for position in _in_order(relative.positions & OWNERS):
        yield Text(
            f"是{position.label.zh}的{kin.zh}，不属于民法典第1045条的近亲属，不在禁止之列，请斟酌。",
            f"A {kin.en} of the {position.label.en}: no close relative in the sense of Civil Code 1045, so not barred; "
            "weigh it.",
        )


def _rule_of(position: Position) -> str:
    return "R-339" if position is Position.LABOUR_HEAD else "R-352"


def _old_bar(parameters: Parameters) -> bool:
    """Whether the bar of the repealed R-339 is in force."""
    return parameters.word("eligibility.labour_head") == "refuse"


def _in_order(positions: frozenset[Position]) -> list[Position]:
    return [position for position in Position if position in positions]


_CHAIRS = frozenset({Standing.CHAIR, Standing.VICE_CHAIR})
_LEADING = frozenset({Position.DEPUTY_HEAD, Position.LABOUR_HEAD, Position.HR_HEAD})
_NO_AUDITOR = frozenset({Position.UNION_CHAIR, Position.FINANCE_VICE_CHAIR, Position.FINANCE_STAFF})
_BETTER_NO_AUDITOR = frozenset({Position.UNION_VICE_CHAIR, Position.STANDING_MEMBER})
