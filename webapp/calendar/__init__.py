"""日历: what falls due for the reader, by month or as a list, and as a feed for other calendars."""

from webapp.calendar import feed_views, views
from webapp.calendar.blueprint import blueprint

__all__ = ["blueprint", "feed_views", "views"]
