"""打印: the whole case on paper."""

from webapp.printing.views import blueprint

__all__ = ["blueprint"]
