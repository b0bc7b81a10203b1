"""A lot moves while its tender stands where it may: a cancelled tender has no award left to decide."""

from __future__ import annotations

from core.states import IllegalStep
from core.words import _l
from procurement.models.tender import Lot
from procurement.states.tender import LOT, LOT_WITHIN, TENDER


def lot_after(lot: Lot, action: str) -> str:
    """The state that `action` leads this lot to; refused in words by the lot's state and by the tender's."""
    target, state = LOT.after(lot.state, action), lot.tender.state
    if state not in LOT_WITHIN[action]:
        message = _l(
            "Lot %(lot)s does not move now: its tender is at “%(state)s”.", lot=lot.number, state=TENDER.states[state]
        )
        raise IllegalStep(message)
    return target
