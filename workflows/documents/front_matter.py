"""The front matter of a paper's template: what kind of paper it is, from whom, to whom, and what belongs to it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workflows.documents.paper_text import PaperForm
from workflows.engine.settings import RELATIONS
from workflows.text import Text

TEMPLATE_LIMIT = 30_000  # characters of a template
FORMS = tuple(form.value for form in PaperForm)

Finding = tuple[int, Text]

_FENCE = re.compile(r"\+\+\+[ \t]*")
_CODE = re.compile(r"DOC-\d{2}[a-z]?")
_TEXTS = ("code", "form", "from", "title", "note")
_LISTS = ("copies", "attachments")
_KEYS = (*_TEXTS, *_LISTS, "to", "signer")
_NEEDED = ("code", "form", "from", "to", "title")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The values between the fences and the body below, which keeps its line numbers."""

    values: dict[str, Any]
    body: str
    lines: tuple[str, ...]
    first_line: int

    def line_of(self, key: str) -> int:
        """The line at which a key stands, counted from 1; of a missing key, the first fence."""
        for number, line in enumerate(self.lines):
            if re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", line):
                return self.first_line + number
        return self.first_line - 1

    def sources(self) -> Iterator[tuple[str, str]]:
        """Every value that is a Jinja source, with its key."""
        for key in ("title", "note", *_LISTS):
            for source in as_list(self.values.get(key, [])):
                if isinstance(source, str):
                    yield key, source


def read(text: str) -> tuple[FrontMatter | None, list[Finding]]:
    """The front matter and every reason why it is not a good one; None when there is none to speak of."""
    if len(text) > TEMPLATE_LIMIT:
        return None, [(1, Text(f"模板超过{TEMPLATE_LIMIT}字。", f"The template exceeds {TEMPLATE_LIMIT} characters."))]
    lines = text.replace("\r\n", "\n").split("\n")
    fences = [number for number, line in enumerate(lines) if _FENCE.fullmatch(line)][:2]
    if len(fences) < 2 or any(line.strip() for line in lines[: fences[0]]):
        return None, [(1, _NO_FENCES)]
    head, below = lines[fences[0] + 1 : fences[1]], lines[fences[1] + 1 :]
    try:
        values = tomllib.loads("\n".join(head))
    except tomllib.TOMLDecodeError as error:
        reason = Text(f"“+++”之间不是有效的 TOML：{error}", f"What stands between the “+++” is not TOML: {error}")
        return None, [(fences[0] + 1 + _toml_line(error), reason)]
    body = "\n" * (fences[1] + 1) + "\n".join(below)
    matter = FrontMatter(values, body, tuple(head), fences[0] + 2)
    found = [(matter.line_of(key), reason) for key, reason in _mistakes(values)]
    if not "".join(below).strip():
        found.append((fences[1] + 2, Text("没有正文。", "There is no body.")))
    return matter, found


def as_list(value: Any) -> list[Any]:
    """A value that may be given alone or in a list."""
    return value if isinstance(value, list) else [value]


def _mistakes(values: dict[str, Any]) -> Iterator[tuple[str, Text]]:
    yield from _unknown_and_missing(values)
    yield from _wrong_types(values)
    code, form = values.get("code"), values.get("form")
    if isinstance(code, str) and not _CODE.fullmatch(code):
        yield "code", Text("代码的写法是 DOC-01。", "A code is written like DOC-01.")
    if isinstance(form, str) and form not in FORMS:
        yield "form", Text(f"文种须是：{'、'.join(FORMS)}。", f"The form must be one of {', '.join(FORMS)}.")
    for key in ("from", "to"):
        for relation in as_list(values.get(key, [])):
            if relation not in RELATIONS:
                yield (
                    key,
                    Text(
                        f"“{relation}”不是机关关系；可用：{'、'.join(RELATIONS)}。",
                        f"“{relation}” is no relation; known: {', '.join(RELATIONS)}.",
                    ),
                )
    if values.get("to") == []:
        yield "to", Text("没有主送机关。", "There is no recipient.")
    if values.get("signer") is False and form in FORMS and PaperForm(form).goes_up:
        yield "signer", Text("请示、报告须注明签发人。", "A request or report must name its signer.")


def _unknown_and_missing(values: dict[str, Any]) -> Iterator[tuple[str, Text]]:
    for key in values:
        if key not in _KEYS:
            yield (
                key,
                Text(
                    f"不认识“{key}”；可用：{'、'.join(_KEYS)}。",
                    f"“{key}” is unknown; known: {', '.join(_KEYS)}.",
                ),
            )
    for key in _NEEDED:
        if key not in values:
            yield key, Text(f"缺少“{key}”。", f"“{key}” is missing.")


def _wrong_types(values: dict[str, Any]) -> Iterator[tuple[str, Text]]:
    for key in _TEXTS:
        if key in values and not (isinstance(values[key], str) and values[key].strip()):
            yield key, Text(f"“{key}”须是文字。", f"“{key}” must be text.")
    for key in _LISTS:
        items = values.get(key, [])
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            yield key, Text(f"“{key}”须是文字的列表。", f"“{key}” must be a list of texts.")
    if not isinstance(values.get("signer", True), bool):
        yield "signer", Text("“signer”须是 true 或 false。", "“signer” must be true or false.")


def _toml_line(error: tomllib.TOMLDecodeError) -> int:
    match = re.search(r"at line (\d+)", str(error))
    return int(match.group(1)) if match else 1


_NO_FENCES = Text(
    "开头须有两行“+++”，其间写公文的代码、文种、标题等。",
    "It must begin with two lines “+++” around the paper's code, form, title and so on.",
)
