"""A score counts by the table of its contract: a newer plan changes nothing in the contract year, an amendment the
next one; before anybody signs, last year is reckoned by it."""

import datetime as dt
from decimal import Decimal

import pytest

from core import clock, plan
from core.actors import Actor
from core.db import database_clock, db, unit_of_work
from core.roles import Role
from procurement.models.contract import Contract
from procurement.models.contract_score import ContractScore
from procurement.scored import noted
from quality import services
from quality.queries import runs
from quality.scoring import life, queries, settling
from quality.scoring.agreed import announced
from quality.scoring.computing import compute_scores
from quality.scoring.models import QualityScore
from tests.accounts import sign_in
from tests.quality import builders
from tests.quality.builders import AUDITOR, LATE, PERIOD, PLAN, number

OTHER = Actor(None, "approver", "A. Pprover", frozenset({Role.PLAN_MANAGER}))
FINANCE = Actor(None, "finance", "F. Inance", frozenset({Role.FINANCE_OFFICER}))
YEAR, MIDDLE = dt.date(2026, 1, 1), dt.date(2026, 5, 1)
NEWER = (
    PLAN.replace("withheld = 0.04", "withheld = 0.06")
    .replace('id = "L-01"\nversion = 2', 'id = "L-01"\nversion = 3')
    .replace("floor = 75\n", "floor = 30\n")
    .replace("weight = 15", "weight = 5")
)


@pytest.fixture
def fund(app):
    """The small fund, measured; nobody is scored yet."""
    found = builders.world()
    with clock.frozen(builders.AT), unit_of_work():
        services.compute_period(PERIOD, by=AUDITOR)
    return found


def agreed(organisation_id, *, valid_from=YEAR, on=YEAR, **changes):
    """What the plan says on a day goes into the provider's contract; `changes` of its indicators' weights."""
    with unit_of_work():
        contract = db.session.query(Contract).filter_by(organisation_id=organisation_id).order_by(Contract.id).first()
        raw = noted(announced(contract.service_line, on, ()))
        for row in raw["indicators"]:
            row["weight"] = changes.get(row["id"].replace("-", ""), row["weight"])
        contract.scores.append(ContractScore(place=len(contract.scores) + 1, valid_from=valid_from, terms=raw))
    return contract


def changed_plan(valid_from=MIDDLE, text=NEWER):
    with unit_of_work():
        plan.approve(plan.prepare("quality", text, valid_from=valid_from, by=OTHER), by=AUDITOR)


def computed(fund, place=LATE):
    with clock.frozen(builders.AT), unit_of_work():
        compute_scores(PERIOD, by=AUDITOR)
    return queries.latest_scores(PERIOD.name)[fund[number(place)]]


def weight_of(row, indicator):
    return next(Decimal(one["weight"]) for one in row.components if one["indicator"] == indicator)


def test_a_score_has_the_weights_of_its_contract_and_says_so(fund):
    contract = agreed(fund[number(LATE)], L01="70.00", L02="30.00", L03="0.00", L04="0.00")
    row, other = computed(fund), computed(fund, 3)
    assert [weight_of(row, code) for code in ("L-01", "L-02", "L-03", "L-04")] == [70, 30, 0, 0]
    assert row.terms["contracts"] == [contract.number]
    assert "contracts" not in other.terms
    assert weight_of(other, "L-01") == Decimal("11.6667")


def test_the_page_of_a_score_names_the_contract_whose_table_it_is(fund, client):
    contract = agreed(fund[number(LATE)])
    computed(fund)
    sign_in(client, Role.AUDITOR)
    page = looked(client, f"/quality/scores/{PERIOD.name}/{number(LATE)}").text
    assert "By the table of contract" in page
    assert contract.number in page


def test_a_newer_plan_changes_no_score_of_the_running_contract_year(fund):
    agreed(fund[number(LATE)])
    before = computed(fund)
    said = (before.score, before.components, before.terms)
    changed_plan()
    with clock.frozen(builders.AT), unit_of_work():
        services.compute_period(PERIOD, by=AUDITOR)
    counted = {run.version: run for run in runs.newest_runs(PERIOD.name).values() if run.indicator == "L-01"}
    assert set(counted) == {2, 3}
    assert runs.current_run("L-01", PERIOD.name).version == 3
    after = computed(fund)
    assert after.id == before.id
    assert (after.score, after.components, after.terms) == said


def test_a_plan_that_says_it_held_all_along_changes_none_either(fund):
    agreed(fund[number(LATE)])
    before = computed(fund).score
    changed_plan(valid_from=builders.FIRST)
    with clock.frozen(builders.AT), unit_of_work():
        services.compute_period(PERIOD, by=AUDITOR)
    with clock.frozen(builders.AT), unit_of_work():
        compute_scores(PERIOD, by=AUDITOR, cause="objection")
    rows = db.session.query(QualityScore).filter_by(organisation_id=fund[number(LATE)]).all()
    assert [row.score for row in rows] == [before]
    other = queries.latest_scores(PERIOD.name)[fund[number(3)]]
    assert other.terms["version"] == 2


def test_the_next_contract_year_counts_by_what_an_amendment_brought(fund):
    contract = agreed(fund[number(LATE)])
    changed_plan()
    agreed(fund[number(LATE)], valid_from=dt.date(2026, 7, 1), on=MIDDLE)
    with unit_of_work():
        contract.valid_from = dt.date(2025, 7, 1)
    with clock.frozen(builders.AT), unit_of_work():
        services.compute_period(PERIOD, by=AUDITOR)
    row = computed(fund)
    assert (row.terms["version"], row.terms["since"]) == (2, "2026-07-01")
    line = next(one for one in row.components if one["indicator"] == "L-01")
    assert (line["floor"], runs.run_by_id(line["run"]).version) == ("30", 3)


def test_of_two_contracts_the_weights_are_the_mean_of_their_tables(fund):
    one = agreed(fund[number(LATE)], L01="100.00", L02="0.00", L03="0.00", L04="0.00")
    with unit_of_work():
        db.session.add(
            Contract(
                number="C-2026-099", organisation_id=one.organisation_id, title="Nights", origin="open_list",
                service_line=one.service_line, state="active", signed_by_provider="manager", signed_by_fund="chair",
                created_at=builders.AT, valid_from=dt.date(2026, 3, 1), valid_until=builders.LAST,
            )
        )  # fmt: skip
    row = computed(fund)
    assert sum(Decimal(part["weight"]) for part in row.components) == 100
    assert weight_of(row, "L-01") == (100 + Decimal("33.33")) / 2


def test_a_contract_is_settled_by_what_its_own_table_pays(fund, monkeypatch):
    monkeypatch.setattr("quality.scoring.dues.accepted_values", lambda spans: [1_000_000 for _ in spans])
    changed_plan(valid_from=builders.FIRST)
    agreed(fund[number(3)])
    changed_plan(valid_from=builders.FIRST, text=PLAN)
    computed(fund)
    with clock.frozen(builders.AT), unit_of_work():
        life.notify(PERIOD.name, by=AUDITOR)
        row = settling.simulate(PERIOD, 0, by=FINANCE)
    shares = {line.contract.organisation_id: Decimal(line.withheld) / line.accepted for line in row.lines}
    assert round(shares[fund[number(3)]], 3) == Decimal("0.060")
    assert round(shares[fund[number(4)]], 3) == Decimal("0.040")


def looked(client, path):
    with clock.frozen(builders.AT), database_clock(lambda: builders.AT):
        return client.get(path)


def test_before_it_is_signed_last_year_is_reckoned_by_the_table(fund, client):
    contract = agreed(fund[number(LATE)])
    score = computed(fund).score
    path = f"/quality/scores/simulations/contracts/{contract.number}"
    sign_in(client, Role.AUDITOR)
    page = looked(client, path).text
    assert "What this table would have paid" in page
    assert f"{score}" in page
    assert page.count("no numbers") == 3
    sign_in(client, Role.PROCUREMENT_OFFICER)
    assert f"{score}" not in looked(client, path).text
    assert "There are no numbers of last year." in looked(client, path).text
    with clock.frozen(builders.AT), unit_of_work():
        life.notify(PERIOD.name, by=AUDITOR)
    assert f"{score}" in looked(client, path).text
    assert path in looked(client, f"/contracts/{contract.number}").text


def test_another_cooperative_does_not_find_the_simulation_and_one_without_numbers_is_told_so(fund, client):
    contract = agreed(fund[number(LATE)])
    path = f"/quality/scores/simulations/contracts/{contract.number}"
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[number(3)])
    assert looked(client, path).status_code == 404
    with unit_of_work():
        newcomer = builders._cooperative(40)
    fresh = agreed(newcomer)
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=newcomer)
    page = looked(client, f"/quality/scores/simulations/contracts/{fresh.number}").text
    assert "There are no numbers of last year." in page
