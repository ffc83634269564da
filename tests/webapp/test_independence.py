"""11.2, P48: a union office that was put into a department is told of wherever the zone is looked at."""

from __future__ import annotations

from datetime import date

import pytest

from tests.webapp.conftest import Site
from workflows.storage.ledger import Zone
from workflows.storage.organisations import Organisation, OrganisationKind


@pytest.fixture
def merged(site: Site) -> Site:
    with site.db.write() as session:
        department = Organisation(
            code="D-1", name="党群工作部", kind=OrganisationKind.PARTY_COMMITTEE, valid_from=date(2020, 1, 1)
        )
        session.add(department)
        session.flush()
        session.get_one(Zone, site.world.zone_id).office.parent_id = department.id
    return site


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("zone_secretary", "/ledger/zones/{zone}"),
        ("zone_secretary", "/start/zone_union?applicant={office}"),
        ("admin", "/admin/organisations"),
    ],
)
def test_the_alert_names_the_department_and_the_rule(merged: Site, who: str, path: str) -> None:
    office = merged.world.applicants["zone_secretary"]
    page = merged.browser(who).get(path.format(zone=merged.world.zone_id, office=office))
    assert page.status == 200
    assert "机构不独立，应当纠正" in page.text
    assert "工会机构归属“党群工作部”" in page.text


def test_an_office_under_its_union_alerts_nobody(site: Site) -> None:
    for who, path in (("zone_secretary", f"/ledger/zones/{site.world.zone_id}"), ("admin", "/admin/organisations")):
        assert "机构不独立" not in site.browser(who).get(path).text
