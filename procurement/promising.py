"""What a bidder promises on social criteria: texts of the draft as values, and what is wrong with them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from core.errors import Problem
from core.words import _l
from procurement.models.tender import Criterion


def promised_value(criterion: Criterion, text: str) -> Decimal | bool | None:
    """A promise as the scale reads it; None where nothing was promised."""
    if text == "":
        return None
    if criterion.measure == "bool":
        return text == "yes"
    return Decimal(text)


def read_promise(criterion: Criterion, text: str) -> Decimal | bool | None:
    """As `promised_value`; a word where a number is asked for promises nothing. A sealed bid is not checked before."""
    try:
        value = promised_value(criterion, text)
    except InvalidOperation:
        return None
    return value if isinstance(value, bool) or value is None or value.is_finite() else None


def staff_code(criterion: Criterion) -> str:
    """Where the share among all staff stands, which parity compares with."""
    return f"{criterion.code}.staff"


def staff_share(criterion: Criterion, promises: Mapping[str, str]) -> Decimal | None:
    """Per cent; None where it was not said, or the criterion does not ask."""
    if criterion.measure != "parity":
        return None
    value = read_promise(criterion, promises.get(staff_code(criterion), ""))
    return value if isinstance(value, Decimal) and 0 <= value <= 100 else None


def promise_problems(criteria: Sequence[Criterion], promises: Mapping[str, str]) -> list[Problem]:
    """Numbers that are none, more than all, and promises on the wrong side of a gate."""
    found = (_problem(row, promises) for row in criteria if row.measure != "bool")
    return [problem for problem in found if problem]


def _problem(row: Criterion, promises: Mapping[str, str]) -> Problem | None:
    most = Decimal(100) if row.measure == "parity" else None
    return (
        _number_problem(row, row.code, promises, most)
        or (_staff_problem(row, promises) if row.measure == "parity" else None)
        or (_gate_problem(row, promises) if row.gate is not None else None)
    )


def _number_problem(row: Criterion, code: str, promises: Mapping[str, str], most: Decimal | None) -> Problem | None:
    text = promises.get(code, "")
    try:
        value = Decimal(text or "0")
    except InvalidOperation:
        value = Decimal("NaN")
    if value.is_finite() and value >= 0 and (most is None or value <= most):
        return None
    return Problem(code, _l("%(name)s: write a number, like 72 or 2.5.", name=row.name), text)


def _staff_problem(row: Criterion, promises: Mapping[str, str]) -> Problem | None:
    code = staff_code(row)
    if promises.get(row.code, "") and not promises.get(code, ""):
        return Problem(code, _l("%(name)s: say the share among all staff too.", name=row.name))
    return _number_problem(row, code, promises, Decimal(100))


def _gate_problem(row: Criterion, promises: Mapping[str, str]) -> Problem | None:
    value = promised_value(row, promises.get(row.code, ""))
    if value is None or row.scale().is_passed(value):
        return None
    gate = f"{row.gate.normalize():f}" if row.gate is not None else ""
    message = _l("%(name)s: the bound is %(gate)s; a bid on the other side of it cannot win.", name=row.name, gate=gate)
    return Problem(row.code, message, promises[row.code])
