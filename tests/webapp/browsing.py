"""A browser without JavaScript: opens pages, fills in the forms it finds there, presses buttons."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import lxml.html
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Files = dict[str, tuple[str, bytes]]


@dataclass
class Page:
    """What the server answered; `text` is what a reader sees."""

    browser: Browser
    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def location(self) -> str:
        return self.response.request.path

    @property
    def tree(self) -> Any:
        return lxml.html.fromstring(self.response.get_data(as_text=True))

    @property
    def text(self) -> str:
        return " ".join(self.tree.text_content().split())

    def form(self, place: str) -> Any:
        """The form with this id, or else the one that posts to this address."""
        found = [f for f in self.tree.forms if f.get("id") == place or f.get("action") == place]
        assert found, f"no form {place} on {self.location}: {[f.get('action') for f in self.tree.forms]}"
        return found[0]

    def values(self, place: str) -> dict[str, Any]:
        """What the form would send if nothing were changed, buttons aside."""
        return dict(self.form(place).form_values())

    def press(self, place: str, do: str | None = None, *, files: Files | None = None, **typed: Any) -> Page:
        """Fill in fields of a form and press its button `do`. `typed` names fields with `__` for `/`."""
        form = self.form(place)
        fields: dict[str, Any] = dict(form.form_values())
        for name, value in typed.items():
            fields[("/" + name.lstrip("_") if "__" in name else name).replace("__", "/")] = value
        if do is not None:
            assert form.xpath(f'.//button[@name="do"][@value="{do}"]') or self.tree.xpath(
                f'//button[@form="{form.get("id")}"][@value="{do}"]'
            ), f"no button {do}"
            fields["do"] = do
        for name, (filename, content) in (files or {}).items():
            fields[name] = (io.BytesIO(content), filename)
        return self.browser.post(form.get("action"), fields)


@dataclass
class Browser:
    """One person's browser."""

    client: FlaskClient

    def get(self, path: str, **options: Any) -> Page:
        return Page(self, self.client.get(path, follow_redirects=True, **options))

    def post(self, path: str, fields: dict[str, Any], **options: Any) -> Page:
        return Page(
            self,
            self.client.post(path, data=fields, content_type="multipart/form-data", follow_redirects=True, **options),
        )

    def sign_in(self, username: str, password: str) -> Page:
        return self.get("/sign-in").press("sign-in", username=username, password=password)
