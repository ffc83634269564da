"""Tables, the database and its migrations."""

from workflows.storage.base import Base
from workflows.storage.database import Database, NotDurable

__all__ = ["Base", "Database", "NotDurable"]
