"""Contracts and what came of them: promises, observations, misses, changes of prices, sums paid. No person anywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from core.audit import AuditEntry
from core.config import fund
from core.money import to_decimal
from procurement.models.breach import Breach
from procurement.models.contract import Contract, ContractIndicator
from procurement.models.ending import ContractEnding
from procurement.models.evaluation import Award
from procurement.ocds.codes import coded, codes
from procurement.ocds.outcome import Outcome
from procurement.ocds.values import amount, days, instant, last_instant, number


def contracts_section(outcome: Outcome) -> list[dict[str, Any]]:
    """Those whose award was told to the bidders."""
    pairs = [(row, outcome.award_of(row)) for row in outcome.contracts]
    return [_contract(outcome, row, award) for row, award in pairs if award is not None]


def _contract(outcome: Outcome, row: Contract, award: Award) -> dict[str, Any]:
    is_told = award.bid_id not in outcome.without_price
    shown = [indicator for indicator in row.indicators if not _is_too_small(indicator, indicator.committed)]
    measured = [indicator for indicator in row.indicators if _has_value(indicator)]
    return {
        "id": row.number,
        "awardID": award.number,
        "title": row.title,
        "status": coded("contract_status", row.state),
        "period": days(row.valid_from, row.valid_until),
        "value": amount(row.budget) if row.budget is not None and is_told else None,
        "dateSigned": instant(row.signed_at) if row.signed_at else None,
        "agreedMetrics": [_metric(indicator) for indicator in shown],
        "amendments": [_amendment(entry) for entry in outcome.changes.get(row.number, ())],
        "implementation": {
            "transactions": _transactions(row, outcome.paid.get(row.number, {})),
            "metrics": [_observed(indicator) for indicator in measured],
            "performanceFailures": [
                *(_failure(row, indicator) for indicator in measured if indicator.is_missed),
                *(_breach(one) for one in outcome.breaches.get(row.id, ())),
            ],
            **_end(outcome.endings.get(row.id)),
        },
    }


def _breach(row: Breach) -> dict[str, Any]:
    """A breach that was found and stands; its words stay between the sides."""
    found = {"id": row.number, "category": row.code, "events": 1, "penaltyPaid": row.collected_at is not None}
    if row.penalty:
        found["penaltyImposed"] = f"{to_decimal(row.penalty, fund().currency.exponent)} {fund().currency.code}"
    return found


def _end(row: ContractEnding | None) -> dict[str, Any]:
    """Ended early: when, how, and whether what was agreed until then was given."""
    return {} if row is None else {"endDate": last_instant(row.last_on), "endReason": row.kind, "endResult": row.result}


def _amendment(entry: AuditEntry) -> dict[str, Any]:
    """What changed while the contract runs. The reason was written to the provider, and stays with it."""
    said = entry.after or {}
    text = f"A price was agreed for {said.get('service')}, from {said.get('from')}."
    found = {"id": str(entry.sequence), "date": instant(entry.recorded_at), "description": text}
    if "amendment" not in said:
        return found
    return found | {"description": "; ".join([f"From {said['from']}", *said["changes"]]), "rationale": said["code"]}


def _transactions(row: Contract, paid: Mapping[str, int]) -> list[dict[str, Any]]:
    """One sum for each month."""
    return [
        {"id": f"{row.number}-{month}", "date": last_instant(_last_day(month)), "value": amount(paid[month])}
        for month in sorted(paid)
    ]


def _last_day(month: str) -> dt.date:
    first = dt.date.fromisoformat(f"{month}-01")
    return (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


def _metric(row: ContractIndicator) -> dict[str, Any]:
    said = {"id": "1", "measure": number(row.committed.normalize()), "unit": {"name": row.unit}}
    return {"id": row.code, "title": row.name, "description": row.evidence, "observations": [said]}


def _value(row: ContractIndicator) -> Decimal | None:
    text = (row.measured or {}).get("value")
    return None if text is None else Decimal(text)


def _has_value(row: ContractIndicator) -> bool:
    """Measured, and not so small that it tells of single people."""
    value = _value(row)
    return value is not None and not _is_too_small(row, value)


def _is_too_small(row: ContractIndicator, value: Decimal) -> bool:
    rule = codes()["suppressed"]
    return row.code in rule["criteria"] and value < rule["fewest"]


def _observed(row: ContractIndicator) -> dict[str, Any]:
    measured = row.measured or {}
    found = {"id": measured["on"], "measure": number(Decimal(measured["value"])), "unit": {"name": row.unit}}
    return {"id": row.code, "title": row.name, "observations": [found]}


def _failure(contract: Contract, row: ContractIndicator) -> dict[str, Any]:
    """What it costs is in the contract's paper; a cut is an act of its own and is not claimed here."""
    on = dt.date.fromisoformat((row.measured or {})["on"])
    return {
        "id": f"{row.code}-{on.isoformat()}",
        "category": row.name,
        "period": days(contract.valid_from, on) if on >= contract.valid_from else {"endDate": last_instant(on)},
        "events": 1,
    }
