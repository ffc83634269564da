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

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from workflows.documents import template_syntax
from workflows.documents.paper_text import PaperForm, PaperText, paragraph
from workflows.documents.text_forms import cn_date, cn_number, joined, plain_line
from workflows.errors import Invalid, Mistake
from workflows.text import Text

TEMPLATE_LIMIT = 30_000  # characters of a template
PAPER_LIMIT = 60_000  # characters of a rendered body: about forty pages
LINE_LIMIT = 300  # characters of a title, a recipient, an attachment's name

RELATIONS = ("applicant", "superior_union", "party_committee", "staffing_authority")
NAMES = frozenset({"zone", *RELATIONS, "case", "answers", "outcome", "opinion", "facts", "papers", "today"})

_FENCE = re.compile(r"\+\+\+[ \t]*")
_CODE = re.compile(r"DOC-\d{2}[a-z]?")
_TEXTS = {"code", "form", "from", "title", "note"}
_LISTS = {"copies", "attachments"}
_KEYS = _TEXTS | _LISTS | {"to", "signer"}
_NEEDED = ("code", "form", "from", "to", "title")


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
        found: set[tuple[str, ...]] = {(relation,) for relation in self.recipients}
        for source in self.sources:
            found |= template_syntax.references(_ENVIRONMENT.parse(source))
        return frozenset(found)


Finding = tuple[int, Text]


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


class _Missing(StrictUndefined):
    """A name that is not there. `answers.x.y is defined` may ask for it; printing or testing it is an error."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, key: object) -> Any:
        return _Missing(name=f"{self._undefined_name}.{key}")

    @property
    def _undefined_message(self) -> str:
        return str(self._undefined_name)


def _printed(value: object) -> object:
    """What `{{ value }}` prints; refuses what has no form on paper."""
    if value is None:
        raise UndefinedError("None")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime | date):
        return cn_date(value)
    if isinstance(
        value, Mapping
    ):  # {{ superior_union }} prints its name, {{ case }} and {{ papers.request }} their number
        value = value.get("name") or value.get("number")
    if not isinstance(value, str | int | float | Decimal):
        raise TypeError(f"{type(value).__name__}: name one of its values")
    return value


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=_Missing,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printed,
    )
    environment.globals.clear()
    kept = {name: environment.filters[name] for name in template_syntax.BUILT_IN_FILTERS}
    environment.filters = {**kept, "cn_date": cn_date, "cn_number": cn_number}
    environment.tests = {name: environment.tests[name] for name in template_syntax.TESTS}
    return environment


_ENVIRONMENT = _environment()


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
        for piece in _compiled(source).generate(names):
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
def _compiled(source: str) -> Any:
    return _ENVIRONMENT.from_string(source)


@lru_cache(maxsize=256)
def _read(name: str, text: str) -> tuple[Template | None, list[Finding]]:
    """The template, or None with at least one finding."""
    if len(text) > TEMPLATE_LIMIT:
        return None, [(1, Text(f"模板超过{TEMPLATE_LIMIT}字。", f"The template exceeds {TEMPLATE_LIMIT} characters."))]
    lines = text.replace("\r\n", "\n").split("\n")
    fences = [number for number, line in enumerate(lines) if _FENCE.fullmatch(line)][:2]
    if len(fences) < 2 or any(line.strip() for line in lines[: fences[0]]):
        return None, [
            (
                1,
                Text(
                    "开头须有两行“+++”，其间写公文的代码、文种、标题等。",
                    "It must begin with two lines “+++” around the paper's code, form, title and so on.",
                ),
            )
        ]
    head, body_at = lines[fences[0] + 1 : fences[1]], fences[1] + 1
    try:
        matter = tomllib.loads("\n".join(head))
    except tomllib.TOMLDecodeError as error:
        return None, [
            (
                fences[0] + 1 + _toml_line(error),
                Text(f"“+++”之间不是有效的 TOML：{error}", f"What stands between the “+++” is not TOML: {error}"),
            )
        ]
    body = "\n" * body_at + "\n".join(lines[body_at:])
    located = _Located(head, fences[0] + 2)
    findings = _front_matter_findings(matter, located)
    findings += _syntax_findings(matter, located)
    findings += template_syntax.findings(_ENVIRONMENT, body, NAMES)
    if not "".join(lines[body_at:]).strip():
        findings.append((body_at + 1, Text("没有正文。", "There is no body.")))
    if findings:
        return None, sorted(findings, key=lambda finding: finding[0])
    return _template(name, matter, body), []


@dataclass(frozen=True, slots=True)
class _Located:
    """Where a key of the front matter stands."""

    lines: list[str]
    first: int

    def line(self, key: str) -> int:
        for number, line in enumerate(self.lines):
            if re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", line):
                return self.first + number
        return max(self.first - 1, 1)


def _front_matter_findings(matter: dict[str, Any], located: _Located) -> list[Finding]:
    found: list[Finding] = []

    def say(key: str, zh: str, en: str) -> None:
        found.append((located.line(key), Text(zh, en)))

    for key in sorted(matter.keys() - _KEYS):
        say(
            key,
            f"不认识“{key}”；可用：{'、'.join(sorted(_KEYS))}。",
            f"“{key}” is unknown; known: {', '.join(sorted(_KEYS))}.",
        )
    for key in _NEEDED:
        if key not in matter:
            say(key, f"缺少“{key}”。", f"“{key}” is missing.")
    for key in sorted(_TEXTS & matter.keys()):
        if not isinstance(matter[key], str) or not matter[key].strip():
            say(key, f"“{key}”须是文字。", f"“{key}” must be text.")
    for key in sorted(_LISTS & matter.keys()):
        if not isinstance(matter[key], list) or not all(isinstance(item, str) for item in matter[key]):
            say(key, f"“{key}”须是文字的列表。", f"“{key}” must be a list of texts.")
    if isinstance(matter.get("code"), str) and not _CODE.fullmatch(matter["code"]):
        say("code", "代码的写法是 DOC-01。", "A code is written like DOC-01.")
    forms = [form.value for form in PaperForm]
    if isinstance(matter.get("form"), str) and matter["form"] not in forms:
        say("form", f"文种须是：{'、'.join(forms)}。", f"The form must be one of {', '.join(forms)}.")
    for key in ("from", "to"):
        for relation in _as_list(matter.get(key, [])):
            if relation not in RELATIONS:
                say(
                    key,
                    f"“{relation}”不是机关关系；可用：{'、'.join(RELATIONS)}。",
                    f"“{relation}” is no relation; known: {', '.join(RELATIONS)}.",
                )
    if "to" in matter and not _as_list(matter["to"]):
        say("to", "没有主送机关。", "There is no recipient.")
    if "signer" in matter and not isinstance(matter["signer"], bool):
        say("signer", "“signer”须是 true 或 false。", "“signer” must be true or false.")
    elif matter.get("signer") is False and matter.get("form") in [form for form in PaperForm if form.goes_up]:
        say("signer", "请示、报告须注明签发人。", "A request or report must name its signer.")
    return found


def _syntax_findings(matter: dict[str, Any], located: _Located) -> list[Finding]:
    found: list[Finding] = []
    for key in ("title", "note", "copies", "attachments"):
        for source in _as_list(matter.get(key, [])):
            if isinstance(source, str):
                at = located.line(key)
                found += [(at, reason) for _line, reason in template_syntax.findings(_ENVIRONMENT, source, NAMES)]
    return found


def _template(name: str, matter: dict[str, Any], body: str) -> Template:
    form = PaperForm(matter["form"])
    return Template(
        name=name,
        code=matter["code"],
        form=form,
        sender=matter["from"],
        recipients=tuple(_as_list(matter["to"])),
        title=matter["title"],
        signer=matter.get("signer", form.goes_up),
        copies=tuple(matter.get("copies", ())),
        attachments=tuple(matter.get("attachments", ())),
        note=matter.get("note", ""),
        body=body,
    )


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _toml_line(error: tomllib.TOMLDecodeError) -> int:
    match = re.search(r"at line (\d+)", str(error))
    return int(match.group(1)) if match else 1


__all__ = ["NAMES", "RELATIONS", "Template", "check_template", "load", "parse", "render"]
