"""A planted error in either adjudicator is caught: the comparison reports a difference, and makes it small."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from math import ceil
from typing import Any

import pytest

from claims.adjudication import decide
from claims.case import Case
from tests.reference import adjudicator, checks, pricing
from tests.reference.checks import member
from tests.reference.comparing import Answer, Difference, difference, is_equal, told
from tests.reference.generator import Plans, generated
from tests.reference.ledger import Ledger
from tests.reference.planting import planted

LINES = 6000

# where, what stands there, what is planted instead, a word of the expected difference
ENGINE = {
    "a frequency window one day too long": (
        "claims.rules.benefit",
        "abs((other.service_on - on).days) < gap",
        "abs((other.service_on - on).days) <= gap",
        "BEN-04",
    ),
    "a frequency window that looks only backwards": (
        "claims.rules.benefit",
        "abs((other.service_on - on).days) < gap",
        "0 <= (on - other.service_on).days < gap",
        "BEN-04",
    ),
    "amounts rounded half down": (
        "claims.pricing.step",
        "(quantity_milli * unit_price * 2 + MILLI) // (2 * MILLI)",
        "(quantity_milli * unit_price * 2 + MILLI - 1) // (2 * MILLI)",
        "ADM-06",
    ),
    "a ceiling that ignores the household": (
        "claims.terms",
        'if limit.scope == "household":',
        'if limit.scope == "nobody":',
        "household",
    ),
    "the deductible after the shares": (
        "claims.pricing.sharing",
        "(deductibles, copayment, percentage_share, banded_share, family_fee, net_ceilings)",
        "(copayment, percentage_share, banded_share, family_fee, deductibles, net_ceilings)",
        "deductible",
    ),
    "the filing deadline a day early": (
        "claims.rules.admission",
        "(line.received_on - line.service_on).days <= days",
        "(line.received_on - line.service_on).days < days",
        "ADM-04",
    ),
    "admission and discharge days inside the stay": (
        "claims.rules.care.records",
        "stay.admitted_on < begins",
        "stay.admitted_on <= begins",
        "CAR-03",
    ),
    "a pending line that uses a limit up": (
        "claims.use",
        "if line.state == PENDED and not line.is_reserving:",
        "if line.state == DENIED:",
        "REV-01",
    ),
    "a waiting period one day too long": (
        "claims.rules.member",
        "line.service_on < until",
        "line.service_on <= until",
        "MEM-04",
    ),
    "the member bears what is above the agreed price": (
        "claims.pricing.eligible",
        'decision.benefit - cheaper, PROVIDER, {"tariff"',
        'decision.benefit - cheaper, MEMBER, {"tariff"',
        "PRC-01",
    ),
    "a quantity limit that forgets what was used": (
        "claims.limits",
        "used.get(terms.quantity_window(limit.key, limit.period), 0)",
        "0",
        "BEN-03",
    ),
    "a refused line that still tells the kind of its claim": (
        "claims.adjudication",
        "terms.closed = closed",
        "terms.closed = set()",
        "count",
    ),
    "a line of many days that meets one window only": (
        "claims.spread",
        "return period_start(period, begins, None) != period_start(period, ends, None)",
        "return False",
        "BEN-03",
    ),
    "records of one week that fill another": (
        "claims.spread",
        "return left if self.recorded == UNKNOWN else min(left, self.recorded)",
        "return left",
        "quantity:",
    ),
    "a discharge and an admission on one day taken for two stays": (
        "claims.rules.similar",
        "max(_begins(line), _begins(other)) < min(line.service_on, other.service_on)",
        "max(_begins(line), _begins(other)) <= min(line.service_on, other.service_on)",
        "REV-01",
    ),
    "a reviewer who may approve more than was adjudicated": (
        "claims.pricing.reviewed",
        "if quantity < before:",
        "if quantity != before:",
        "quantity_milli",
    ),
    "a line that a reviewer refused and that is paid all the same": (
        "claims.rules.clinical",
        "if said is None or (said.quantity_milli and said.unit_price):",
        "if said is None or said is not None:",
        "CLI-03",
    ),
    "silence about an income that gains": (
        "claims.pricing.sharing",
        "percent = max(row.share, *row.share_by_band.values())",
        "percent = row.share",
        "banded_share",
    ),
    "an unknown income that counts as the lowest fee": (
        "claims.pricing.sharing",
        "childcare.income(terms.household.monthly_income)",
        "childcare.income(terms.household.monthly_income or 0)",
        "family_fee",
    ),
}


@cache
def cases() -> list[tuple[Case, Plans, Answer]]:
    return [(case, plans, adjudicator.decide(case, plans)) for case, plans in generated(11, LINES)]


def first_difference(engine: Callable[..., Any]) -> Difference | None:
    for case, plans, answer in cases():
        if not is_equal(told(engine(case, plans)), answer):
            return difference(case, lambda c, p=plans: told(engine(c, p)), lambda c, p=plans: adjudicator.decide(c, p))
    return None


@pytest.mark.parametrize("name", ENGINE)
def test_an_error_planted_in_the_engine_is_reported(name: str) -> None:
    module, old, new, word = ENGINE[name]
    found = first_difference(planted(module, old, new))
    assert found is not None, "nobody noticed"
    assert word in found.text
    assert len(found.case.lines) <= 5, "the case was not made small"


def test_an_engine_with_nothing_changed_is_equal() -> None:
    assert first_difference(planted("claims.use", "class Ledger:", "class Ledger:")) is None


def half_down(exact: Fraction) -> int:
    return ceil(exact - Fraction(1, 2))


def without_opening(ledger: Ledger, key: str, scope: str, subject: int, start: Any) -> int:
    of_claims = [entry for claim, entry in ledger.entries(key, scope, subject, start) if claim]
    return sum(entry["amount"] for entry in of_claims)


def a_day_too_long(view: checks.View) -> checks.Found | None:
    """MEM-06 that also refuses the day of death."""
    died = view.member.died_on if view.member else None
    return checks.Found("MEM-06", {"on": view.on, "died": died}) if died and view.on >= died else None


REFERENCE: dict[str, tuple[Any, str, Any]] = {
    "half down": (pricing, "half_up", half_down),
    "no opening balances": (Ledger, "used", without_opening),
    "the day of death": (checks, "CHECKS", [a_day_too_long if c is member.mem_06 else c for c in checks.CHECKS]),
    "denied lines are remembered": (
        Ledger,
        "note",
        lambda ledger, line, verdict, note=Ledger.note: note(ledger, line, verdict | {"state": "accepted"}),
    ),
}


@pytest.mark.parametrize("name", REFERENCE)
def test_an_error_planted_in_the_reference_is_reported(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cases.cache_clear()
    monkeypatch.setattr(*REFERENCE[name])
    found = first_difference(decide)
    cases.cache_clear()
    assert found is not None, "nobody noticed"
    assert found.text.startswith("--- reference")
