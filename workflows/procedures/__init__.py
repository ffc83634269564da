"""The Python side of procedures: what their diagrams call by name.

One module or more for each procedure that changes something; importing this package registers them all.
"""

from workflows.procedures import zone_union, zone_union_election

__all__ = ["zone_union", "zone_union_election"]
