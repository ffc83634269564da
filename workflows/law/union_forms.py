"""D-02: which form of union an enterprise may choose. The law counts members, the policy counts employees (C-01)."""

from __future__ import annotations

from enum import StrEnum

from workflows.law.rule_sets import Parameters
from workflows.text import Text


class UnionForm(StrEnum):
    """How an enterprise's members are organised. The values stand in the ledger."""

    SINGLE = "single"
    JOINT = "joint"
    ORGANISER = "organiser"

    @property
    def label(self) -> Text:
        return _LABELS[self]


_LABELS = {
    UnionForm.SINGLE: Text("单独建会", "a union of its own"),
    UnionForm.JOINT: Text("联合建会", "a joint union"),
    UnionForm.ORGANISER: Text("选举组织员", "an organiser"),
}


def refusal(form: UnionForm, members: int, employees: int, parameters: Parameters) -> Text | None:
    """Why the form is closed to an enterprise with so many members and employees; None when it is open.

    R-101: with 25 members there is a committee of the enterprise's own. 4.4: with 25 employees the policy asks for a
    committee, which an organiser is not.
    """
    needed, asked = parameters.integer("founding.members"), parameters.integer("founding.employees")
    if form is UnionForm.SINGLE:
        return None
    if members >= needed:
        return Text(
            f"会员 {members} 人，达到 {needed} 人，应当单独建立基层工会委员会，不能{form.label.zh}（R-101）。",
            f"With {members} members, {needed} and more, the enterprise founds a committee of its own, not "
            f"{form.label.en} (R-101).",
        )
    if form is UnionForm.ORGANISER and employees >= asked:
        return Text(
            f"职工 {employees} 人，达到 {asked} 人，政策要求建立基层工会委员会；可以单独或者联合建会，不能只选举组织员"
            "（D-02、4.4）。",
            f"With {employees} employees, {asked} and more, the policy asks for a committee: of its own or a joint one, "
            "not an organiser alone (D-02, 4.4).",
        )
    return None
