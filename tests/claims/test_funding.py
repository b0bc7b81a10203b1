"""A quarter shared out among funders: capitation, claims, a correction and a recovery, added up by other code."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from care.capitation import services as capitation
from care.services import end_placement
from claims.funding import closing, statement
from claims.funding.models import FundingLine, FundingPart
from claims.funding.splitting import shared
from claims.funding.statement import Quarter
from claims.redecisions import services as redecisions
from claims.sent import ClaimInput, LineInput
from claims.services import submit
from core import audit, clock, work
from core.actors import SYSTEM
from core.db import db, unit_of_work
from core.errors import InputErrors
from core.organisations import Organisation
from core.roles import Role
from members.models import Member
from payments import ledger
from payments.models import Payable
from procurement.amending import NewTerms
from procurement.capitation import Band, Capitation
from procurement.funding import parse
from procurement.models.contract import Contract, ContractLine
from procurement.services.contracts.applying import apply
from tests.accounts import actor_with, sign_in
from tests.care.capitated import capitation_fund, contract_of, enrolled, in_force
from tests.claims.builders import ZONE
from tests.claims.care_fund import ASSESSOR, FIRST, JUNE, JUNE_END, LAST, RATES, a_cooperative, granted, imported
from tests.members.builders import a_member

PLAN = (Path(__file__).parents[2] / "plan" / "funding.toml").read_text()
HEAD = "currency_exponent = 3\nvalid_from = 2020-01-01\ncloses_on_day = 5\n"
FUNDERS = "".join(
    f'[[funders]]\ncode = "{code}"\nname = "{code}"\nkind = "{kind}"\n'
    for code, kind in (("fund", "fund"), ("state", "state"), ("north", "municipality"), ("hope", "donor"))
)
RULE = '[[rules]]\nname = "{}"\n{}\nshares = {{ {} }}\nbasis = "Act, 1"\n'
CARE = RULE.format("Care", 'service_line = "long_term_care"', 'fund = "33.3", state = "33.3", north = "33.4"')
Q3 = Quarter(2026, 3)
TABLES = """
SELECT p.id, p.amount, p.contract_id, p.organisation_id, j.occurred_on, p.business_key
FROM payable p JOIN journal j ON j.id = p.journal_id WHERE p.organisation_id IS NOT NULL
"""


def on(day: str) -> object:
    return clock.frozen(dt.datetime.fromisoformat(f"{day}T09:00:00+00:00"))


def visited(organisation: Organisation, member: Member, code: str, days: range) -> None:
    imported("touiza-visits", [
        {"visit_id": f"{code}{n}{organisation.number}", "member_id": member.public_id,
         "provider_id": organisation.number, "practitioner_id": "W1", "code": code,
         "visited_on": f"2026-06-{n:02d}", "started": "08:00", "ended": "12:00", "place": "QR"}
        for n in days
    ])  # fmt: skip


def billed(organisation: Organisation, member: Member, number: str, *lines: tuple[str, int]) -> str:
    """One claim with a line for each (service, units), decided on 3 July; its number."""
    sent = [
        LineInput(place, code, JUNE, JUNE_END, units * 1000, RATES[code], units * RATES[code])
        for place, (code, units) in enumerate(lines, 1)
    ]
    with unit_of_work():
        claim = ClaimInput(organisation.id, number, member.public_id, sent)
        outcome = submit(claim, by=SYSTEM, at=dt.datetime(2026, 7, 3, 9, tzinfo=dt.UTC), zone=ZONE)
    assert outcome.decision is not None
    assert outcome.decision.benefit > 0
    return outcome.decision.claim_number


def second_contract(organisation: Organisation) -> Contract:
    """Personal care moves to a contract of its own, so that one claim has lines of two."""
    first = contract_of(organisation)
    with unit_of_work():
        moved = next(line for line in first.lines if line.service == "LC-110")
        first.lines.remove(moved)
        db.session.delete(moved)
        other = Contract(
            number=f"{first.number}-B", organisation_id=organisation.id, title="Personal care", origin="direct_award",
            service_line="long_term_care", valid_from=FIRST, valid_until=LAST, state="active",
            signed_by_provider="one", signed_by_fund="two", created_at=first.created_at,
        )  # fmt: skip
        other.lines = [ContractLine(service="LC-110", rate=RATES["LC-110"], valid_from=FIRST, valid_until=LAST)]
        db.session.add(other)
    return other


@pytest.fixture
def quarter(app: Flask) -> tuple[Organisation, Organisation]:
    """Blue: two contracts, capitation from July, corrected twice. Red: a donor's programme, one claim withdrawn."""
    capitation_fund()
    blue, _site = a_cooperative("long_term_care")
    red, _site = a_cooperative("long_term_care")
    donor = RULE.format("Programme", f'contracts = ["{contract_of(red).number}"]', 'state = "40", hope = "60"')
    counting = PLAN[PLAN.index("[capitation]") : PLAN.index("[[funders]]")]
    in_force(HEAD + counting + FUNDERS + CARE + donor)
    second_contract(blue)
    elder, other = a_member("Basma Zarrouk", born_on=dt.date(1940, 1, 1)), a_member("Amal Ziri")
    for member in (elder, other):
        granted(member, "long_term_care", care_level=4)
    with on("2026-07-03"):
        visited(blue, elder, "LC-100", range(1, 8))
        visited(blue, elder, "LC-110", range(10, 14))
        visited(red, other, "LC-110", range(1, 6))
        billed(blue, elder, "A-1", ("LC-100", 7), ("LC-110", 31))
        billed(red, other, "B-1", ("LC-110", 17))
        taken_out = billed(red, other, "B-2", ("LC-110", 18))
    with unit_of_work():
        contract = db.session.query(Contract).filter_by(organisation_id=blue.id, title="Care").one()
        contract.origin = "direct_award"
        bands = (Band(0, 64, "", 10_001), Band(65, 120, "", 70_003))
        apply(contract, NewTerms(capitation=Capitation(bands, ("LC-100",), dt.date(2026, 7, 1))))
    placement = enrolled(elder, blue, dt.date(2026, 7, 1), LAST)
    counted(contract, "2026-08-05", "2026-07")
    enrolled(other, blue, dt.date(2026, 7, 12), LAST)
    counted(contract, "2026-09-05", "2026-07")
    counted(contract, "2026-09-05", "2026-08")
    with on("2026-09-10"), unit_of_work():
        end_placement(placement, on=dt.date(2026, 8, 10), by=ASSESSOR, reason="moved")
        row = capitation.compute(contract.id, dt.date(2026, 8, 1), by=SYSTEM)
        assert row is not None
        capitation.release(row, by=actor_with(Role.FINANCE_OFFICER))
    withdrawn(taken_out)
    return blue, red


def counted(contract: Contract, day: str, month: str) -> None:
    with on(day), unit_of_work():
        capitation.compute(contract.id, dt.date.fromisoformat(f"{month}-01"), by=SYSTEM)


def withdrawn(number: str) -> None:
    at = dt.datetime(2026, 9, 12, 9, tzinfo=dt.UTC)
    with clock.frozen(at), unit_of_work():
        run = redecisions.withdraw(number, reason="Sent twice.", by=actor_with(Role.CLAIMS_OFFICER), at=at, zone=ZONE)
        assert run is not None
        if run.state == "previewed":
            redecisions.release(run.number, by=actor_with(Role.FINANCE_OFFICER), at=at)
    with clock.frozen(at):
        work.run_due()


def split_quarter(day: int = 5) -> None:
    for month in (7, 8, 9):
        with unit_of_work():
            closing.start(dt.date(2026, month, 1), at=dt.datetime(2026, 10, day, month, tzinfo=dt.UTC))
        work.run_due(100)


def rows(query: str) -> list[sa.Row]:
    return list(db.session.execute(sa.text(query)))


def test_a_quarter_adds_up_to_the_unit_by_contract_by_service_line_and_in_all(
    quarter: tuple[Organisation, Organisation],
) -> None:
    blue, red = quarter
    split_quarter()
    payables = rows(TABLES)
    kinds = {(row.business_key.split(":")[0], row.amount > 0) for row in payables}
    assert kinds == {("claim", True), ("claim", False), ("capitation", True), ("capitation", False)}
    by_organisation: dict[int, int] = defaultdict(int)
    for row in payables:
        by_organisation[row.organisation_id] += row.amount
    parts = rows("SELECT f.*, c.organisation_id FROM funding_part f JOIN contract c ON c.id = f.contract_id")
    for organisation in (blue, red):
        mine = sum(part.amount for part in parts if part.organisation_id == organisation.id)
        assert mine == by_organisation[organisation.id]
    assert len({part.contract_id for part in parts}) == 3
    shares = rows("SELECT * FROM funding_share ORDER BY part_id, place")
    for part in parts:
        mine = [share for share in shares if share.part_id == part.id]
        assert sum(share.amount for share in mine) == part.amount
        for share in mine:
            exact = Fraction(part.amount) * Fraction(Decimal(str(share.share))) / 100
            assert abs(share.amount - exact) < 1
    ledgered = rows(
        "SELECT a.code, sum(p.amount) AS amount FROM posting p JOIN ledger_account a ON a.id = p.account_id "
        "JOIN journal j ON j.id = p.journal_id WHERE j.kind = 'funding' GROUP BY a.code"
    )
    by_code = {row.code: row.amount for row in ledgered}
    assert sum(by_code.values()) == 0
    assert by_code["shared:long_term_care"] == -sum(row.amount for row in payables)
    funders: dict[str, int] = defaultdict(int)
    for share in shares:
        funders[share.funder] += share.amount
    assert {
        code.partition(":")[2]: amount for code, amount in by_code.items() if not code.startswith("shared")
    } == funders
    assert set(funders) == {"fund", "state", "north", "hope"}
    control = statement.control(Q3)
    assert (control.adds_up, control.shares, control.posted) == (True, *[sum(row.amount for row in payables)] * 2)
    assert not list(ledger.verify())
    assert not list(audit.verify())


def test_a_claim_with_lines_of_two_contracts_stands_in_both_by_its_lines(
    quarter: tuple[Organisation, Organisation],
) -> None:
    split_quarter()
    lines = db.session.query(FundingLine).join(Payable).filter(Payable.kind == "claim").all()
    by_payable = defaultdict(list)
    for line in lines:
        by_payable[line.payable_id].append(line)
    double = [found for found in by_payable.values() if len(found) == 2]
    assert len(double) == 1
    assert sum(line.amount for line in double[0]) == double[0][0].payable.amount


def test_splitting_again_finds_nothing_and_what_comes_late_makes_a_part_of_its_own(
    quarter: tuple[Organisation, Organisation],
) -> None:
    split_quarter()
    count = db.session.query(FundingPart).count()
    split_quarter(6)
    assert db.session.query(FundingPart).count() == count
    _blue, red = quarter
    late = a_member("Ines Karoui")
    granted(late, "long_term_care", care_level=4)
    with on("2026-07-03"):
        visited(red, late, "LC-110", range(20, 24))
        billed(red, late, "B-9", ("LC-110", 3))
    assert statement.control(Q3).split_count != statement.control(Q3).posted_count
    split_quarter(7)
    assert db.session.query(FundingPart).count() == count + 1
    assert statement.control(Q3).adds_up


def test_what_is_taken_back_is_shared_by_the_rule_of_the_day_of_care(app: Flask) -> None:
    capitation_fund()
    red, _site = a_cooperative("long_term_care")
    early = CARE.replace('basis = "Act, 1"', 'basis = "Act, 1"\nvalid_until = 2026-06-30')
    later = RULE.format("Later", "valid_from = 2026-07-01", 'fund = "100"')
    in_force(HEAD + FUNDERS + early + later)
    member = a_member("Amal Ziri", born_on=dt.date(1940, 1, 1))
    granted(member, "long_term_care", care_level=4)
    with on("2026-07-03"):
        visited(red, member, "LC-110", range(1, 6))
        number = billed(red, member, "B-1", ("LC-110", 17))
    withdrawn(number)
    split_quarter()
    found = {part.month.month: part for part in db.session.query(FundingPart)}
    assert {part.rule for part in found.values()} == {"Care"}
    assert [share.amount for share in found[9].shares] == [-share.amount for share in found[7].shares]


def test_the_statement_of_a_funder_says_the_same_on_the_page_in_csv_xlsx_and_pdf(
    client: FlaskClient, quarter: tuple[Organisation, Organisation]
) -> None:
    split_quarter()
    sign_in(client, Role.FINANCE_OFFICER)
    total = rows("SELECT sum(amount) AS amount FROM funding_share WHERE funder = 'state'")[0].amount
    listed = list(csv.DictReader(io.StringIO(client.get("/funding/2026-Q3/state/statement.csv").text.lstrip("\ufeff"))))
    assert sum(Decimal(row["Your part, TZD"]) for row in listed) == Decimal(total).scaleb(-3)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/funding/2026-Q3/state/statement.xlsx").data))
    cells = sheet.get_sheet_by_index(0).to_python()
    assert sum(Decimal(str(row[-1])) for row in cells[1:]) == Decimal(total).scaleb(-3)
    letter = client.get("/funding/2026-Q3/state/statement.pdf")
    assert letter.data.startswith(b"%PDF")
    for row in listed:
        page = client.get(f"/funding/lines/{row['Line']}").text
        assert row["Contract"] in page
    behind = rows("SELECT sum(amount) AS amount FROM funding_line")[0].amount
    assert behind == rows("SELECT sum(amount) AS amount FROM funding_part")[0].amount
    assert "adds up" in client.get("/funding?quarter=2026-Q3").text
    for wrong in ("/funding/2026-Q3/nobody", "/funding/2026-Q5/state", "/funding/lines/99999"):
        assert client.get(wrong).status_code == 404
    refused = client.post("/funding", data={"month": "June"})
    assert (refused.status_code, "Write a month" in refused.text) == (422, True)
    with on("2026-10-05"):
        assert client.post("/funding", data={"month": "2026-12"}).status_code == 422


def test_no_provider_reads_what_funders_bear(client: FlaskClient, quarter: tuple[Organisation, Organisation]) -> None:
    split_quarter()
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=quarter[0].id)
    for path in ("/funding", "/funding/2026-Q3/state", "/funding/2026-Q3/state/statement.csv", "/funding/lines/1"):
        assert client.get(path).status_code == 403


SHARES = st.lists(st.integers(1, 10_000), min_size=1, max_size=6)


@given(amount=st.integers(-(10**15), 10**15), weights=SHARES)
def test_parts_add_up_for_any_amount_and_mirror_when_it_is_taken_back(amount: int, weights: list[int]) -> None:
    parts = shared(amount, [Decimal(weight) for weight in weights])
    assert sum(parts) == amount
    assert shared(-amount, [Decimal(weight) for weight in weights]) == [-part for part in parts]
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(amount * weight, sum(weights))) < 1


@given(amount=st.integers(-(10**9), 10**9), weights=SHARES, seed=st.randoms())
def test_the_order_of_the_funders_moves_nothing_but_the_unit_of_a_tie(
    amount: int, weights: list[int], seed: object
) -> None:
    order = list(range(len(weights)))
    seed.shuffle(order)  # type: ignore[attr-defined]
    parts = shared(amount, [Decimal(weight) for weight in weights])
    again = shared(amount, [Decimal(weights[place]) for place in order])
    rests = [Fraction(abs(amount) * weight, sum(weights)) % 1 for weight in weights]
    for at, place in enumerate(order):
        if again[at] != parts[place]:
            assert rests.count(rests[place]) > 1
            assert abs(again[at] - parts[place]) == 1


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        (CARE.replace("33.4", "33.3"), "rules.1.shares", "99.9 per cent instead of 100"),
        (CARE.replace('"33.4"', '"-33.4"'), "rules.1.shares.north", "above 0"),
        (CARE.replace("north", "south"), "rules.1.shares", "No funder"),
        (CARE.replace('"33.3", state', "33.3, state"), "rules.1.shares.fund", "in quotes"),
        (CARE + CARE.replace("Care", "Again"), "rules.2", "rule 1 takes the same"),
        (CARE.replace('basis = "Act, 1"', ""), "rules.1", "legal basis"),
        (CARE + 'valid_until = 2019-12-31\n', "rules.1.valid_until", "before the first"),
        ('[[funders]]\ncode = "fund"\nname = "x"\nkind = "fund"\n', "funders.5.code", "twice"),
        ('[[funders]]\ncode = "x"\nname = "x"\nkind = "bank"\n', "funders.5", "a kind"),
        ('[capitation]\ncount = "guess"\n', "capitation.count", "how it counts"),
        ('[capitation]\ncount = "reference_day"\nreference_day = 31\nbasis = "x"\n', "capitation.reference_day", "28"),
    ],
    ids=str,
)  # fmt: skip
def test_a_plan_that_cannot_be_says_which_row_and_why(text: str, where: str, said: str) -> None:
    with pytest.raises(InputErrors) as refused:
        parse(HEAD + FUNDERS + text)
    problem = refused.value.problems[0]
    assert problem.where == where
    assert said in str(problem.message)


def test_the_shipped_plan_reads_and_a_rule_for_contracts_goes_before_one_for_a_line() -> None:
    assert [rule.name for rule in parse(PLAN).rules] == ["Childcare", "Long-term care"]
    donor = RULE.format("Donor", 'contracts = ["C-1"]', 'hope = "100"')
    north = RULE.format("North", 'district = "North"', 'north = "100"')
    plan = parse(HEAD + FUNDERS + CARE + donor + north)
    names = [plan.rule_of(*asked, JUNE) for asked in (
        ("C-1", "long_term_care", "North"), ("C-2", "long_term_care", "North"), ("C-2", "long_term_care", "East"),
        ("C-2", "childcare", "East"),
    )]  # fmt: skip
    assert [rule.name if rule else "" for rule in names] == ["Donor", "North", "Care", ""]
