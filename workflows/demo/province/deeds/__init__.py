"""How the invented people do each step of the shipped procedures: one module for each family of procedures.

A step that nobody here knows how to do stays open, as it would in an office.
"""

from workflows.demo.province.deeds import (
    elections,
    enterprise_unions,
    federations,
    leaders,
    registrations,
    staffing,
    terms,
    zone_unions,
)

__all__ = [
    "elections",
    "enterprise_unions",
    "federations",
    "leaders",
    "registrations",
    "staffing",
    "terms",
    "zone_unions",
]
