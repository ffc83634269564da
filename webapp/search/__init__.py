"""查找: over everything one may see."""

from webapp.search.views import blueprint

__all__ = ["blueprint"]
