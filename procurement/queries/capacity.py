"""What accredited providers can give: places, workers, and what contracts already hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import func, or_, select

from core.db import db
from core.organisations import Organisation
from procurement.capacity import DAYS_OF_A_YEAR, Unit
from procurement.models.contract import Contract, ContractLine
from procurement.workforce import WORKERS
from providers.models import Provider, ProviderServiceLine, Site, SiteCapacity
from providers.queries import accredited, facts_on


def units_of_line(service_line: str, on: dt.date) -> Sequence[Unit]:
    """Every provider of the line that is accredited on `on`: few statements, however many there are."""
    query = (
        select(Organisation.id, Organisation.name, Organisation.legal_form)
        .join(Provider, Provider.organisation_id == Organisation.id)
        .join(ProviderServiceLine, ProviderServiceLine.organisation_id == Organisation.id)
        .where(ProviderServiceLine.service_line == service_line, accredited(Organisation.id, on))
    )
    places, busy = _places(service_line, on), _busy(service_line, on)
    rows = db.session.execute(query.order_by(Organisation.id)).all()
    said = facts_on([row.id for row in rows], [WORKERS], on)
    return [
        Unit(
            row.id,
            row.name,
            row.legal_form,
            places.get(row.id, 0),
            int(said[row.id][WORKERS].figure) if WORKERS in said.get(row.id, ()) else 0,
            busy.get(row.id, Decimal(0)),
        )
        for row in rows
    ]


def _places(service_line: str, on: dt.date) -> dict[int, int]:
    query = select(Site.organisation_id, func.sum(SiteCapacity.licensed_places)).join(SiteCapacity.site)
    query = query.where(
        SiteCapacity.service_line == service_line,
        SiteCapacity.valid_from <= on,
        or_(SiteCapacity.valid_until.is_(None), SiteCapacity.valid_until >= on),
    )
    return {row[0]: int(row[1]) for row in db.session.execute(query.group_by(Site.organisation_id))}


def _busy(service_line: str, on: dt.date) -> dict[int, Decimal]:
    """Organisation → units a year of contracts that run on `on`; a line without a volume binds nothing certain."""
    query = (
        select(Contract.organisation_id, ContractLine.volume, Contract.valid_from, Contract.valid_until)
        .join(ContractLine.contract)
        .where(
            Contract.service_line == service_line,
            Contract.state.in_(("drawn", "active")),
            Contract.valid_from <= on,
            Contract.valid_until >= on,
            ContractLine.volume.is_not(None),
        )
    )
    found: dict[int, Decimal] = {}
    for organisation_id, volume, begins, ends in db.session.execute(query):
        years = Decimal((ends - begins).days + 1) / DAYS_OF_A_YEAR
        found[organisation_id] = found.get(organisation_id, Decimal(0)) + Decimal(volume or 0) / years
    return found
