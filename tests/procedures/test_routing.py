"""R-424: the staffing authority that decides follows the rank, in the task, in the papers and in what is shown."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from tests.procedures.played import context_of, play
from workflows import catalogue
from workflows.procedures.staffing_authority import staffing_approver
from workflows.storage import Database
from workflows.storage.cases import Case, Task
from workflows.storage.papers import Paper

CITY, COUNTY = "洛阳市委机构编制委员会办公室", "新安县委机构编制委员会办公室"


def test_task_and_papers_go_to_the_authority_of_the_rank_and_follow_a_corrected_rank(db: Database) -> None:
    play(db, "cadre_staffing", "routed_by_rank")
    with db.read() as session:
        opened = session.execute(
            select(Task.step, Task.relation).where(Task.step.startswith("staffing_")).order_by(Task.id)
        )
        assert [tuple(row) for row in opened] == [
            ("staffing_decision", "city_staffing_authority"),
            ("staffing_answer", "staffing_authority"),
        ]
        papers = session.execute(select(Paper.name, Paper.recipient).order_by(Paper.id))
        assert [tuple(row) for row in papers][:2] == [("staffing_request", CITY), ("staffing_letter", COUNTY)]


def test_the_finding_says_which_authority_and_why(db: Database) -> None:
    play(db, "cadre_staffing", "routed_by_rank")
    with db.read() as session:
        context = context_of(session, "cadre_staffing", date(2026, 4, 23))
        case = session.scalars(select(Case)).one()
        context.tables = catalogue.definition_of(session, case.definition_id).tables
        finding = staffing_approver(context)
        assert (finding.verdict, finding.title.zh) == ("routed", "由产业集聚区登记的机构编制部门审批")
        assert "科级以下" in finding.reasons[0].zh
        assert finding.confidence == "chosen"
