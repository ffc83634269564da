"""办事大厅、办件、任务: starting, following and doing."""

from webapp.cases import case_views, correction_views, preview_views, reply_views, start_views, task_views
from webapp.cases.blueprint import blueprint

__all__ = ["blueprint", "case_views", "correction_views", "preview_views", "reply_views", "start_views", "task_views"]
