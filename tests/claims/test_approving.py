"""A reviewer lowers quantity and price; everything is computed again from there (case 23 of the note)."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from claims import services
from claims.approving.services import NothingToReview, approve
from claims.case import LineDecision
from claims.models import Claim
from claims.models.approval import LineReview
from claims.queries import records
from claims.redecisions.outlook import outlook
from claims.reviewing import Approved
from core import clock
from core.db import db, unit_of_work
from core.errors import Forbidden, InputErrors
from core.roles import Role
from payments.models import Payable
from procurement.models.contract import ContractUse
from tests.accounts import sign_in
from tests.claims.builders import AT, CLERK, REVIEWER, ZONE, Fund, claim, line

DAY = {"price": 100_000}
WHEN = {"by": REVIEWER, "at": AT, "zone": ZONE}


@pytest.fixture(autouse=True)
def november():
    with clock.frozen(AT):
        yield


@pytest.fixture
def paid(fund: Fund) -> str:
    """Service 2 + item 3 at 100 in the note; here 1 day at 100.000 and 5 consultations at 10.000, share 20 %."""
    with unit_of_work():
        lines = (line("DAY", quantity=1, no=1, **DAY), line("CON", quantity=5, no=2))
        return services.submit(claim(fund, "A-1", *lines), by=CLERK, at=AT, zone=ZONE).number


def decided(number: str) -> list[LineDecision]:
    from claims import encoding

    db.session.rollback()
    stored, version = records.claim_by_number(number)
    return [encoding.line_of(row) for row in records.decided_lines(stored, version.version)]


def lower(number: str, reason: str = "The register shows less.", **figures: tuple[int, int]):
    with unit_of_work():
        approved = {int(name[1:]): Approved(*pair) for name, pair in figures.items()}
        return approve(number, approved, reason=reason, **WHEN)


def test_case_23_consumption_is_what_was_approved_and_not_what_was_adjudicated(paid: str) -> None:
    """The note: item 1 x 37, service 1 x 53, consumption 500 before and 90 after."""
    before = {line.line_no: sum(entry.amount for entry in line.use if entry.unit == "money") for line in decided(paid)}
    assert before[1] == 100_000
    lower(paid, l1=(1_000, 53), l2=(1_000, 37))
    first, second = decided(paid)
    assert (first.benefit, first.unit_price, first.quantity_milli) == (53, 53, 1_000)
    assert [entry.amount for entry in first.use if entry.unit == "money"] == [53]
    assert (second.eligible, second.copayment, second.benefit) == (37, 7, 30)
    assert db.session.query(ContractUse).one().benefit == 53 + 30
    assert db.session.execute(select(Payable.amount)).scalars().all() != []


def test_the_trace_names_the_reviewer_and_the_provider_writes_off_the_difference(paid: str) -> None:
    lower(paid, "Two of five were phone calls.", l2=(3_000, 10_000))
    second = decided(paid)[1]
    steps = {step.step: (step.before, step.after, step.bearer) for step in second.trace}
    assert steps["approved_quantity"] == (50_000, 30_000, "provider")
    found = next(each for each in second.findings if each.code == "CLI-03")
    assert (found.effect, found.amount, found.liable) == ("A", 20_000, "CO")
    assert found.parameters["text"] == "Two of five were phone calls."
    assert (second.benefit, second.member_share, second.write_off) == (24_000, 6_000, 20_000)
    assert (second.state, second.headline) == ("reduced", "CLI-03")


def test_what_is_no_longer_used_is_free_for_the_next_claim(fund: Fund, paid: str) -> None:
    def next_day(own: str, day: int) -> int:
        with unit_of_work():
            sent = claim(fund, own, line("DAY", dt.date(2026, 11, day), quantity=1, **DAY))
            return services.submit(sent, by=CLERK, at=AT, zone=ZONE).decision.benefit

    lower(paid, l1=(1_000, 60_000))  # of the household's 150.000 a month
    assert next_day("A-2", 9) == 90_000


@pytest.mark.parametrize(
    ("figures", "where"),
    [((2_000, 100_000), "lines.1.quantity"), ((1_000, 100_001), "lines.1.price"), ((-1, 1), "lines.1.quantity")],
    ids=["quantity", "price", "negative"],
)
def test_nobody_approves_more_than_was_adjudicated(paid: str, figures: tuple[int, int], where: str) -> None:
    with pytest.raises(InputErrors) as refused:
        lower(paid, l1=figures)
    assert [problem.where for problem in refused.value.problems] == [where]


def test_a_price_above_the_tariff_is_not_approved_although_it_was_asked(fund: Fund) -> None:
    with unit_of_work():
        sent = claim(fund, "A-1", line("CON", price=12_000))
        number = services.submit(sent, by=CLERK, at=AT, zone=ZONE).number
    with pytest.raises(InputErrors):
        lower(number, l1=(1_000, 11_000))


def test_refusing_all_lines_denies_the_claim_and_leaves_no_consumption(paid: str) -> None:
    verdict = lower(paid, l1=(0, 100_000), l2=(0, 0))
    assert (verdict.decision.state, verdict.decision.headline) == ("denied", "CLI-03")
    lines = decided(paid)
    assert [(line.state, line.benefit, line.write_off, line.use) for line in lines] == [
        ("denied", 0, 100_000, []),
        ("denied", 0, 50_000, []),
    ]
    assert db.session.query(ContractUse).one().benefit == 0
    with pytest.raises(NothingToReview):
        lower(paid, l1=(1_000, 1))


def test_a_reason_is_required_and_a_cooperative_does_not_review_itself(paid: str) -> None:
    with pytest.raises(InputErrors) as refused:
        lower(paid, " ", l1=(1_000, 1))
    assert refused.value.problems[0].where == "reason"
    with pytest.raises(Forbidden), unit_of_work():
        approve(paid, {1: Approved(1_000, 1)}, reason="mine", by=CLERK, at=AT, zone=ZONE)


def test_a_later_redecision_keeps_what_the_reviewer_approved(paid: str) -> None:
    lower(paid, l2=(3_000, 10_000))
    found = outlook({1: dt.date(2026, 11, 1)}, zone=ZONE, at=AT)
    assert found.lines == []


def test_lowering_again_starts_from_what_was_approved_before(paid: str) -> None:
    lower(paid, l2=(3_000, 10_000))
    with pytest.raises(InputErrors):
        lower(paid, l2=(4_000, 10_000))
    lower(paid, l2=(2_000, 10_000))
    assert decided(paid)[1].benefit == 16_000
    assert len(db.session.query(LineReview).all()) == 2


def test_the_reviewer_lowers_on_the_screen_and_the_provider_reads_why(
    fund: Fund, paid: str, client: FlaskClient
) -> None:
    sign_in(client, Role.CLAIMS_REVIEWER)
    assert "Approve less" in client.get(f"/claims/{paid}").text
    page = client.get(f"/claims/{paid}/approve").text
    assert "By the rules: 5 at" in page
    typed = {"line": ["1", "2"], "lines.1.quantity": "1", "lines.1.price": "100.000"}
    typed |= {"lines.2.quantity": "9", "lines.2.price": "10.000", "reason": "Two were phone calls."}
    refused = client.post(f"/claims/{paid}/approve", data=typed)
    assert refused.status_code == 422
    assert "Approve at most what was adjudicated: 5." in refused.text
    assert 'value="9"' in refused.text
    assert client.post(f"/claims/{paid}/approve", data=typed | {"lines.2.quantity": "3"}).status_code == 303
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    why = client.get(f"/claims/{paid}/lines/2").text
    assert "approves 3 of 5: Two were phone calls." in why
    assert client.get(f"/claims/{paid}/approve").status_code == 403
    assert db.session.execute(select(Claim.number)).scalar_one() == paid
