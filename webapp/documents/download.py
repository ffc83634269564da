"""Giving out a file: always as a download, never as a page of ours."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from flask import Response, make_response


def attachment(content: bytes | Iterator[bytes], filename: str, media_type: str) -> Response:
    """The bytes, or their pieces as they come, under their own name.

    `filename` may be Chinese: browsers take the encoded form (RFC 6266).
    """
    response = make_response(content)
    response.headers["Content-Type"] = media_type
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "_" for c in filename)
    encoded = quote(filename, safe="")
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
