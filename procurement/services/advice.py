"""What the officer is told while a notice is drafted: which condition fails, and whether anyone could bid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from decimal import ROUND_DOWN, Decimal

from core import clock
from core.config import fund
from core.errors import Problem
from procurement import capacity, readiness, reserving
from procurement.capacity import LotReach
from procurement.models.tender import Tender
from procurement.queries.capacity import units_of_line
from procurement.readiness import Topic, topics
from procurement.reserving import Facts
from procurement.services import rules
from providers.queries import SseRecords


def conditions(tender: Tender, at: dt.datetime) -> list[Topic]:
    """Every condition of publication as it stands now."""
    return topics(tender, at, rules.publication(clock.local_day(at, fund().zone)))


def warnings(tender: Tender) -> list[Problem]:
    """Bounds on weights that the fund only warns of."""
    return readiness.warnings(tender, rules.periods(clock.today(fund().zone)))


def could_anyone_bid(tender: Tender) -> Sequence[LotReach]:
    """Per lot, on the contract’s first day; a lot reserved by legal form counts those forms alone."""
    on = tender.starts_on
    periods, reserved = rules.periods(on), rules.reservations(on)
    gives = periods.yields.get(tender.service_line, capacity.Yield())
    providers = units_of_line(tender.service_line, on)
    records = SseRecords([row.organisation_id for row in providers])
    found = []
    for lot in tender.lots:
        able = [row for row in providers if lot.reservation != "res-sse" or _may(row, records, on, reserved)]
        found.append(capacity.reach(lot.number, lot.units, tender.starts_on, tender.ends_on, able, gives))
    return found


def free_together(tender: Tender, organisation_ids: Collection[int]) -> Decimal:
    """What these units can give over the whole term, summed; whole units."""
    on = tender.starts_on
    gives = rules.periods(on).yields.get(tender.service_line, capacity.Yield())
    years = Decimal((tender.ends_on - on).days + 1) / capacity.DAYS_OF_A_YEAR
    units = [row for row in units_of_line(tender.service_line, on) if row.organisation_id in set(organisation_ids)]
    return sum((row.free(gives) * years for row in units), Decimal(0)).quantize(Decimal(1), ROUND_DOWN)


def _may(unit: capacity.Unit, records: SseRecords, on: dt.date, reserved: reserving.Reservations | None) -> bool:
    """What legal form and assessment decide; evidence is looked at in the bid."""
    facts = Facts(unit.legal_form, sse=records.on(unit.organisation_id, on))
    return all(row.is_met for row in reserving.bidder_conditions("res-sse", facts, on, reserved))
