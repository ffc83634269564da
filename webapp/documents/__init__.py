"""公文: registers of numbers, issued papers, and the download of papers and uploads."""

from webapp.documents.views import blueprint

__all__ = ["blueprint"]
