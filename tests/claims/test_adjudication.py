"""Properties of deciding: nothing is lost, nothing is overspent, and how lines are packed does not matter."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.adjudication import _claim_state, decide
from claims.case import (
    CareLevel,
    Case,
    ContractLine,
    Cover,
    Decisions,
    Grant,
    Household,
    Line,
    LineDecision,
    LineState,
    Member,
    PriorLine,
    ProviderStanding,
    Stay,
    VisitFact,
)
from claims.pricing import value
from tests.rules.reading import plan

SERVICES = ["PLAIN", "VECTOR_A", "VECTOR_B", "CEILING", "COPAY", "LIMITED", "RARE", "COUNTED", "AUTHORISED", "VISIT"]
YEAR = date(2026, 1, 1)


@st.composite
def lines(draw: st.DrawFn, household: int) -> list[Line]:
    made = []
    for number in range(draw(st.integers(1, 8))):
        on = YEAR + timedelta(days=draw(st.integers(0, 90)))
        quantity = draw(st.sampled_from([500, 1000, 2000, 3500, 7000]))
        price = draw(st.integers(0, 30_000))
        tariff = draw(st.one_of(st.none(), st.integers(0, 30_000)))
        service = draw(st.sampled_from(SERVICES))
        line = Line(
            claim_id=household * 100 + draw(st.integers(1, 3)),
            line_no=number,
            claim_number=f"C-{household}",
            provider_claim_no="",
            organisation_id=draw(st.integers(1, 2)),
            site_id=None,
            member_id=household * 10 + draw(st.integers(0, 1)),
            service=service,
            code_system="fund",
            service_from=on,
            service_until=on,
            received_on=on + timedelta(days=draw(st.integers(-1, 100))),
            received_at=datetime(2026, 6, 1, 8, number, tzinfo=UTC),
            quantity_milli=quantity,
            unit_price=price,
            amount=value(quantity, price),
            contract=ContractLine(1, "C", tariff, YEAR),
            is_contracted=True,
            standing=ProviderStanding(draw(st.sampled_from(["accredited"] * 5 + ["suspended"]))),
        )
        if service == "VISIT":
            line.visit = VisitFact(draw(st.integers(0, 7)) * 1000)
        if service == "AUTHORISED":
            line.grant = Grant(household, "G", YEAR, None, granted_milli=8000)
        made.append(line)
    return made


@st.composite
def cases(draw: st.DrawFn, household: int = 1) -> Case:
    members = {
        household * 10 + index: Member(
            household * 10 + index,
            date(1980, 1, 1),
            "female",
            covers=(Cover(YEAR, date(2026, 12, 31), draw(st.sampled_from(["active", "active", "suspended"]))),),
            stays=(Stay(date(2026, 2, 1), date(2026, 2, 5)),),
            care_levels=(CareLevel(2, YEAR),),
        )
        for index in range(2)
    }
    return Case(
        Household(household, income_band=draw(st.sampled_from(["", "poverty"]))), members, draw(lines(household))
    )


def decided(case: Case) -> Decisions:
    return decide(case, lambda on: plan())


def by_line(decisions: Decisions) -> dict[tuple[int, int], LineDecision]:
    return {(line.claim_id, line.line_no): line for line in decisions.lines}


@given(cases())
@settings(max_examples=150)
def test_what_was_asked_is_what_fund_member_and_provider_bear(case: Case) -> None:
    for line in decided(case).lines:
        is_open = line.state in (LineState.RETURNED, LineState.PENDED)
        assert line.submitted == line.benefit + line.member_share + line.write_off + line.undecided
        assert (line.undecided == line.submitted and line.benefit == 0) if is_open else line.undecided == 0
        assert min(line.benefit, line.member_share, line.write_off) >= 0


@given(cases())
@settings(max_examples=150)
def test_nothing_is_paid_above_the_tariff_of_the_allowed_quantity_or_above_what_was_asked(case: Case) -> None:
    asked = {(line.claim_id, line.line_no): line for line in case.lines}
    for key, line in by_line(decided(case)).items():
        contract = asked[key].contract
        assert contract is not None
        tariff = value(line.quantity_milli, contract.unit_price or 0)
        assert line.benefit <= line.eligible <= line.submitted == asked[key].amount
        assert line.benefit <= tariff
        assert line.state not in (LineState.DENIED, LineState.PENDED, LineState.RETURNED) or not line.use


@given(cases())
@settings(max_examples=150)
def test_the_trace_leads_without_a_gap_from_asked_to_paid(case: Case) -> None:
    for line in decided(case).lines:
        steps = line.trace
        for before, after in pairwise(steps):
            assert before.after == after.before
        if steps:
            assert (steps[0].before, steps[-1].after) == (line.submitted, line.benefit)
            taken = {
                bearer: sum(s.before - s.after for s in steps if s.bearer == bearer)
                for bearer in ("member", "provider")
            }
            assert taken == {"member": line.member_share, "provider": line.write_off}


@given(cases(), st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_no_limit_is_passed_and_the_order_of_the_list_does_not_matter(case: Case, chance: random.Random) -> None:
    expected = by_line(decided(case))
    shuffled = replace(case, lines=chance.sample(case.lines, len(case.lines)))
    assert by_line(decided(shuffled)) == expected
    used: dict[tuple[str, int, date], int] = {}
    for line in expected.values():
        for entry in line.use:
            place = (entry.key, entry.subject_id, entry.period_start)
            used[place] = used.get(place, 0) + entry.amount
    for line in expected.values():
        for entry in line.use:
            assert used[entry.key, entry.subject_id, entry.period_start] <= entry.limit


@given(cases(1), cases(2))
@settings(max_examples=60)
def test_households_are_decided_the_same_alone_or_in_any_batch(first: Case, second: Case) -> None:
    one_by_one = [decided(first), decided(second)]
    other_order = [decided(second), decided(first)]
    assert one_by_one == other_order[::-1]


@given(cases())
@settings(max_examples=150)
def test_a_batch_equals_the_same_lines_decided_day_after_day(case: Case) -> None:
    """Each line decided alone, earlier ones handed in as prior lines, gives what the whole case gives."""
    whole = by_line(decided(case))
    prior: list[PriorLine] = []
    order = sorted(case.lines, key=lambda l: (l.service_on, l.received_at, l.claim_id, l.line_no))  # noqa: E741
    for line in order:
        (alone,) = decided(replace(case, lines=[line], prior=prior)).lines
        assert alone == whole[line.claim_id, line.line_no]
        if alone.state in (LineState.ACCEPTED, LineState.REDUCED, LineState.PENDED):
            prior = [*prior, _prior(line, alone)]


def _prior(line: Line, decision: LineDecision) -> PriorLine:
    assert line.member_id is not None
    assert line.service_from is not None
    return PriorLine(
        line.claim_id,
        line.line_no,
        line.claim_number,
        line.organisation_id,
        line.member_id,
        line.service,
        line.service_from,
        line.service_on,
        line.quantity_milli,
        state=decision.state,
        use=tuple(decision.use),
    )


def test_deciding_twice_gives_the_same_and_changes_no_fact() -> None:
    case = Case(Household(1), {10: Member(10, date(1980, 1, 1), covers=(Cover(YEAR, None),))}, [])
    line = Line(
        1,
        1,
        "C-1",
        "",
        1,
        None,
        10,
        "CEILING",
        "fund",
        YEAR,
        YEAR,
        YEAR,
        datetime(2026, 1, 1, tzinfo=UTC),
        1000,
        100,
        100,
    )
    case.lines.append(line)
    before = replace(line)
    assert decided(case) == decided(case)
    assert line == before


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({"pended", "accepted"}, "pended"),
        ({"returned"}, "returned"),
        ({"returned", "denied"}, "denied"),
        ({"denied"}, "denied"),
        ({"denied", "reduced"}, "adjudicated"),
        ({"returned", "accepted"}, "adjudicated"),
    ],
)
def test_the_state_of_a_claim_follows_its_lines(states: set[str], expected: str) -> None:
    assert _claim_state(states) == expected
