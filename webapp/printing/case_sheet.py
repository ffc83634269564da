"""The whole case on paper 审批单, as far as the reader may see it: made once, shown as a page and as a PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from webapp.cases.blueprint import case_title, outcome_title, said, shown_answers
from webapp.cases.sentences import event_sentence
from webapp.cases.words import case_status, figures, file_size, task_kind
from webapp.languages import day, language, moment, named, text
from webapp.operations.blueprint import opinion_kind, opinion_state
from workflows.cases.views import CaseView
from workflows.documents.sheet import Block, Facts, Item, Section, Sheet, Table, Words
from workflows.law.finding import Finding
from workflows.storage.cases import Task, TaskKind, TaskStatus
from workflows.storage.consulting import Opinion
from workflows.storage.organisations import Person


@dataclass(frozen=True, slots=True)
class Printed:
    """What a sheet is made of. `people` are those of the history, by id; `opinions` those the reader may see."""

    view: CaseView
    opinions: tuple[Opinion, ...]
    people: Mapping[int, Person]
    printed_by: str
    now: datetime


def sheet_of(printed: Printed, parts: Iterable[str]) -> Sheet:
    """The sheet with these parts, in the order of `PARTS`."""
    view, wanted = printed.view, set(parts)
    return Sheet(
        kind=_("审批单"),
        title=case_title(view.case, view.definition),
        number=view.case.number,
        printed=_("%(name)s于 %(time)s 打印", name=printed.printed_by, time=moment(printed.now)),
        sections=tuple(make(printed) for key, make in PARTS.items() if key in wanted),
        language=language(),
    )


def part_title(key: str) -> str:
    """What a part is called."""
    return {
        "data": _("基本情况"),
        "decisions": _("审批意见和签名"),
        "answers": _("各环节填写内容"),
        "findings": _("核定结论"),
        "opinions": _("会签、加签和批示"),
        "papers": _("公文目录"),
        "attachments": _("附件目录"),
        "history": _("经过"),
    }[key]


def _data(printed: Printed) -> Section:
    view, case = printed.view, printed.view.case
    pairs = [
        (_("编号"), case.number),
        (_("程序"), said(view.definition, view.definition.title)),
        (_("依据"), _("、").join((*_article(view), *view.definition.settings.rules))),
        (_("申请单位"), named(case.applicant)),
        (_("发起人"), f"{named(case.started_by)}　{moment(case.started_at)}"),
        (_("状态"), f"{case_status(case.status)}　{text(view.sentence)}"),
        (_("办结时间"), moment(case.ended_at)),
        (_("上级办件"), view.parent.number if view.parent else ""),
        (_("子办件"), _("、").join(child.number for child in view.children)),
        (_("规则版本"), case.rule_set),
    ]
    return Section(part_title("data"), (Facts(tuple((term, value) for term, value in pairs if value)),))


def _article(view: CaseView) -> tuple[str, ...]:
    article = view.definition.settings.article
    return (said(view.definition, article),) if article else ()


def _decisions(printed: Printed) -> Section:
    """The slip itself: who decided what, in which post, with which words, and when; and who has still to decide."""
    view = printed.view
    done = [
        (_step_title(view, task), _decision(printed, task), _signature(task), moment(task.closed_at))
        for task in view.tasks
        if task.status == TaskStatus.DONE
    ]
    open_ones = [
        (
            _step_title(view, wait.task),
            _("（待办理）"),
            "\n".join([_("、").join(named(h) for h in wait.holders), named(wait.organisation)]).strip(),
            _("期限 %(day)s", day=day(wait.task.fatal_on)) if wait.task.fatal_on else "",
        )
        for wait in view.waits
    ]
    columns = (_("环节"), _("结论和意见"), _("办理人"), _("时间"))
    return _with_rows("decisions", columns, [*done, *open_ones], (5, 9, 6, 5), _("还没有办理完成的环节。"))


def _decision(printed: Printed, task: Task) -> str:
    view = printed.view
    lines = [outcome_title(view.definition, task.step, task.outcome)]
    if task.id in view.sealed:
        lines.append(_sealed(view, task))
    if task.opinion:
        lines.append(task.opinion)
    if task.request and task.kind == TaskKind.STEP:
        lines.append(_("书面回复 %(number)s，%(day)s", number=task.request["number"], day=task.request["dated_on"]))
    return "\n".join(lines)


def _signature(task: Task) -> str:
    """Name and organisation; who stood in for whom 代."""
    name = named(task.closed_by)
    if task.on_behalf_of is not None:
        name = _("%(proxy)s代%(principal)s", proxy=name, principal=named(task.on_behalf_of))
    return "\n".join(part for part in (name, named(task.closed_for)) if part)


def _answers(printed: Printed) -> Section:
    view = printed.view
    items = []
    for task in view.tasks:
        if task.status != TaskStatus.DONE:
            continue
        blocks = _entered(view, task)
        if blocks:
            signed = "　".join((_signature(task).replace("\n", "　"), moment(task.closed_at)))
            items.append(Item(_step_title(view, task), "", blocks, signed))
    return Section(part_title("answers"), tuple(items), _("没有填写内容。"))


def _entered(view: CaseView, task: Task) -> tuple[Facts | Table | Words, ...]:
    if task.id in view.sealed:
        return (Words(_sealed(view, task), is_quiet=True),)
    if task.kind == TaskKind.STEP:
        shown = shown_answers(view.definition, view.definition.steps[task.step].form, task.answers)
        pairs = tuple((answer.title, answer.value) for answer in shown if not answer.columns)
        tables = [(answer.title, Table(answer.columns, answer.rows)) for answer in shown if answer.columns]
        facts = (Facts(pairs),) if pairs else ()
        return (*facts, *(block for title, table in tables for block in (Words(title), table)))
    asked = "\n".join(
        " · ".join(part for part in (item.get("item"), item.get("what"), item.get("rule")) if part)
        for item in (task.request or {}).get("items", ())
    )
    answer = str((task.answers or {}).get("answer", ""))
    return tuple(Words(words, is_quoted=words is answer) for words in (asked, answer) if words)


def _findings(printed: Printed) -> Section:
    """What was found and recorded when it was decided on: never worked out anew."""
    items = [
        Item(
            text(finding.title) or finding.verdict,
            _("依据 %(rule)s", rule=finding.rule),
            _told(finding),
            moment(event.at),
        )
        for event in printed.view.events
        if isinstance(event.data.get("finding"), dict)
        for finding in (Finding.from_json(event.data["finding"]),)
    ]
    return Section(part_title("findings"), tuple(items), _("没有记录的核定结论。"))


def _told(finding: Finding) -> tuple[Facts | Table | Words, ...]:
    sentences = [text(each) for each in (*finding.missing, *finding.reasons, *finding.flags)]
    source = _("出处：%(source)s", source=finding.source) if finding.source else ""
    numbers = (Facts(tuple(figures(finding))),) if finding.numbers else ()
    return (*numbers, *map(Words, sentences), *((Words(source, is_quiet=True),) if source else ()))


def _opinions(printed: Printed) -> Section:
    steps = {task.id: task for task in printed.view.tasks}
    items = []
    for row in printed.opinions:
        who = named(row.person)
        if row.answered_by_id and row.answered_by_id != row.person_id:
            who = _("%(proxy)s代%(principal)s", proxy=named(row.answered_by), principal=who)
        task = steps.get(row.task_id or 0)
        where = _step_title(printed.view, task) if task else ""
        question = (Words(_("问：%(question)s", question=row.question), is_quiet=True),) if row.question else ()
        signed = "　".join(part for part in (who, named(row.organisation), moment(row.answered_at)) if part)
        items.append(
            Item(
                " · ".join(part for part in (opinion_kind(row.kind), where) if part),
                opinion_state(row),
                (*question, *((Words(row.text, is_quoted=True),) if row.text else ())),
                signed,
            )
        )
    return Section(part_title("opinions"), tuple(items), _("没有会签、加签或批示。"))


def _papers(printed: Printed) -> Section:
    rows = [
        (
            paper.number_text + (_("（已作废）") if paper.status == "voided" else ""),
            paper.title,
            named(paper.organisation),
            day(paper.dated_on),
        )
        for paper in printed.view.papers
    ]
    columns = (_("文号"), _("标题"), _("发文机关"), _("成文日期"))
    return _with_rows("papers", columns, rows, (7, 9, 6, 5), _("还没有签发公文。"))


def _attachments(printed: Printed) -> Section:
    steps = {task.id: task for task in printed.view.tasks}
    rows = [
        (
            each.filename,
            _step_title(printed.view, steps[each.task_id]) if each.task_id in steps else "",
            file_size(each.size),
            moment(each.uploaded_at),
        )
        for each in printed.view.attachments
    ]
    columns = (_("文件名"), _("环节"), _("大小"), _("上传时间"))
    return _with_rows("attachments", columns, rows, (10, 7, 3, 5), _("还没有附件。"))


def _history(printed: Printed) -> Section:
    view = printed.view
    steps = {task.id: task.step for task in view.tasks}
    rows = []
    for event in view.events:
        told = event_sentence(event, view.definition, steps)
        person = printed.people.get(event.actor_id or 0)
        who = named(person) if person else event.actor_name
        principal = printed.people.get(event.on_behalf_of_id or 0)
        if principal is not None:
            who = _("%(proxy)s代%(principal)s", proxy=who, principal=named(principal))
        words = "\n".join(part for part in (told.sentence, *told.lines, told.quote) if part)
        rows.append((moment(event.at), words, who))
    return _with_rows("history", (_("时间"), _("经过"), _("人员")), rows, (5, 14, 5), _("没有记录。"))


def _with_rows(
    key: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]], widths: tuple[int, ...], empty: str
) -> Section:
    kept = tuple(rows)
    blocks: tuple[Block, ...] = (Table(columns, kept, widths),) if kept else ()
    return Section(part_title(key), blocks, empty)


def _step_title(view: CaseView, task: Task) -> str:
    title = said(view.definition, view.definition.steps[task.step].title)
    return f"{title} · {task_kind(task.kind)}" if task_kind(task.kind) else title


def _sealed(view: CaseView, task: Task) -> str:
    until = said(view.definition, view.sealed[task.id].title)
    return _("为保证双方各自独立，“%(step)s”办结前不显示这里填写的内容。", step=until)


PARTS: Mapping[str, Callable[[Printed], Section]] = {
    "data": _data,
    "decisions": _decisions,
    "answers": _answers,
    "findings": _findings,
    "opinions": _opinions,
    "papers": _papers,
    "attachments": _attachments,
    "history": _history,
}
