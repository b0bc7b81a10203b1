"""By which rule a sample takes money back: that of the provider's contract on the last day of its frame."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from pypdf import PdfReader

from core import clock, plan
from core.actors import Actor
from core.db import database_clock, db, unit_of_work
from core.roles import Role
from procurement.models.contract import Contract, ContractLine
from procurement.models.contract_score import ContractScore
from procurement.scored import RecoveryTerms, noted, recovered, recovery_noted
from quality.audit_cases import queries, services
from quality.audit_cases.services import Question
from quality.samples.drawing import whole
from quality.samples.estimates import Judged
from quality.samples.plan import parse
from quality.samples.presenters import recovery, rule
from quality.samples.queries.contracts import recovery_rules
from quality.samples.working import Findings, most_favourable
from quality.scoring.agreed import announced
from quality.viewers import provider_seen
from tests.accounts import sign_in
from tests.quality import builders as fund
from tests.quality.samples import builders
from tests.quality.samples.builders import LAST, PLAN

OTHER = Actor(None, "approver", "A. Pprover", frozenset({Role.PLAN_MANAGER}))
ONE_SIDED = PLAN.replace("sides = 2 ", "sides = 1 ")
YEAR = dt.date(2026, 1, 1)


def in_force(text, valid_from=YEAR):
    with clock.frozen(fund.AT), unit_of_work():
        plan.approve(plan.prepare("samples", text, valid_from=valid_from, by=OTHER), by=fund.AUDITOR)


@pytest.fixture
def organisation(app):
    with clock.frozen(fund.AT), unit_of_work():
        fund._plan()
    return builders.provider()


def contract(organisation, number="C-2026-901", valid_until=dt.date(2027, 12, 31)):
    """With the table that the plans give now."""
    with unit_of_work():
        row = Contract(
            number=number, organisation_id=organisation, title="Care", origin="open_list",
            service_line="long_term_care", state="active", signed_by_provider="manager", signed_by_fund="chair",
            created_at=fund.AT, valid_from=YEAR, valid_until=valid_until,
        )  # fmt: skip
        row.scores.append(ContractScore(place=1, valid_from=YEAR, terms=noted(announced(row.service_line, YEAR, ()))))
        db.session.add(row)
    return number


def errors_of_the_note() -> list[int]:
    """120 errors with the mean 6.25 and the standard deviation 21.40, in hundredths."""
    ten = [7_500 + sign * step for step in (3_830, 68, 12, 4, 4) for sign in (1, -1)]
    return [*ten, *[0] * 110]


def by_contracts(**texts):
    """The note's sample by the rules that these contracts took from these plans."""
    judged = [Judged(str(place), 1, 12_000, 12_000 - error) for place, error in enumerate(errors_of_the_note())]
    found = Findings("variable", [whole(2000, 10_000_000, 120, 0)], judged, {}, 10, 120, False, True)
    raw = {number: recovery_noted(parse(text).recovery) for number, text in texts.items()}
    return most_favourable(found, replace(parse(PLAN), contracts=raw).terms)


@pytest.mark.parametrize(("text", "figure"), [(PLAN, 6220.31), (ONE_SIDED, 7618.30)], ids=["two", "one"])
def test_contracts_with_different_rules_give_the_two_figures_of_the_note(text, figure):
    values, answer = by_contracts(C1=text)
    assert values["difference"]["total"] == 1_250_000
    assert values["difference"]["error"] == pytest.approx(378_806, abs=0.5)
    assert values["difference"]["lower"] / 100 == pytest.approx(figure, abs=0.005)
    assert answer.amount == int(values["difference"]["lower"])
    assert (values["contract"], values["other_contracts"]) == ("C1", [])


def test_of_two_contracts_the_rule_that_takes_back_less_counts_and_it_is_said():
    values, answer = by_contracts(C1=ONE_SIDED, C2=PLAN)
    assert (answer.amount, values["contract"], values["other_contracts"]) == (622_030, "C2", ["C1"])


def test_a_rule_is_said_with_its_numbers(app):
    with app.test_request_context():
        values, _answer = by_contracts(C1=ONE_SIDED)
        assert str(rule(values)) == "Lower limit of the estimate, one-sided"
        assert recovery(values)[0] == ("Recovery rule", "rule of contract C1")
        both, _answer = by_contracts(C1=ONE_SIDED, C2=PLAN)
        assert "contract C2; it takes back no more than the rules of C1" in recovery(both)[0][1]
        assert "rule of the plan" in recovery(by_contracts()[0])[0][1]
        said = recovered(RecoveryTerms(Decimal("0.9"), 1, Decimal("0.05"), 30, 5))
    assert said.startswith("lower limit at 90 %, one-sided, at least what was found")


def test_a_plan_without_an_own_confidence_takes_that_of_the_sizes():
    older = PLAN.replace("confidence = 0.90            # of the lower limit\n", "").replace("sides = 2 ", "# ")
    assert parse(older).recovery == parse(PLAN).recovery


def test_a_changed_plan_changes_nothing_of_a_running_contract_and_a_sample_keeps_its_rule(organisation):
    number = contract(organisation)
    in_force(ONE_SIDED)
    found = builders.judged("variable", size=60)
    terms = builders.row(found).result
    assert (terms["contract"], terms["recovery"]["sides"], terms["confidence"]) == (number, 2, 0.9)
    assert builders.row(found).rules["sides"] == 1


def test_without_a_contract_that_names_a_rule_the_plan_counts(organisation):
    contract(organisation, valid_until=LAST - dt.timedelta(days=1))
    in_force(ONE_SIDED)
    terms = builders.row(builders.judged("variable", size=60)).result
    assert (terms["contract"], terms["recovery"]["sides"]) == ("", 1)


def test_a_contract_counts_to_its_last_day_and_for_its_own_services(organisation):
    number = contract(organisation, valid_until=LAST)
    assert [*recovery_rules(organisation, LAST, ())] == [number]
    assert recovery_rules(organisation, LAST + dt.timedelta(days=1), ()) == {}
    assert recovery_rules(organisation, LAST, ["LC-100"]) == {}
    with unit_of_work():
        row = db.session.query(Contract).filter_by(number=number).one()
        row.lines.append(ContractLine(service="LC-100", valid_from=YEAR, valid_until=LAST))
    assert [*recovery_rules(organisation, LAST, ["LC-100"])] == [number]


def test_paper_page_and_case_say_whose_rule_it_is(organisation, client):
    number = contract(organisation)
    provider = provider_seen(fund.number(builders.PLACE), fund.AUDITOR)
    with clock.frozen(fund.AT), unit_of_work():
        case = services.open_case(provider, Question("Were these visits made?", "screen"), by=fund.AUDITOR).number
    found = builders.judged("variable", size=60, case=case)
    with unit_of_work():
        concluded = services.by_sample(queries.audit_case(case), "recover", "A third has no visit.", found).rule
    sign_in(client, Role.AUDITOR)
    now = builders.DRAW_AT + dt.timedelta(days=31)
    with clock.frozen(now), database_clock(lambda: now):
        page = client.get(f"/quality/samples/{found}").text
        paper = client.get(f"/quality/samples/{found}/working.pdf").data
        public = client.get(f"/public/samples/{found}").text
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=organisation)
    with clock.frozen(now), database_clock(lambda: now):
        own = client.get(f"/quality/samples/asked/{found}").text
    printed = " ".join(" ".join(one.extract_text() for one in PdfReader(io.BytesIO(paper)).pages).split())
    for said in (concluded, page, printed, own):
        assert f"rule of contract {number}" in said
        assert "lower limit at 90 %, two-sided" in said
    assert number not in public
