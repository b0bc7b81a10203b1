"""How a promise is followed up, in one sentence or two: for the paper of the contract and for bidders."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.words import _, _l
from procurement.kpi.terms import FollowUp
from procurement.models.contract import ContractIndicator
from procurement.models.kpi import KpiPeriod

PERIODS: dict[str, Any] = {"month": _l("each month"), "quarter": _l("each quarter"), "year": _l("each year")}


def follow_up_words(row: FollowUp | ContractIndicator, unit: str) -> str:
    """“Reported each quarter. …”: what a shortfall takes and an excess brings, or that no money hangs on it."""
    said = [_("Reported %(period)s; a gap of up to %(tolerance)s %(unit)s counts as kept.",
              period=PERIODS[row.period], tolerance=_short(row.tolerance), unit=unit)]  # fmt: skip
    if row.malus_rate and row.malus_cap:
        said.append(_("A shortfall takes %(rate)s %% × gap ÷ commitment of the accepted value, at most %(cap)s %%.",
                      rate=_short(row.malus_rate), cap=_short(row.malus_cap)))  # fmt: skip
    if row.bonus_rate and row.bonus_cap:
        said.append(_("More than promised brings %(rate)s %% × gap ÷ commitment of it, at most %(cap)s %%.",
                      rate=_short(row.bonus_rate), cap=_short(row.bonus_cap)))  # fmt: skip
    return " ".join(said)


def reckoned(row: KpiPeriod) -> str:
    """How the per cent of a settled period came about, as anyone can reckon it again."""
    stake, value = row.stake, row.verified_value
    if value is None:
        return (
            _("no value of our own: nobody is judged") if row.indicator.source else _("no value: the whole is missed")
        )
    gap = abs(value - stake.committed)
    if gap <= stake.tolerance:
        return _("within the tolerance")
    is_short = (value > stake.committed) == stake.is_lower_better
    rate, cap = (stake.malus_rate, stake.malus_cap) if is_short else (stake.bonus_rate, stake.bonus_cap)
    if not rate or not cap:
        return _("no money hangs on it")
    whole = stake.committed or stake.span or gap
    numbers = {"rate": _short(rate), "gap": _short(gap), "whole": _short(whole), "cap": _short(cap)}
    return _("%(rate)s × %(gap)s ÷ %(whole)s, at most %(cap)s", **numbers)


def _short(value: Decimal) -> str:
    return f"{Decimal(value).normalize():f}"
