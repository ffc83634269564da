"""监控: where cases are stuck, for those who manage or lead."""

from webapp.monitor import figure_views, list_views, nudge_views, saved_views
from webapp.monitor.blueprint import blueprint

__all__ = ["blueprint", "figure_views", "list_views", "nudge_views", "saved_views"]
