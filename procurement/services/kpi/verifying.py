"""An officer verifies: the value as reported or measured, another one with the reason, or that nothing came."""

from __future__ import annotations

from decimal import Decimal

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import Forbidden, InputErrors
from core.words import _l
from procurement.models.kpi import KpiPeriod
from procurement.queries import kpi as queries
from procurement.services.contracts.signing import FUND_SIGNERS
from procurement.services.contracts.telling import STREAM
from procurement.services.kpi.measuring import observe
from procurement.services.kpi.reporting import value_problems
from procurement.states.kpi import KPI_PERIOD


def verify(row: KpiPeriod, value: Decimal | None, reason: str, *, by: Actor) -> None:
    """`value` None: as it was said. Nobody verifies what they reported."""
    row = queries.locked(row)
    target = KPI_PERIOD.after(row.state, "verify")
    if not by.has(*FUND_SIGNERS):
        raise Forbidden(_l("A procurement officer verifies what was reported."))
    by.must_differ_from([row.reported_by] if row.reported_by else [], _l("You reported it, so someone else verifies."))
    found = row.value if value is None else value
    if value is not None and (problems := value_problems(row, value, "verified_value")):
        raise InputErrors(problems)
    if found != row.value and not reason.strip():
        raise InputErrors.at("verified_reason", _l("Say why it differs. The provider reads it."))
    row.state, row.verified_value, row.verified_reason = target, found, reason.strip()
    row.verified_by, row.verified_at = by.person, clock.now()
    db.session.flush()
    said, after = (None if number is None else f"{number.normalize():f}" for number in (row.value, found))
    told = row.named | {"value": after}
    audit.record(STREAM, Act.KPI_VERIFIED, row.number, by=by, reason=reason, before={"value": said}, after=told)
    if found is not None:
        observe(row.indicator, found, on=row.valid_until, run=row.run or "reported")
