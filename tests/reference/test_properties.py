"""What holds for the engine on every household, in whatever order and pieces its lines arrive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from claims.adjudication import decide
from claims.case import Case, Line, LineDecision, Member, PriorLine
from claims.reasons import HELD
from tests.reference.checks.view import row_on, turn
from tests.reference.generator import Home, Plans
from tests.reference.generator.plans import corner_plan, fund_plan, plans, small_plan
from tests.reference.money import worth

Made = tuple[Case, Plans]
Key = tuple[int, int]
OPEN = ("returned", "pended")


@st.composite
def homes(draw: st.DrawFn) -> Made:
    of = draw(st.sampled_from([small_plan, fund_plan, corner_plan]))
    return Home(Random(draw(st.integers(0, 2**32))), draw(st.integers(1, 9)), of()).case(), plans(of)


chances = st.randoms(use_true_random=False)
often = settings(max_examples=120)


def by_line(case: Case, of: Plans) -> dict[Key, LineDecision]:
    return {(line.claim_id, line.line_no): line for line in decide(case, of).lines}


def in_runs(case: Case, of: Plans, runs: list[list[Line]]) -> dict[Key, LineDecision]:
    """Each run is decided on its own and finds the earlier ones as stored lines."""
    prior, found = list(case.prior), {}
    for run in runs:
        decided = by_line(replace(case, lines=run, prior=prior), of)
        prior = [
            *prior,
            *(stored(line, decided[line.claim_id, line.line_no]) for line in run if is_live(decided, line)),
        ]
        found.update(decided)
    return found


def is_live(decided: dict[Key, LineDecision], line: Line) -> bool:
    return decided[line.claim_id, line.line_no].state in ("accepted", "reduced", "pended")


def stored(line: Line, decision: LineDecision) -> PriorLine:
    return PriorLine(
        claim_id=line.claim_id,
        line_no=line.line_no,
        claim_number=line.claim_number,
        organisation_id=line.organisation_id,
        member_id=line.member_id or 0,
        service=line.service,
        service_from=line.service_from or line.service_on,
        service_on=line.service_on,
        quantity_milli=line.quantity_milli,
        starts_at=line.starts_at,
        state=decision.state,
        use=tuple(decision.use),
        is_reserving=decision.state == "pended" and decision.headline in HELD,
    )


def claims_in_a_row(lines: list[Line], chance: Random) -> list[list[Line]]:
    """The same lines as claims that come one after the other: what is decided together with a claim is the claim."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=turn):
        if not rows or chance.random() < 0.4:
            rows.append([])
        rows[-1].append(replace(line, claim_id=len(rows), claim_number=f"C-{len(rows)}", line_no=len(rows[-1])))
    for row in rows:
        for line in row:
            line.claim_total = sum(other.amount for other in row)
            line.stated_total = None if line.stated_total is None else line.claim_total
    return rows


@given(homes(), chances)
@often
def test_a_batch_equals_its_claims_one_by_one_and_any_split(made: Made, chance: Random) -> None:
    case, of = made
    claims = claims_in_a_row(case.lines, chance)
    cuts = sorted(chance.sample(range(len(claims) + 1), min(3, len(claims))))
    pieces = [list(chain(*claims[a:b])) for a, b in zip([0, *cuts], [*cuts, len(claims)], strict=True)]
    whole = by_line(replace(case, lines=list(chain(*claims))), of)
    assert in_runs(case, of, claims) == whole
    assert in_runs(case, of, pieces) == whole


@given(st.lists(homes(), min_size=2, max_size=4), chances)
@settings(max_examples=40)
def test_households_decide_the_same_alone_and_in_any_batch(made: list[Made], chance: Random) -> None:
    alone = [by_line(*each) for each in made]
    order = chance.sample(range(len(made)), len(made))
    together = {index: by_line(*made[index]) for index in order}
    assert [together[index] for index in range(len(made))] == alone


@given(homes(), chances)
@often
def test_the_order_of_the_list_changes_nothing(made: Made, chance: Random) -> None:
    case, of = made
    shuffled = replace(
        case,
        lines=chance.sample(case.lines, len(case.lines)),
        members=dict(chance.sample(list(case.members.items()), len(case.members))),
        opening_use=chance.sample(case.opening_use, len(case.opening_use)),
    )
    assert by_line(shuffled, of) == by_line(case, of)


@given(homes())
@often
def test_every_line_adds_up_and_nothing_is_paid_above_what_was_asked_or_agreed(made: Made) -> None:
    case, of = made
    asked = {(line.claim_id, line.line_no): line for line in case.lines}
    for key, line in by_line(case, of).items():
        assert line.submitted == line.benefit + line.member_share + line.write_off + line.undecided
        if line.state in OPEN:
            assert (line.undecided, line.benefit, line.member_share, line.write_off) == (line.submitted, 0, 0, 0)
            continue
        assert line.undecided == 0
        assert 0 <= line.benefit <= line.eligible <= line.submitted
        assert min(line.member_share, line.write_off) >= 0
        if line.benefit:
            contract = asked[key].contract
            assert contract is not None
            assert contract.unit_price is not None
            assert line.benefit <= worth(line.quantity_milli, contract.unit_price)
            assert line.quantity_milli <= asked[key].quantity_milli
            assert line.benefit <= asked[key].amount or of(asked[key].service_on).price_rule == "tariff"


@given(homes(), chances)
@often
def test_no_limit_is_passed_in_any_order_of_arrival(made: Made, chance: Random) -> None:
    """Lines come one by one in a random order; what a window held before may already be too much."""
    case, of = made
    arriving = chance.sample(case.lines, len(case.lines))
    decided = in_runs(case, of, [[line] for line in arriving])
    before: dict[Any, int] = defaultdict(int)
    for entry in [*case.opening_use, *(entry for line in case.prior for entry in line.use)]:
        before[entry.key, entry.subject_id, entry.period_start] += entry.amount
    limit: dict[Any, int] = {}
    taken: dict[Any, int] = defaultdict(int)
    for entry in [entry for line in decided.values() for entry in line.use]:
        place = (entry.key, entry.subject_id, entry.period_start)
        assert entry.amount > 0
        assert entry.used + entry.amount <= entry.limit
        taken[place] += entry.amount
        limit[place] = max(limit.get(place, 0), entry.limit)
    for place, amount in taken.items():
        assert before[place] + amount <= limit[place], place


@given(homes())
@often
def test_what_is_denied_returned_or_waits_uses_nothing(made: Made) -> None:
    for line in by_line(*made).values():
        if line.state in ("denied", "returned", "pended"):
            assert line.use == []


@given(homes())
@settings(max_examples=60)
def test_a_missing_fact_never_pays(made: Made) -> None:
    """Take one fact away from a line that is paid: it is paid no more than before, and nothing without a needed one."""
    case, of = made
    lines = sorted(case.lines, key=turn)
    whole = by_line(case, of)
    prior = list(case.prior)
    for line in lines:
        alone = replace(case, lines=[line], prior=list(prior))
        (decision,) = decide(alone, of).lines
        if decision.benefit:
            for name, poorer, is_needed in poorer_cases(alone, line, of):
                (found,) = decide(poorer, of).lines
                assert found.benefit <= (0 if is_needed else decision.benefit), name
        if is_live(whole, line):
            prior.append(stored(line, whole[line.claim_id, line.line_no]))


def poorer_cases(case: Case, line: Line, of: Plans) -> Iterator[tuple[str, Case, bool]]:
    """(what is missing, the case without it, whether nothing may be paid without it).

    Not among them: the income of a row with bands where the plan takes silence for the ordinary share; the ratio of a
    site's month, known only when the month has closed; and what speaks against a line (stays, earlier use), which is no
    ground of payment.
    """
    row = row_on(of(line.service_on), line)
    assert row is not None
    assert line.member_id is not None
    member = case.members[line.member_id]
    contract = line.contract
    assert contract is not None
    asks_age = row.age_from_months is not None or row.age_until_months is not None
    lines = {
        "member": ({"member_id": None}, True),
        "service": ({"service": ""}, True),
        "first day": ({"service_from": None}, True),
        "standing": ({"standing": None}, True),
        "contract": ({"contract": None}, True),
        "contract and cover of the service": ({"contract": None, "is_contracted": False}, True),
        "agreed price": ({"contract": replace(contract, unit_price=None)}, True),
        "code": ({"is_code_known": False}, True),
        "diagnoses": ({"diagnoses": ()}, row.needs_diagnosis),
        "referral": ({"referral_no": ""}, row.needs_referral and line.visit_type != "emergency"),
        "worker": ({"practitioner": ""}, row.needs_professional),
        "documents": ({"documents": ()}, any(line.amount >= each.amount_from for each in row.documents)),
        "place": ({"place": None}, row.match.startswith("occupancy")),
        "quote": ({"quote": None}, row.match == "quote"),
        "accreditation of the worker": ({"is_practitioner_accredited": False}, True),
        "grant": ({"grant": None}, row.needs_authorisation or bool(row.entitlement)),
        "visit": ({"visit": None}, row.match == "visit"),
        "attendance": ({"attendance": None}, row.match == "attendance"),
        "clock": ({"starts_at": None, "ends_at": None}, False),
    }
    for name, (change, is_needed) in lines.items():
        yield name, replace(case, lines=[replace(line, **change)]), is_needed
    people = {
        "covers": ({"covers": ()}, True),
        "birth": ({"born_on": None}, asks_age),
        "sex": ({"sex": ""}, bool(row.sex)),
        "care levels": ({"care_levels": ()}, row.care_level_from > 0),
        "disability": ({"has_disability": False}, False),
    }
    for name, (change, is_needed) in people.items():
        yield name, replace(case, members={**case.members, member.member_id: poorer(member, change)}), is_needed
    yield "everyone", replace(case, members={}), True
    if not row.share_by_band or of(line.service_on).when_undeclared == "highest_share":
        silent = replace(case.household, monthly_income=None, income_band="")
        yield "income", replace(case, household=silent), False
    yield "children", replace(case, household=replace(case.household, children=0)), False


def poorer(member: Member, change: dict[str, Any]) -> Member:
    return replace(member, **change)


def test_facts_are_not_touched_by_deciding() -> None:
    case = Home(Random(3), 3, small_plan()).case()
    before = repr(case)
    decide(case, plans(small_plan))
    assert repr(case) == before


@given(homes())
@often
def test_a_line_held_for_its_contract_reserves_as_if_paid_and_a_waiting_one_nothing(made: Made) -> None:
    case, of = made
    paid = [replace(line, state="accepted", is_reserving=False) for line in case.prior]
    held = [replace(line, state="pended", is_reserving=True) for line in paid]
    waiting = [replace(line, state="pended") for line in paid]
    empty = [replace(line, use=()) for line in waiting]
    assert by_line(replace(case, prior=held), of) == by_line(replace(case, prior=paid), of)
    assert by_line(replace(case, prior=waiting), of) == by_line(replace(case, prior=empty), of)
