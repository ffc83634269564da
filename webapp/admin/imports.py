"""Import of organisations."""

from webapp.admin.blueprint import blueprint


@blueprint.get("/import")
def import_organisations() -> str:
    return ""
