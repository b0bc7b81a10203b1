"""Records of providers, as quality wrote them on the register."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import or_, select

from core.db import db
from core.organisations import Organisation
from providers.models import Provider, ProviderServiceLine


@dataclass(frozen=True, slots=True)
class Held:
    """A provider's record: `score` from 0 to 100 over so many published `periods`."""

    score: Decimal
    periods: int


def held_records(service_line: str, numbers: Collection[str]) -> dict[str, Held]:
    """Organisation number → record, of every provider of this care and of those named."""
    of_line = select(ProviderServiceLine.organisation_id).where(ProviderServiceLine.service_line == service_line)
    query = (
        select(Organisation.number, Provider.record_score, Provider.record_periods)
        .join(Provider, Provider.organisation_id == Organisation.id)
        .where(or_(Organisation.id.in_(of_line), Organisation.number.in_(numbers)))
    )
    return {number: Held(score, periods) for number, score, periods in db.session.execute(query) if score is not None}
