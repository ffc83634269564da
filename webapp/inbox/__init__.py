"""我的工作: what I owe, what I did, what I asked for, what I was told."""

from webapp.inbox import bulk_views
from webapp.inbox.views import blueprint

__all__ = ["blueprint", "bulk_views"]
