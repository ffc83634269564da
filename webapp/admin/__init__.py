"""管理: organisations, people, procedures, parameters, calendar, audit. Administrators only."""

from webapp.admin import audit, calendar, imports, messages, organisations, parameters, people, procedures, words
from webapp.admin.blueprint import blueprint

__all__ = [
    "audit",
    "blueprint",
    "calendar",
    "imports",
    "messages",
    "organisations",
    "parameters",
    "people",
    "procedures",
    "words",
]
