"""The shape of an answer: plain dictionaries, one per line, step and use."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.reference.checks import Found, View

Verdict = dict[str, Any]
STRENGTH = "RDPAI"
KINDS = ("ADM", "MEM", "PRV", "CLI", "BEN", "CAR", "PRC", "REV")


def rank(effect: str, code: str) -> tuple[int, int, str]:
    return STRENGTH.index(effect), KINDS.index(code[:3]), code


def empty(view: View, found: list[Found], state: str) -> Verdict:
    head = min((rank(each.effect, each.code) for each in found), default=None)
    return {
        "claim_id": view.line.claim_id,
        "line_no": view.line.line_no,
        "state": state,
        "headline": head[2] if head else "",
        "plan": view.plan.version,
        "submitted": view.line.amount,
        "undecided": 0,
        "quantity_milli": 0,
        "unit_price": 0,
        "eligible": 0,
        "deductible": 0,
        "copayment": 0,
        "benefit": 0,
        "member_share": 0,
        "write_off": 0,
        "findings": [
            {
                "code": each.code,
                "part": each.part,
                "effect": each.effect,
                "liable": each.liable,
                "amount": each.amount,
                "parameters": each.parameters,
            }
            for each in found
        ],
        "trace": [],
        "use": [],
    }


def asked(view: View) -> dict[str, Any]:
    return {"quantity": view.line.quantity_milli, "price": view.line.unit_price}


def step(step: str, code: str, before: int, after: int, bearer: str, parameters: dict[str, Any]) -> Verdict:
    return {
        "step": step,
        "code": code,
        "before": before,
        "after": after,
        "bearer": bearer,
        "parameters": parameters,
    }


def used(
    key: str, scope: str, subject: int, start: date, unit: str, amount: int, limit: int, used: int, period: str
) -> Verdict:
    return {
        "key": key,
        "scope": scope,
        "subject_id": subject,
        "period_start": start,
        "unit": unit,
        "amount": amount,
        "limit": limit,
        "used": used,
        "period": period,
    }
