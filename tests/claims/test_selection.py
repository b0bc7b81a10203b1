"""Selection for review: after deciding, drawn by a seed, never in a dry run, cleared by a person."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import current_app

from claims import batch, reviewing, services
from claims.benefit_plan import parse
from claims.benefit_plan.review import Review
from claims.explanation import sentence
from claims.models import ClaimVersion
from claims.queries import records
from claims.redecisions.outlook import outlook
from claims.selection import is_drawn
from core import crew, plan
from core.actors import Actor
from core.db import db, unit_of_work
from core.errors import InputErrors
from core.roles import Role
from payments.models import Payable
from tests.claims.builders import AT, OFFICER, PLAN, REVIEWER, ZONE, Fund, claim, line
from tests.rules.reading import PlainFigures

WHO: dict[str, Any] = {"by": OFFICER, "at": AT, "zone": ZONE}
MAKER = Actor(None, "maker", "P. Maker", frozenset({Role.PLAN_MANAGER}))


def reviewed(**values: object) -> None:
    """The small fund's plan with a table [review] from its first day on."""
    shown = "\n".join(
        f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {value}" for key, value in values.items()
    )
    text = PLAN.replace("2026-1", "2026-2") + f'\n[review]\nbasis = "art. 11"\n{shown}\n'
    with unit_of_work():
        version = plan.prepare("benefits", text, valid_from=dt.date(2026, 1, 2), by=MAKER)
        plan.approve(version, by=OFFICER)


def sent(fund: Fund, days: int) -> list:
    return [claim(fund, f"A-{day}", line(on=dt.date(2026, 10, day))) for day in range(1, days + 1)]


def states() -> dict[str, tuple[str, str]]:
    with unit_of_work():
        rows = db.session.query(records.Claim.provider_claim_no, ClaimVersion.state, ClaimVersion.headline)
        rows = rows.join(ClaimVersion, records.versions_of_claim()).filter(records.is_live())
        return {number: (state, headline) for number, state, headline in rows}


def test_a_claim_above_the_amount_waits_for_a_person_and_a_dry_run_does_not(fund: Fund) -> None:
    reviewed(amount_above="15.000")
    large = claim(fund, "A-1", line(), line(on=dt.date(2026, 11, 4), no=2), line(no=3))
    with unit_of_work():
        tried = services.dry_run(large, **WHO)
        decided = services.submit(large, **WHO).decision
        small = services.submit(claim(fund, "A-2", line(on=dt.date(2026, 11, 9))), **WHO)
    assert [tried.state, tried.benefit] == ["adjudicated", 16_000]
    assert [decided.state, decided.benefit, decided.undecided] == ["pended", 0, 20_000]
    assert [each.headline for each in decided.lines] == ["REV-01", "REV-01", "ADM-03"]
    found = decided.lines[0].findings[-1]
    assert found.parameters == {"benefit": 16_000, "above": 15_000, "until": dt.date(2026, 11, 24)}
    assert sentence(found.code, found.part, found.parameters, PlainFigures(3), AT.date(), "provider") == (
        "The fund would pay 16.000 for this claim; a person looks at every claim above 15.000. "
        "The fund answers by 24 November 2026."
    )
    assert small.state == "adjudicated"


def test_the_share_that_is_drawn_follows_from_the_seed_and_comes_near_it() -> None:
    tenth = Review("art. 11", "autumn", 1_000)
    drawn = {claim_id for claim_id in range(10_000) if is_drawn(claim_id, tenth)}
    assert 900 < len(drawn) < 1_100
    assert drawn == {claim_id for claim_id in range(10_000) if is_drawn(claim_id, tenth)}
    assert drawn != {claim_id for claim_id in range(10_000) if is_drawn(claim_id, Review("art. 11", "winter", 1_000))}
    assert not any(is_drawn(claim_id, Review("art. 11", "autumn", 0)) for claim_id in range(1_000))
    assert all(is_drawn(claim_id, Review("art. 11", "autumn", 10_000)) for claim_id in range(1_000))


@pytest.mark.parametrize("lines", [1, 10_000])
def test_a_run_draws_the_same_claims_however_it_is_split(
    fund: Fund, monkeypatch: pytest.MonkeyPatch, lines: int
) -> None:
    reviewed(seed="autumn", share=5_000)
    monkeypatch.setitem(current_app.config, "CLAIM_LINES_PER_SHARD", lines)
    with unit_of_work():
        stored = services.store_many(sent(fund, 12), **WHO)
        name = batch.start(at=AT)
    crew.alone(name)
    review = Review("art. 11", "autumn", 5_000)
    expected = {each.claim.provider_claim_no: is_drawn(records.id_of(each.number), review) for each in stored}
    assert {number: headline == "REV-01" for number, (_state, headline) in states().items()} == expected
    assert 0 < sum(expected.values()) < 12
    with unit_of_work():
        assert services.decide_pending(by=OFFICER, at=AT + dt.timedelta(days=9), zone=ZONE)[1] == 0


def test_the_first_claims_of_a_provider_are_looked_at_whether_sent_together_or_one_by_one(fund: Fund) -> None:
    reviewed(first_claims=2)
    with unit_of_work():
        together = services.submit_many(sent(fund, 3), **WHO)
    assert [each.state for each in together] == ["pended", "pended", "adjudicated"]
    assert [each.decision.lines[0].findings[-1].parameters["place"] for each in together[:2]] == [1, 2]
    alone = []
    for day in (1, 2, 3):
        with unit_of_work():
            one = claim(fund, f"G-{day}", line(on=dt.date(2026, 9, day)), organisation=fund.green)
            alone.append(services.submit(one, by=OFFICER, at=AT + dt.timedelta(minutes=day), zone=ZONE).state)
    assert alone == ["pended", "pended", "adjudicated"]


def test_who_clears_a_selected_claim_decides_it_and_who_refuses_denies_it(fund: Fund) -> None:
    reviewed(amount_above="5.000")
    with unit_of_work():
        one, two = (each.number for each in services.submit_many(sent(fund, 2), **WHO))
    later = {"by": REVIEWER, "at": AT + dt.timedelta(days=1), "zone": ZONE}
    with unit_of_work():
        reviewing.accept([one], reason="seen", **later)
        reviewing.refuse([two], reason="never given", **later)
    assert states() == {"A-1": ("adjudicated", "PRC-04"), "A-2": ("denied", "CLI-03")}
    with unit_of_work():
        assert [row.amount for row in db.session.query(Payable)] == [8_000]


def test_what_a_selected_claim_would_use_stays_reserved(fund: Fund) -> None:
    reviewed(amount_above="80.000")
    with unit_of_work():
        for number, day in (("A-1", 2), ("A-2", 3)):
            each = claim(fund, number, line("DAY", dt.date(2026, 11, day), price=100_000))
            outcome = services.submit(each, **WHO)
    assert states()["A-1"] == ("pended", "REV-01")
    assert (outcome.state, outcome.decision.benefit) == ("adjudicated", 50_000), "the ceiling of 150 keeps 100 for A-1"


def test_deciding_a_household_again_pays_nothing_that_waits_for_a_reviewer(fund: Fund) -> None:
    reviewed(amount_above="5.000")
    with unit_of_work():
        services.submit(claim(fund), **WHO)
    with unit_of_work():
        assert outlook({1: dt.date(2026, 1, 1)}, zone=ZONE, at=AT).lines == []


def test_a_plan_that_draws_needs_a_seed_and_one_without_the_table_selects_nothing() -> None:
    assert parse(PLAN).review is None
    with pytest.raises(InputErrors, match="needs a seed") as refused:
        parse(PLAN + '\n[review]\nbasis = "art. 11"\nshare = 10\n')
    assert "review, seed" in refused.value.problems[0].where
