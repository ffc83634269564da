"""What somebody typed into the form of a task, and the files chosen with it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import request
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict

from webapp.auth.gate import actor
from webapp.cases import formdata
from webapp.clock import now
from webapp.database import session
from workflows import catalogue
from workflows.cases import attach
from workflows.engine.definition import Definition, Step
from workflows.errors import BadFile, Invalid, Mistake, NotFound
from workflows.storage.cases import Case, Task
from workflows.text import Text

MATERIALS = "/materials/"


@dataclass(frozen=True, slots=True)
class Typed:
    """A task's form as it came from the browser. `seen`: the time of the draft the page was made from."""

    answers: formdata.Answers
    outcome: str
    opinion: str
    key: str
    seen: str

    def with_answers(self, answers: formdata.Answers) -> Typed:
        return replace(self, answers=answers)


def step_of(task_id: int) -> tuple[Task, Definition, Step]:
    """A task with its definition and step; whether the actor may see it is asked by the verb or the page."""
    found = session().execute(
        select(Task, Case.definition_id).join(Case, Case.id == Task.case_id).where(Task.id == task_id)
    )
    row = found.one_or_none()
    if row is None:
        raise NotFound(Text("没有找到，或您无权查看。", "Not found, or not yours to see."))
    task, definition_id = row
    definition = catalogue.definition_of(session(), definition_id)
    return task, definition, definition.steps[task.step]


def typed(step: Step, form: MultiDict[str, str] | None = None) -> Typed:
    """The form of this request, or a form that was kept from an earlier one."""
    form = request.form if form is None else form
    return Typed(
        answers=formdata.parse(step.form.schema, form) if step.form else {},
        outcome=form.get("outcome", ""),
        opinion=formdata.clean(form.get("opinion", "")),
        key=form.get("key", ""),
        seen=form.get("seen", ""),
    )


def attach_files(task_id: int, key: str) -> list[Mistake]:
    """Attach every file chosen on the page; what cannot be accepted is answered as mistakes, the rest is kept."""
    mistakes: list[Mistake] = []
    for name, file in request.files.items(multi=True):
        if file.filename and name.startswith(MATERIALS):
            mistakes += _attach(task_id, name.removeprefix(MATERIALS), file, f"{key}:{name}:{file.filename}")
    return mistakes


def _attach(task_id: int, material: str, file: FileStorage, key: str) -> list[Mistake]:
    place = f"{MATERIALS}{material}"
    try:
        with session().begin_nested():
            attach(
                session(),
                actor(),
                task_id,
                material=material,
                filename=file.filename or "",
                content=file.stream.read(),
                now=now(),
                key=key,
            )
    except Invalid as error:
        return [Mistake(place, mistake.message) for mistake in error.mistakes]
    except BadFile as error:
        return [Mistake(place, error.message)]
    file.stream.seek(0)
    return []
