"""The catalogue: bad folders never stop the good ones, and versions are numbered, dated and never changed."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.engine.drawing import Drawing, joint_decision, simple_loop
from tests.make import make_organisation, make_post
from workflows import catalogue
from workflows.engine.definition import DefinitionRefused
from workflows.errors import BadFile, NotFound
from workflows.organisations.actors import actor_of
from workflows.storage import Database
from workflows.storage.definitions import PublishedDefinition
from workflows.storage.events import Event

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def write(place: Path, files: Mapping[str, bytes], key: str = "trial") -> Path:
    folder = place / key
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def changed(files: dict[str, bytes], summary: str = "改了") -> dict[str, bytes]:
    toml = files["procedure.toml"].replace("只为试验".encode(), summary.encode())
    english = files["en.toml"] + f'"{summary}" = "Changed"\n'.encode()
    return {**files, "procedure.toml": toml, "en.toml": english}


def named(key: str) -> Drawing:
    drawing = joint_decision()
    drawing.key = key
    return drawing


# ---- folders ---------------------------------------------------------------------------------------------------------


def test_a_bad_folder_is_told_of_and_does_not_keep_the_good_ones_away(tmp_path: Path) -> None:
    write(tmp_path, simple_loop().files())
    write(tmp_path, simple_loop().files(process_dot_bpmn=b"not a diagram"), "broken")
    write(tmp_path, named("joined").files(), "joined")
    write(tmp_path, {"README.md": b"no procedure"}, "notes")
    found = {each.key: each.findings for each in catalogue.find([tmp_path])}
    assert set(found) == {"broken", "joined", "trial"}
    assert found["joined"] == found["trial"] == ()
    assert {finding.file for finding in found["broken"]} >= {"process.bpmn"}


def test_folders_come_from_several_places_and_a_name_is_taken_once(tmp_path: Path) -> None:
    first = write(tmp_path / "shipped", simple_loop().files())
    write(tmp_path / "office", simple_loop().files())
    write(tmp_path / "office", named("joined").files(), "joined")
    found = catalogue.find([tmp_path / "shipped", tmp_path / "office", tmp_path / "nowhere"])
    assert [(each.key, bool(each.findings)) for each in found] == [("trial", False), ("joined", False), ("trial", True)]
    assert str(first) in found[2].findings[0].reason.zh
    assert [each.key for each in catalogue.find([first])] == ["trial"]


def test_a_folder_is_named_after_its_key(tmp_path: Path) -> None:
    folder = write(tmp_path, simple_loop().files(), "other")
    assert [(f.file, f.element) for f in catalogue.check_folder(folder)] == [("procedure.toml", "key")]


PAPER = (
    '+++\ncode = "DOC-01"\nform = "批复"\nfrom = "superior_union"\nto = "applicant"\ntitle = "关于{{ zone.name }}的批复"\n+++\n'
    "%s\n"
)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("同意。{{ outcome.review }}{{ opinion.fill_in }}{{ papers.reply.number }}", None),
        ("{{ answers.review.note }}", "answers.review.note"),
        ("{% if outcome.review == 'approve' %}{{ answers.review.note }}{% endif %}", "answers.review.note"),
        ("同意。{% if answers.review.note is defined %}{{ answers.review.note }}{% endif %}", None),
        ("{% if answers.review.note is undefined %}同意。{% else %}{{ answers.review.note }}{% endif %}", None),
        ("{% if answers.review.note is defined and answers.review.note == 'x' %}同意。{% endif %}好。", None),
        ("{% if answers.review.note is undefined or answers.review.note == 'x' %}同意。{% endif %}好。", None),
        (
            "{% if answers.review.note is defined or answers.review.note == 'x' %}同意。{% endif %}",
            "answers.review.note",
        ),
        ("{{ answers.review.note | default('无') }}", None),
        ("{{ answers.review.note if answers.review.note is defined else '无' }}", None),
        ("{{ answers.revue.note }}", "answers.revue"),
        ("{{ answers.review.remark }}", "answers.review.remark"),
        ("{{ outcome.revue }}", "outcome.revue"),
        ("{{ papers.replay.number }}", "papers.replay"),
        ("{{ facts.no_such_fact.verdict }}", "facts.no_such_fact"),
        ("{{ zone.name", "8"),
        ("{{ ().__class__ }}", "8"),
        ("{% include '/etc/passwd' %}", "8"),
    ],
)
def test_papers_are_checked_with_the_folder(tmp_path: Path, body: str, place: str | None) -> None:
    files = {**simple_loop().files(), "documents/reply.txt": (PAPER % body).encode()}
    findings = catalogue.check_folder(write(tmp_path, files))
    assert [(f.file, f.element) for f in findings] == ([("documents/reply.txt", place)] if place else [])


def test_hidden_files_and_what_is_too_large_are_not_read(tmp_path: Path) -> None:
    folder = write(tmp_path, {**simple_loop().files(), ".git/config": b"x", "documents/huge.txt": b"x" * 3_000_000})
    files = catalogue.read_folder(folder)
    assert ".git/config" not in files
    assert len(files["documents/huge.txt"]) < 1_100_000
    assert [finding.file for finding in catalogue.check_folder(folder)] == ["documents/huge.txt"]


def test_a_folder_alone_is_seen_with_the_procedures_beside_it() -> None:
    (found,) = catalogue.find([Path(__file__).parents[1] / "bpmn/enterprise_union"])  # it calls others
    assert found.findings == ()


def test_the_shipped_procedures_can_be_published() -> None:
    found = catalogue.find([Path(__file__).parents[1] / "bpmn"])
    assert found
    assert [str(finding) for each in found for finding in each.findings] == []


# ---- versions --------------------------------------------------------------------------------------------------------


def test_the_first_version_is_number_one_and_current(session: Session, tmp_path: Path) -> None:
    person = make_post(session, make_organisation(session)).person
    actor = actor_of(session, person.id, NOW.date())
    row = catalogue.publish(session, actor, write(tmp_path, simple_loop().files()), NOW)
    assert (row.key, row.number, row.is_current, row.published_at, row.published_by_id) == (
        "trial",
        1,
        True,
        NOW,
        person.id,
    )
    assert catalogue.current(session, "trial") is row
    assert catalogue.definition_of(session, row.id).content_hash == row.content_hash
    event = session.scalars(select(Event)).one()
    assert (event.chain, event.kind, event.actor_id) == ("administration", "procedure_published", person.id)
    assert event.data == {"procedure": "trial", "number": 1, "content_hash": row.content_hash, "before": None}


def test_publishing_the_same_content_again_does_nothing(session: Session, tmp_path: Path) -> None:
    files = simple_loop().files()
    row = catalogue.publish(session, None, write(tmp_path, files), NOW)
    windows = {name: content.replace(b"\n", b"\r\n") for name, content in files.items()}
    again = write(tmp_path / "windows", {**windows, "scenarios/normal.toml": b""})
    assert catalogue.publish(session, None, again, NOW) is row
    assert len(catalogue.versions(session, "trial")) == 1
    assert len(session.scalars(select(Event)).all()) == 1


def test_a_change_makes_a_new_version_and_the_old_one_stays_as_it_was(session: Session, tmp_path: Path) -> None:
    files = simple_loop().files()
    first = catalogue.publish(session, None, write(tmp_path, files), NOW)
    kept = first.files
    second = catalogue.publish(session, None, write(tmp_path / "new", changed(files)), NOW)
    assert [(row.number, row.is_current) for row in catalogue.versions(session, "trial")] == [(2, True), (1, False)]
    assert catalogue.current(session, "trial") is second
    assert first.files == kept
    assert catalogue.definition_of(session, first.id).settings.summary == "只为试验"
    assert catalogue.definition_of(session, second.id).settings.summary == "改了"


def test_earlier_content_becomes_current_again_under_its_old_number(session: Session, tmp_path: Path) -> None:
    files = simple_loop().files()
    first = catalogue.publish(session, None, write(tmp_path, files), NOW)
    catalogue.publish(session, None, write(tmp_path / "new", changed(files)), NOW)
    assert catalogue.publish(session, None, write(tmp_path / "old", files), NOW) is first
    assert [(row.number, row.is_current) for row in catalogue.versions(session, "trial")] == [(2, False), (1, True)]
    events = session.scalars(select(Event).order_by(Event.sequence)).all()
    assert [(event.data["number"], event.data["before"]) for event in events] == [(1, None), (2, 1), (1, 2)]


def test_a_folder_with_findings_is_not_published(session: Session, tmp_path: Path) -> None:
    with pytest.raises(DefinitionRefused) as refused:
        catalogue.publish(session, None, write(tmp_path, simple_loop().files(forms__form_dot_json=None)), NOW)
    assert {finding.element for finding in refused.value.findings} == {"fill_in", "review"}
    assert session.scalars(select(PublishedDefinition)).all() == []


def test_what_is_not_there_cannot_be_published(session: Session, tmp_path: Path) -> None:
    with pytest.raises(DefinitionRefused):
        catalogue.publish(session, None, tmp_path / "nowhere", NOW)
    with pytest.raises(NotFound):
        catalogue.current(session, "nowhere")
    with pytest.raises(NotFound):
        catalogue.definition_of(session, 999)


def test_current_versions_are_listed_by_key_without_their_files(session: Session, tmp_path: Path) -> None:
    catalogue.publish(session, None, write(tmp_path, simple_loop().files()), NOW)
    catalogue.publish(session, None, write(tmp_path, named("joined").files(), "joined"), NOW)
    session.expire_all()
    rows = catalogue.all_current(session)
    assert [row.key for row in rows] == ["joined", "trial"]
    assert all("files" not in row.__dict__ for row in rows)


def test_the_archive_holds_everything_but_the_scenarios_and_is_always_the_same(
    session: Session, tmp_path: Path
) -> None:
    files = simple_loop().files()
    row = catalogue.publish(session, None, write(tmp_path, {**files, "scenarios/a.toml": b""}), NOW)
    with zipfile.ZipFile(BytesIO(row.files)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files


def test_a_changed_archive_is_noticed(db: Database, tmp_path: Path) -> None:
    drawing = named("tampered")
    with db.write() as session:
        row = catalogue.publish(session, None, write(tmp_path, drawing.files(), "tampered"), NOW)
        row.content_hash = "0" * 64
    with db.read() as session, pytest.raises(BadFile, match="校验值"):
        catalogue.definition_of(session, row.id)


def test_a_version_that_was_never_committed_is_not_remembered(db: Database, tmp_path: Path) -> None:
    files = simple_loop().files()
    with db.write() as session:
        lost = catalogue.publish(session, None, write(tmp_path, files), NOW)
        assert catalogue.definition_of(session, lost.id).settings.summary == "只为试验"
        session.rollback()
    with db.write() as session:
        kept = catalogue.publish(session, None, write(tmp_path / "new", changed(files)), NOW)
    with db.read() as session:
        assert catalogue.definition_of(session, kept.id).settings.summary == "改了"


def test_start_up_names_versions_that_call_what_is_gone(session: Session, tmp_path: Path) -> None:
    operations = catalogue.known_names().operations

    def now_and_then(context: object) -> None:
        """An operation that a later version of the program no longer has."""

    operations.add(now_and_then)
    drawing = simple_loop().without("start_to_fill_in").operation("calling", "now_and_then")
    drawing.line("start", "calling", "fill_in")
    catalogue.publish(session, None, write(tmp_path, drawing.files()), NOW)
    assert catalogue.verify_published(session) == ()
    del operations._known["now_and_then"]
    (broken,) = catalogue.verify_published(session)
    assert (broken.key, broken.number) == ("trial", 1)
    assert "now_and_then" in broken.reason.en


def test_a_call_of_a_procedure_that_is_not_there_is_told(tmp_path: Path) -> None:
    folders = Path(__file__).parent / "folders"
    shutil.copytree(folders / "parent", tmp_path / "parent")
    assert [(f.element, f.reason.en) for f in catalogue.check_folder(tmp_path / "parent")] == [
        ("reviewing", 'No procedure is called "review"; known: parent.')
    ]
    shutil.copytree(folders / "review", tmp_path / "review")
    assert catalogue.check_folder(tmp_path / "parent") == ()
