"""What is found, by whom, and where it says it stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import event

from tests import make
from tests.cases.accounts import give_accounts
from tests.cases.conftest import FOLDERS, Office
from tests.search.conftest import Desk
from workflows import catalogue, search
from workflows.errors import Invalid
from workflows.search import Kind, Piece
from workflows.storage.ledger import Zone
from workflows.storage.unions import OfficeHolder


@pytest.fixture
def reviewed(office: Office) -> Office:
    """One case with words of the applicant and of the superior union, decided as far as the Party's opinion."""
    office.start()
    office.decide("zone_secretary", "file", opinion="材料齐全，请予审查 100%_完成")
    office.decide("superior_leader", "review", "approve", opinion="同意成立，请注意换届期限")
    return office


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("新安县产业集聚区工会办公室", "applicant"),
        ("刘芳", "starter"),
        ("王志强", "actor"),
        ("新安县产业集聚区", "title"),
        ("2026", "number"),
    ],
)
def test_a_case_is_found_by_everything_that_names_it(reviewed: Office, desk: Desk, query: str, field: str) -> None:
    [hit] = desk.look("superior_manager", query)[Kind.CASES].hits
    assert hit.id == reviewed.case_id
    assert field in [found.field for found in hit.found]


def test_a_case_is_found_by_who_came_into_office(reviewed: Office, desk: Desk) -> None:
    with reviewed.db.write() as session:
        session.add(
            OfficeHolder(
                organisation_id=reviewed.world.applicants["zone_secretary"],
                name="欧阳春",
                office="chair",
                since=reviewed.today,
                case_id=reviewed.case_id,
                details={},
            )
        )
    assert desk.totals("zone_secretary", "欧阳春") == {"cases": 1}


def test_every_word_must_be_found_but_each_may_stand_elsewhere(reviewed: Office, desk: Desk) -> None:
    assert desk.totals("superior_manager", "王志强 刘芳")["cases"] == 1
    assert "cases" not in desk.totals("superior_manager", "王志强 欧阳春")


def test_opinions_are_found_by_their_words_and_by_who_wrote_them(reviewed: Office, desk: Desk) -> None:
    [hit] = desk.look("superior_manager", "换届")[Kind.OPINIONS].hits
    assert hit.found[0].pieces == (
        Piece("同意成立，请注意", False),
        Piece("换届", True),
        Piece("期限", False),
    )
    assert desk.totals("superior_manager", "王志强 换届") == {"opinions": 1}
    assert desk.totals("superior_manager", "刘芳 换届") == {}


def test_instructions_and_the_opinions_of_those_who_were_asked_are_found(reviewed: Office, desk: Desk) -> None:
    reviewed.act("instruct", "superior_manager", reviewed.case_id, text="请抓紧督促落实")
    assert desk.totals("zone_secretary", "督促") == {"opinions": 1}


def test_signs_that_mean_something_to_the_database_mean_nothing_here(reviewed: Office, desk: Desk) -> None:
    assert desk.totals("superior_manager", "100%_完成") == {"opinions": 1}
    assert desk.totals("superior_manager", "材料%审查") == {}
    assert desk.totals("superior_manager", "材料__") == {}
    assert desk.totals("superior_manager", "' OR 1=1 --") == {}
    assert desk.totals("superior_manager", "\\材料") == {}


def test_the_ledger_is_found_with_its_enterprises(reviewed: Office, desk: Desk) -> None:
    looked = desk.look("zone_secretary", "精工")[Kind.LEDGER]
    assert [hit.kind for hit in looked.hits] == []
    with reviewed.db.write() as session:
        make.make_enterprise(session, session.get_one(Zone, reviewed.world.zone_id), "新安县精工机械有限公司")
    [hit] = desk.look("zone_secretary", "精工")[Kind.LEDGER].hits
    assert (hit.kind, hit.within) == ("enterprise", reviewed.world.zone_id)
    assert desk.totals("other_zone_secretary", "精工") == {}


def test_strangers_find_nothing(reviewed: Office, desk: Desk) -> None:
    for query in ("新安县", "王志强", "换届", "2026"):
        assert desk.totals("other_zone_secretary", query) == {}


def test_drafts_are_not_found(office: Office, desk: Desk) -> None:
    office.start()
    office.act(
        "save_draft",
        "zone_secretary",
        office.task_id("file"),
        answers={"reason": "未定的理由"},
        outcome="done",
        opinion="还没有想好",
    )
    assert desk.totals("zone_secretary", "未定的理由") == {}
    assert desk.totals("zone_secretary", "还没有想好") == {}


@pytest.fixture
def apart(office: Office, tmp_path: Path) -> Office:
    """The superior union must review without seeing what the application says."""
    folder = shutil.copytree(FOLDERS / "review", tmp_path / "review")
    settings = folder / "procedure.toml"
    text = settings.read_text(encoding="utf-8")
    unseen = '[steps.review]\nunseen = ["file"]\n\n[steps.review.deadline]'
    settings.write_text(text.replace("[steps.review.deadline]", unseen), encoding="utf-8")
    with office.db.write() as session:
        catalogue.publish(session, None, folder, office.now)
    give_accounts(office)
    office.start()
    office.decide("zone_secretary", "file", opinion="共三人赞成")
    return office


def test_what_is_sealed_is_found_by_the_others_only(apart: Office, desk: Desk) -> None:
    for who in ("superior_leader", "superior_leader_2"):
        assert desk.totals(who, "赞成") == {}
    assert desk.totals("zone_secretary", "赞成") == {"opinions": 1}
    assert desk.totals("superior_clerk", "赞成") == {"opinions": 1}
    apart.decide("superior_leader", "review", "approve")
    assert desk.totals("superior_leader", "赞成") == {"opinions": 1}


def test_who_is_asked_in_the_sealed_step_does_not_find_it_either(apart: Office, desk: Desk) -> None:
    with apart.db.read() as session:
        [seat] = apart.actor(session, "superior_clerk").seats
    people = [(apart.world.people["superior_clerk"], seat.organisation_id)]
    apart.act("ask", "superior_leader", apart.task_id("review"), people=people, kind="before", question="请核对")
    assert desk.totals("superior_clerk", "赞成") == {}


def test_a_page_holds_twenty_and_a_page_too_far_is_the_last(office: Office, desk: Desk) -> None:
    with office.db.write() as session:
        zone = session.get_one(Zone, office.world.zone_id)
        for number in range(45):
            make.make_enterprise(session, zone, f"测试用第{number:02d}有限公司")
    last = desk.look("zone_secretary", "测试用", Kind.LEDGER, page=9)[Kind.LEDGER]
    assert (last.page, last.pages, last.total, len(last.hits)) == (3, 3, 45, 5)
    first = desk.look("zone_secretary", "测试用", Kind.LEDGER)[Kind.LEDGER]
    assert len(first.hits) == search.SIZE
    assert len(desk.look("zone_secretary", "测试用")[Kind.LEDGER].hits) == search.FIRST


def test_the_number_of_statements_does_not_grow_with_what_is_found(office: Office, desk: Desk) -> None:
    def statements() -> int:
        count = 0

        def told(*_: object) -> None:
            nonlocal count
            count += 1

        event.listen(office.db.engine, "before_cursor_execute", told)
        desk.look("superior_manager", "新安")
        event.remove(office.db.engine, "before_cursor_execute", told)
        return count

    office.start()
    office.decide("zone_secretary", "file", opinion="新安")
    desk.look("superior_manager", "新安")
    one = statements()
    office.decide("superior_leader", "review", "return", opinion="新安县的材料请补齐")
    office.decide("party_leader", "opinion", opinion="新安")
    office.decide("zone_secretary", "file", opinion="新安")
    assert statements() == one <= 20


@pytest.mark.parametrize("query", ["a", " ", "%", "a b"[:1], "…", "1", "x" * 101, " ".join(f"词{n}" for n in range(9))])
def test_too_little_or_too_much_is_said_clearly(query: str) -> None:
    with pytest.raises(Invalid) as refused:
        search.words_of(query)
    assert refused.value.mistakes[0].path == "/q"
    assert refused.value.message.en


@pytest.mark.parametrize(
    ("query", "words"),
    [("王", ("王",)), ("ab", ("ab",)), ("a b", ("a", "b")), ("王　李 王", ("王", "李")), ("a\x00王", ("a王",))],
)
def test_the_words_of_a_query(query: str, words: tuple[str, ...]) -> None:
    assert search.words_of(query) == words


def test_an_excerpt_is_cut_around_the_first_word_and_keeps_what_it_shows() -> None:
    text = "甲" * 200 + "要找的词" + "乙" * 200
    cut = search.pieces(text, ["要找的词"], cut=True)
    assert [piece.marked for piece in cut] == [False, False, True, False, False]
    assert cut[0].text == cut[-1].text == "…"
    assert len("".join(piece.text for piece in cut)) < 120
    assert "".join(piece.text for piece in search.pieces("<b>王</b>", ["王", "b"])) == "<b>王</b>"
