"""The JSON API under /api/v1, described at /api/v1/openapi.json."""

from webapp.api.views import blueprint

__all__ = ["blueprint"]
