"""Reads TOML tables strictly: every mistake is found, every unknown key is refused with the nearest known one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from workflows.engine.findings import CheckFinding, suggestion
from workflows.text import Text

_TYPES = {
    str: Text("文字", "text"),
    bool: Text("true 或 false", "true or false"),
    int: Text("整数", "a whole number"),
    list: Text("列表", "a list"),
    dict: Text("表", "a table"),
}


class Table:
    """One table at ``place`` (dotted, empty for the file). Ask for each key once, then call :meth:`done`."""

    def __init__(self, file: str, place: str, values: Mapping[str, Any], findings: list[CheckFinding]) -> None:
        self.file = file
        self.place = place
        self._values = values
        self._known: list[str] = []
        self._findings = findings

    def complain(self, key: str, reason: Text) -> None:
        """Note a mistake at a key of this table, or at the table itself when the key is empty."""
        self._findings.append(CheckFinding(self.file, self._at(key), reason))

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it is required and must not be empty."""
        value = self._get(key, str, required=default is None)
        if value is None:
            return default or ""
        if default is None and not value.strip():
            self.complain(key, Text("不能为空。", "This must not be empty."))
        return str(value)

    def one_of(self, key: str, options: Collection[str], default: str | None = None) -> str:
        """One of the words in ``options``."""
        value = self.text(key, default)
        if value and value not in options:
            told = suggestion(value, options)
            self.complain(key, Text(f"不认识“{value}”{told.zh}", f'"{value}" is not known here{told.en}'))
        return value

    def texts(self, key: str, options: Collection[str] | None = None) -> tuple[str, ...]:
        """A list of texts, empty when the key is missing; each one of ``options`` where these are given."""
        values = self._get(key, list, required=False) or []
        if not all(isinstance(value, str) for value in values):
            self.complain(key, Text("列表里只能是文字。", "The list may hold text only."))
            return ()
        for value in values:
            if options is not None and value not in options:
                told = suggestion(value, options)
                self.complain(key, Text(f"不认识“{value}”{told.zh}", f'"{value}" is not known here{told.en}'))
        return tuple(values)

    def maybe(self, key: str) -> bool | None:
        """A yes or no, or None when the key is missing."""
        value = self._get(key, bool, required=False)
        return None if value is None else bool(value)

    def flag(self, key: str, default: bool) -> bool:
        """A yes or no."""
        value = self.maybe(key)
        return default if value is None else value

    def whole(self, key: str, minimum: int, maximum: int) -> int | None:
        """A whole number within both limits, or None when the key is missing."""
        value = self._get(key, int, required=False)
        if value is None:
            return None
        if not minimum <= value <= maximum:
            self.complain(
                key,
                Text(f"应在 {minimum} 和 {maximum} 之间。", f"This must lie between {minimum} and {maximum}."),
            )
        return int(value)

    def table(self, key: str, required: bool = True) -> Table | None:
        """The table below a key."""
        value = self._get(key, dict, required=required)
        return None if value is None else Table(self.file, self._at(key), value, self._findings)

    def named_tables(self, key: str, required: bool = True) -> Iterator[tuple[str, Table]]:
        """The tables below a key by their names, such as ``[steps.review]``."""
        for name, value in (self._get(key, dict, required=required) or {}).items():
            place = f"{self._at(key)}.{name}"
            if isinstance(value, dict):
                yield name, Table(self.file, place, value, self._findings)
            else:
                self._wrong_type(f"{key}.{name}", dict)

    def tables(self, key: str) -> Iterator[Table]:
        """The tables of a list of tables, such as ``[[steps.review.outcomes]]``."""
        for index, value in enumerate(self._get(key, list, required=False) or []):
            if isinstance(value, dict):
                yield Table(self.file, f"{self._at(key)}.{index}", value, self._findings)
            else:
                self._wrong_type(f"{key}.{index}", dict)

    def done(self) -> None:
        """Refuse every key that nobody asked for."""
        for key in self._values:
            if key not in self._known:
                told = suggestion(key, self._known)
                self.complain(key, Text(f"没有“{key}”这一项{told.zh}", f'There is no setting "{key}"{told.en}'))

    def _get(self, key: str, kind: type, *, required: bool) -> Any:
        self._known.append(key)
        if key not in self._values:
            if required:
                self.complain(key, Text(f"缺少“{key}”。", f'"{key}" is missing.'))
            return None
        value = self._values[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self._wrong_type(key, kind)
            return None
        return value

    def _wrong_type(self, key: str, kind: type) -> None:
        expected = _TYPES[kind]
        self.complain(key, Text(f"这里应是{expected.zh}。", f"This must be {expected.en}."))

    def _at(self, key: str) -> str:
        return ".".join(part for part in (self.place, key) if part)
