"""The facts that care and claims are compared with: hours, rosters, rooms, professionals, other insurers, papers.

All come in as files, through the doors that the fund's and the providers' people use.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

import care.services as care
from claims import documents
from claims.models import Claim
from core import clock
from core.actors import Actor
from core.config import fund
from core.db import db
from core.imports import Desk, Sender
from core.tables import csv_bytes
from demo.people import Staff
from demo.story.told import HOLIDAYS, Story
from demo.story.troubles import RETIRED, SURGEON
from demo.world import World
from members import queries as members
from members import services as member_services
from providers.models import Provider
from providers.services import importing as register

REPORT = "%PDF-1.4\n% Surgeon’s report, invented.\n%%EOF\n".encode()
OPEN = "07:00-18:00"
INSURER = "Port Workers’ Mutual"


def grant_homes(told: Story, country: World, staff: Staff) -> None:
    """Level 3 for everyone who lives in the home."""
    for number, since in told.granted:
        member = members.member(number)
        assert member is not None
        care.decide_grant(
            member,
            service_line="long_term_care",
            valid_from=since,
            valid_until=country.today + dt.timedelta(days=365),
            care_level=3,
            reason="assessment at home",
            by=staff.assessor,
        )


def record(told: Story, country: World, numbers: Mapping[str, str], staff: Staff) -> None:
    """Everything that stands before the months begin."""
    first = country.first_month
    hours: list[dict[str, Any]] = [
        {"provider_id": row.key, "facility_id": "1", "valid_from": first}
        | dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), OPEN)
        for row in country.of_kind("nursery")
    ]
    closed: list[dict[str, Any]] = [
        {"provider_id": row.key, "facility_id": "1", "first_on": day, "reason": "Public holiday"}
        for row in country.of_kind("nursery")
        for day in _holidays(country)
    ]
    sheets = (("opening-hours", hours), ("closures", closed), ("roster", told.shifts), ("occupancies", told.homes))
    for kind, rows in sheets:
        known = [dict(row, provider_id=numbers[row["provider_id"]]) for row in rows]
        _bring_in(care.DESK, f"touiza-{kind}", known, staff.assessor)
    practice = {"qualification": "Eye surgeon", "source": "Chamber of physicians"}
    retired_on = country.months()[9]
    surgeons = [
        {"number": SURGEON, "valid_from": first, "valid_until": "", **practice},
        {"number": RETIRED, "valid_from": first, "valid_until": retired_on, **practice},
    ]
    _bring_in(register.DESK, "touiza-professionals", surgeons, staff.registrar)
    insured = [
        {"member_id": person.number, "payer": INSURER, "service_line": "health", "valid_from": country.months()[20]}
        for person in country.people[-1:-91:-30]
    ]
    _bring_in(member_services.DESK, "touiza-other-covers", insured, staff.registrar)


def _holidays(country: World) -> list[dt.date]:
    years = {month.year for month in country.months()}
    return [dt.date(year, month, day) for year in sorted(years) for month, day in sorted(HOLIDAYS)]


def _bring_in(desk: Desk, name: str, rows: Sequence[dict[str, Any]], by: Actor) -> None:
    """Through the importer, as a file of the fund; a wrong row of our own is a fault of the demo."""
    if not rows:
        return
    names = desk.layout(name).columns.columns
    content = csv_bytes(names, [[str(row.get(column, "")) for column in names] for row in rows])
    report = desk.read(content, f"{name}.csv", name)
    if report.wrong:
        raise RuntimeError(f"The demo's own file {name} has {len(report.wrong)} wrong rows, first: {report.wrong[0]}")
    desk.layout(name).write(report.values, Sender(f"{name}.csv", by))


def send_papers(papers: Sequence[tuple[str, str]], numbers: Mapping[str, str], staff: Staff) -> None:
    """The reports that operations of the month wait for."""
    for key, claim_no in papers:
        query = select(Claim.number).join(Provider, Provider.organisation_id == Claim.organisation_id)
        query = query.where(Provider.number == numbers[key], Claim.provider_claim_no == claim_no)
        number = db.session.execute(query).scalar_one()
        documents.attach(
            number, "Surgeon’s report", REPORT, "report.pdf", by=staff.claims_officer, at=clock.now(), zone=fund().zone
        )
