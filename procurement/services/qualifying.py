"""Whether who bids still meets what the notice asks, on a given day: lead and partners alike.

Asked when bids close, at the admission and on the day of the award; the look-back reads the fund's own award register.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from core.words import _l
from procurement.models.bid import Bid
from procurement.models.tender import Lot, Tender
from procurement.queries import bids as queries
from procurement.queries.joint import members_of
from procurement.services import rules
from procurement.services.participation import conditions
from providers.queries import has_stage
from providers.states import STAGES


def failing(bid: Bid, lot: Lot, on: dt.date) -> Sequence[Any]:
    """A sentence for each condition of `lot` that the lead or a partner does not meet on `on`; none: it may take it."""
    return [
        _l("%(name)s, on %(day)s: not met: %(what)s.", name=member.name, day=on.isoformat(), what=what)
        for member in members_of(bid)
        for what in _missing(bid.tender, lot, member.id, on)
    ]


def _missing(tender: Tender, lot: Lot, organisation_id: int, on: dt.date) -> Iterable[Any]:
    stage = rules.periods(on).bidder_stage
    if not has_stage(organisation_id, stage, on):
        yield STAGES[stage]
    if not queries.gives_service_line(organisation_id, tender.service_line):
        yield _l("Registered for this service line")
    yield from (row.text for row in conditions(tender, lot, organisation_id, on) if not row.is_met)
