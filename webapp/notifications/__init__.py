"""通知设置: how a person is told outside the application."""

from webapp.notifications.views import blueprint

__all__ = ["blueprint"]
