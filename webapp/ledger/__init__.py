"""台账: zones, their enterprises, import and export."""

from webapp.ledger import enterprises, imports, zones
from webapp.ledger.blueprint import blueprint

__all__ = ["blueprint", "enterprises", "imports", "zones"]
