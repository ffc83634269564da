"""The text template of an official paper: `documents/<name>.txt` of a procedure folder.

TOML front matter between two `+++` lines, then the body in Jinja, paragraphs separated by blank lines::

    +++
    code = "DOC-01"
    form = "请示"
    from = "applicant"
    to = "superior_union"
    title = "关于成立{{ zone.name }}总工会的请示"
    attachments = ["{{ zone.name }}企业和职工情况统计表"]
    +++
    根据……（豫工发〔2015〕13号）精神，……

Only a small part of Jinja is allowed: output, `if`, `for`, comparisons and a few filters. No calls, no imports, nothing
that could run long. What a template names must exist when a paper is issued; an empty value is an error, not a gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from jinja2 import TemplateError, UndefinedError

from workflows.documents import front_matter, sandbox, template_guards, template_syntax
from workflows.documents.front_matter import Finding, as_list
from workflows.documents.paper_text import PaperForm, PaperText, paragraph
from workflows.documents.text_forms import joined, plain_line
from workflows.engine.settings import RELATIONS
from workflows.errors import Invalid, Mistake
from workflows.text import Text

PAPER_LIMIT = 60_000  # characters of a rendered body: about forty pages
LINE_LIMIT = 300  # characters of a title, a recipient, an attachment's name

SUBJECTS = ("zone", "enterprise", "organisation")  # what a case is about, by the name of its kind
NAMES = frozenset({*SUBJECTS, *RELATIONS, "case", "answers", "outcome", "opinion", "facts", "papers", "today"})


@dataclass(frozen=True, slots=True)
class Template:
    """A checked template. Strings are Jinja sources; ``sender`` and ``recipients`` are relations of the procedure."""

    name: str
    code: str
    form: PaperForm
    sender: str
    recipients: tuple[str, ...]
    title: str
    signer: bool
    copies: tuple[str, ...]
    attachments: tuple[str, ...]
    note: str
    body: str

    @property
    def sources(self) -> tuple[str, ...]:
        """Every Jinja source of this template."""
        return (self.title, *self.copies, *self.attachments, self.note, self.body)

    def references(self) -> frozenset[tuple[str, ...]]:
        """What the template reads of its context, as paths such as ``("answers", "choose_form", "reason")``.

        A loop's variable stands for the rows it runs over: ``member.name`` in ``for member in answers.compose.members``
        is ``("answers", "compose", "members", "name")``.
        """
        return _references(self)


def check_template(text: str) -> list[Finding]:
    """Every reason why this text is no template, each with its line (counted from 1); empty when it is one."""
    return _read("", text)[1]


def parse(name: str, text: str) -> Template:
    """The template of that name. Raises ``Invalid`` with one mistake per finding of :func:`check_template`."""
    template, findings = _read(name, text)
    if template is None:
        where = f"documents/{name}.txt"
        raise Invalid(
            [Mistake(f"{where}:{line}", reason) for line, reason in findings],
            Text(f"公文模板 {where} 有误。", f"The paper template {where} has mistakes."),
        )
    return template


def load(files: Mapping[str, bytes], name: str) -> Template:
    """The template ``documents/<name>.txt`` of a procedure folder. Raises ``Invalid`` if it is missing or wrong."""
    content = files.get(f"documents/{name}.txt")
    if content is None:
        reason = Text(f"程序中没有公文模板 {name}。", f"The procedure has no paper template {name}.")
        raise Invalid([Mistake(f"documents/{name}.txt", reason)], reason)
    try:
        return parse(name, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        reason = Text("模板不是 UTF-8 编码，请另存为 UTF-8。", "The template is not UTF-8; save it as UTF-8.")
        raise Invalid([Mistake(f"documents/{name}.txt", reason)], reason) from error


def render(
    template: Template, context: Mapping[str, object], *, issuer: str, signer: str = "", dated_on: date
) -> PaperText:
    """The words of the paper for this case. ``issuer`` is the name of the organisation that issues it.

    Raises ``Invalid`` naming the line and the missing value, or when the paper grows beyond its limits.
    """
    names = {"today": dated_on, **context}
    failed = _Failure(template)
    recipients = [_recipient(names, relation, failed) for relation in template.recipients]
    if template.signer and not plain_line(signer):
        raise failed.because(Text("上行文须注明签发人。", "A paper to a superior must name its signer."))
    title = _line(template.title, names, failed)
    body = tuple(paragraph(text) for text in _paragraphs(_rendered(template.body, names, failed)))
    if not body or not title:
        raise failed.because(Text("公文没有标题或正文。", "The paper has no title or no body."))
    return PaperText(
        code=template.code,
        form=template.form,
        issuer=plain_line(issuer),
        recipient="，".join(recipients),
        title=title,
        signer=plain_line(signer) if template.signer else "",
        body=body,
        attachments=tuple(filter(None, (_line(source, names, failed) for source in template.attachments))),
        copies=tuple(filter(None, (_line(source, names, failed) for source in template.copies))),
        note=_line(template.note, names, failed),
        dated_on=dated_on,
    )


@dataclass(frozen=True, slots=True)
class _Failure:
    """Makes the error that says which paper could not be written, and why."""

    template: Template

    def because(self, reason: Text, line: int | None = None) -> Invalid:
        where = f"documents/{self.template.name}.txt" + (f":{line}" if line else "")
        message = Text(
            f"公文“{self.template.name}”（{self.template.code}）无法生成：{reason.zh}",
            f"The paper “{self.template.name}” ({self.template.code}) cannot be written: {reason.en}",
        )
        return Invalid([Mistake(where, message)], message, template=self.template.name)


def _recipient(names: Mapping[str, object], relation: str, failed: _Failure) -> str:
    value = names.get(relation)
    name = value.get("name") if isinstance(value, Mapping) else getattr(value, "name", value)
    written = plain_line(str(name)) if name is not None else ""
    if not written:
        raise failed.because(Text(f"没有主送机关（{relation}）。", f"There is no recipient ({relation})."))
    return written[:LINE_LIMIT]


def _line(source: str, names: Mapping[str, object], failed: _Failure) -> str:
    line = plain_line(_rendered(source, names, failed))
    if len(line) > LINE_LIMIT:
        reason = Text(f"“{line[:20]}…”超过{LINE_LIMIT}字。", f"“{line[:20]}…” is longer than {LINE_LIMIT} characters.")
        raise failed.because(reason)
    return line


def _rendered(source: str, names: Mapping[str, object], failed: _Failure) -> str:
    pieces: list[str] = []
    length = 0
    try:
        for piece in sandbox.compiled(source).generate(names):
            pieces.append(piece)
            length += len(piece)
            if length > PAPER_LIMIT:
                reason = Text(f"正文超过{PAPER_LIMIT}字。", f"The body is longer than {PAPER_LIMIT} characters.")
                raise failed.because(reason)
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        if isinstance(error, UndefinedError):
            reason = Text(f"缺少“{error}”的内容。", f"“{error}” is missing.")
        else:
            reason = Text(f"内容不合用（{error}）。", f"a value is unsuitable ({error}).")
        raise failed.because(reason, template_syntax.line_of(error)) from error
    return "".join(pieces)


def _paragraphs(text: str) -> list[str]:
    """Paragraphs are separated by blank lines; the lines of one paragraph run on."""
    found: list[str] = []
    current = ""
    for line in [*text.split("\n"), ""]:
        written = plain_line(line)
        if written:
            current = joined(current, written)
        elif current:
            found.append(current)
            current = ""
    return found


@lru_cache(maxsize=256)
def _read(name: str, text: str) -> tuple[Template | None, list[Finding]]:
    """The template, or None with at least one finding."""
    matter, findings = front_matter.read(text)
    if matter is None:
        return None, findings
    for key, source in matter.sources():
        line = matter.line_of(key)
        found = template_syntax.findings(sandbox.ENVIRONMENT, source, NAMES)
        findings = findings + [(line, reason) for _, reason in found]
    findings = findings + template_syntax.findings(sandbox.ENVIRONMENT, matter.body, NAMES)
    if findings:
        return None, sorted(findings, key=lambda finding: finding[0])
    return _template(name, matter.values, matter.body), []


def unasked(template: Template) -> frozenset[tuple[str, ...]]:
    """The paths, as of ``references``, that are read where the template has not asked whether they are there."""
    sources = (sandbox.ENVIRONMENT.parse(source) for source in template.sources)
    return frozenset(path for tree in sources for path in template_guards.unasked(tree))


@lru_cache(maxsize=1024)
def _references(template: Template) -> frozenset[tuple[str, ...]]:
    """Found once for each template: every paper asks, and templates never change."""
    found: set[tuple[str, ...]] = {(relation,) for relation in template.recipients}
    for source in template.sources:
        found |= template_syntax.references(sandbox.ENVIRONMENT.parse(source))
    return frozenset(found)


def _template(name: str, matter: dict[str, Any], body: str) -> Template:
    form = PaperForm(matter["form"])
    return Template(
        name=name,
        code=matter["code"],
        form=form,
        sender=matter["from"],
        recipients=tuple(as_list(matter["to"])),
        title=matter["title"],
        signer=matter.get("signer", form.goes_up),
        copies=tuple(matter.get("copies", ())),
        attachments=tuple(matter.get("attachments", ())),
        note=matter.get("note", ""),
        body=body,
    )
