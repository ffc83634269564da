"""监控 → 事件日志: what happened in the cases one oversees, as a file for process mining."""

from webapp.event_log.views import blueprint

__all__ = ["blueprint"]
