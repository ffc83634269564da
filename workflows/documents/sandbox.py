"""Where a paper's template runs: values only, no attribute or method of any Python object, nothing that loops for long."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, Undefined
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from workflows.documents import template_syntax
from workflows.documents.text_forms import cn_date, cn_number


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
    if isinstance(value, Undefined):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime | date):
        return cn_date(value)
    if isinstance(
        value, Mapping
    ):  # {{ superior_union }} prints its name, {{ case }} and {{ papers.request }} their number
        value = value.get("name") or value.get("number")
    if not isinstance(value, str | int | float | Decimal):
        raise TypeError("an empty value" if value is None else f"a {type(value).__name__}; name one of its values")
    return value


class _Values(ImmutableSandboxedEnvironment):
    """`a.b` is the value named b of a mapping and nothing else; a key `values` or `title` never meets a method."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Undefined):
            return obj[attribute]
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(name=attribute)
        if isinstance(obj, LoopContext):
            return super().getattr(obj, attribute)
        return self.undefined(name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, list | tuple) and isinstance(argument, int):
            return obj[argument] if -len(obj) <= argument < len(obj) else self.undefined(name=str(argument))
        return self.getattr(obj, argument)


def _environment() -> ImmutableSandboxedEnvironment:
    environment = _Values(
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


ENVIRONMENT = _environment()


@lru_cache(maxsize=2048)  # the shipped procedures have some hundred sources
def compiled(source: str) -> Template:
    """The template of this source, which has passed ``template_syntax.findings``."""
    return ENVIRONMENT.from_string(source)
