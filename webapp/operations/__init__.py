"""What an office does to a task or a case besides deciding it: one small page for each operation."""

from webapp.operations import case_views, opinion_views, proxy_views, send_back_views, task_views
from webapp.operations.blueprint import blueprint

__all__ = ["blueprint", "case_views", "opinion_views", "proxy_views", "send_back_views", "task_views"]
