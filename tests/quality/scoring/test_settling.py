"""From score to posting: the worked table to the minor unit, a pool that is too small, gates, objections; two people.

Through the pages, from a simulation to the remittance of the bank transfer.
"""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from pypdf import PdfReader

from core import clock
from core.actors import Actor
from core.db import database_clock, db, unit_of_work
from core.errors import Conflict, DomainError, Forbidden, InputErrors
from core.roles import Role
from core.states import IllegalStep
from payments import ledger
from payments import services as payments
from payments.models import Payable, Payment
from payments.papers import remittance
from procurement.models.contract import Contract
from quality.scoring import queries, settling
from quality.scoring.dues import carried_over
from quality.scoring.models import QualityScore, QualitySettlement
from quality.scoring.states import FINAL
from tests.accounts import sign_in
from tests.quality import builders
from tests.quality.builders import AT, PERIOD, number

A = 125_000_000
TABLE = {
    "45": -5_000_000, "65": -2_500_000, "68.899": -1_850_167, "80": 0, "90": 2_500_000, "100": 3_750_000,
}  # fmt: skip
ONE = Actor(None, "one", "O. Ne", frozenset({Role.FINANCE_OFFICER}))
TWO = Actor(None, "two", "T. Wo", frozenset({Role.FINANCE_OFFICER}))


@pytest.fixture
def house(app, monkeypatch):
    """Contracts with an accepted value of 1 250 000.00 each; `scored` gives them scores."""
    with unit_of_work():
        builders._plan()
        builders._catalogue()
    monkeypatch.setattr("quality.scoring.dues.accepted_values", lambda spans: [A for _ in spans])
    with clock.frozen(AT):
        yield


def scored(*scores, state="final", **more):
    """A cooperative with a score each; its organisation ids."""
    made = []
    with unit_of_work():
        for place, value in enumerate(scores, 1):
            key = builders._cooperative(place)
            made.append(key)
            db.session.add(score_row(key, value, state, **more))
    return made


def score_row(key, value, state, version=1, limiters=(), uncapped=None):
    score = None if value is None else Decimal(value)
    return QualityScore(
        organisation_id=key, period=PERIOD.name, period_until=PERIOD.last, version=version, state=state, score=score,
        uncapped=uncapped or score, reportable=Decimal(1), limiters=list(limiters), components=[], accepted=A, effect=0,
        contest_until=dt.date(2026, 12, 14), created_by="auditor", created_at=AT,
        final_at=AT if state in FINAL else None,
    )  # fmt: skip


def simulate(top_up=0):
    with unit_of_work():
        return settling.simulate(PERIOD, top_up, by=ONE).number


def released(top_up=0):
    name = simulate(top_up)
    with unit_of_work():
        settling.release(name, by=TWO)
    return queries.settlement(name)


def amounts():
    rows = db.session.query(Payable).filter_by(kind="settlement").order_by(Payable.id)
    return [row.amount for row in rows]


def test_the_worked_table_is_posted_to_the_minor_unit_and_the_journals_balance(house):
    scored(*TABLE)
    row = released()
    assert {str(line.score): line.difference for line in row.lines} == {
        f"{Decimal(q):.3f}": x for q, x in TABLE.items()
    }
    assert [A + line.effect for line in row.lines][2] == 123_149_833
    assert amounts() == [amount for amount in TABLE.values() if amount]
    assert [*ledger.verify()] == []
    assert (row.unreturned, row.bonuses, row.left) == (9_350_167, 6_250_000, 3_100_167)
    assert carried_over(queries.released_lines()) == 3_100_167


def test_a_pool_that_is_too_small_is_shared_and_the_fund_may_top_it_up(house):
    scored("68.899", "90", "100")
    row = queries.settlement(simulate())
    assert [line.bonus for line in row.lines] == [0, 740_067, 1_110_100]
    assert (row.pool, row.left) == (1_850_167, 0)
    with unit_of_work():
        settling.drop(row.number, by=ONE)
    row = queries.settlement(simulate(4_399_833))
    assert [line.bonus for line in row.lines] == [0, 2_500_000, 3_750_000]
    assert (row.top_up, row.left) == (4_399_833, 0)


def test_another_person_releases_once_and_only_what_was_simulated(house):
    scored("65")
    name = simulate()
    with pytest.raises(Conflict, match="waits for its second person"):
        simulate()
    with pytest.raises(Forbidden, match="someone else"), unit_of_work():
        settling.release(name, by=ONE)
    with unit_of_work():
        settling.release(name, by=TWO)
    with pytest.raises(IllegalStep), unit_of_work():
        settling.release(name, by=TWO)
    assert amounts() == [-2_500_000]
    with pytest.raises(InputErrors, match="changes what was posted"):
        simulate()


def test_a_simulation_that_claims_or_scores_overtook_is_not_released(house, monkeypatch):
    scored("65")
    name = simulate()
    monkeypatch.setattr("quality.scoring.dues.accepted_values", lambda spans: [A + 1 for _ in spans])
    with pytest.raises(Conflict, match="simulate again"), unit_of_work():
        settling.release(name, by=TWO)
    assert amounts() == []


def test_what_is_contested_takes_nothing_and_an_upheld_objection_posts_the_difference(house):
    low, high = scored("45", "90", state="contested")
    released(top_up=2_500_000)
    assert amounts() == [2_500_000]  # the bonus that nobody disputes; no malus before it is final
    with unit_of_work():
        for key, value in ((low, "65"), (high, "95")):
            before = queries.score_of(key, PERIOD.name, is_auditor=True)
            before.state = "reviewed"
            db.session.flush()
            before.state, before.decision, before.decided_at = "decided", "Upheld.", AT
            db.session.flush()
            before.state = "superseded"
            db.session.flush()
            db.session.add(score_row(key, value, "final", version=2))
    row = released()
    assert [line.difference for line in row.lines] == [-2_500_000, 1_250_000]
    assert [line.effect for line in row.lines] == [-2_500_000, 3_750_000]
    assert [*ledger.verify()] == []


def test_who_is_settled_later_in_a_period_gets_the_share_of_the_pool_that_the_first_ones_got(house):
    scored("68.899", "90", "100")
    released()
    with unit_of_work():
        db.session.add(score_row(builders._cooperative(9), "90", "final"))
    row = released()
    part = Decimal(1_850_167) / Decimal(6_250_000)
    assert [line.bonus for line in row.lines] == [round(2_500_000 * part)]
    assert (row.top_up, row.left) == (row.lines[0].bonus, 0)  # the fund adds what lacks; nobody gives back


GATE = [{"limiter": "pay_below_floor", "shown_by": "X-02 90"}]


@pytest.mark.parametrize(
    ("written_after", "cured_after", "state", "amount"),
    [
        (90, 90, "returned", 2_500_000),
        (91, None, "forfeited", 0),
        # the day of the cure decides, not the day on which an officer comes to it
        (200, 80, "returned", 2_500_000),
        (200, 90, "returned", 2_500_000),
        (200, 91, "forfeited", 0),
    ],
)
def test_a_gate_has_ninety_days_to_be_cured_whenever_it_is_written_down(
    house, written_after, cured_after, state, amount
):
    scored("49", limiters=GATE, uncapped=Decimal(65))
    row = released()
    assert [(line.state, line.suspended, line.bonus, line.effect) for line in row.lines] == [
        ("suspended", 5_000_000, 0, -5_000_000)
    ]
    assert (row.unreturned, row.left) == (0, 0)
    cured_on = None if cured_after is None else AT.date() + dt.timedelta(days=cured_after)
    with clock.frozen(AT + dt.timedelta(days=written_after)), database_clock(clock.now):
        with pytest.raises(InputErrors), unit_of_work():
            settling.close_withhold(row.number, 1, " ", cured_on, by=TWO)
        with unit_of_work():
            line = settling.close_withhold(row.number, 1, "Wages were paid after.", cured_on, by=TWO)
        with pytest.raises(IllegalStep), unit_of_work():
            settling.close_withhold(row.number, 1, "Again.", cured_on, by=TWO)
    assert (line.state, line.cured, line.cured_on) == (state, amount, cured_on)
    assert sum(amounts()) == amount - 5_000_000
    assert carried_over(queries.released_lines()) == 5_000_000 - amount


def test_nothing_is_forfeited_while_the_days_run_and_no_cure_lies_ahead(house, client):
    scored("49", limiters=GATE, uncapped=Decimal(65))
    row = released()
    with pytest.raises(InputErrors, match="Its days to cure run until"), unit_of_work():
        settling.close_withhold(row.number, 1, "Nothing cured it.", by=TWO)
    sign_in(client, Role.FINANCE_OFFICER)
    address = f"/quality/scores/settlements/{row.number}/1"
    for typed, said in ((f"{AT.year + 1}-12-24", "This day lies ahead."), ("soon", "soon")):
        refused = client.post(address, data={"reason-1": "Wages were paid after.", "cured_on-1": typed})
        assert refused.status_code == 422
        assert said in refused.text
    assert (
        client.post(
            address, data={"reason-1": "Wages were paid after.", "cured_on-1": AT.date().isoformat()}
        ).status_code
        == 303
    )
    assert queries.settlement(row.number).lines[0].state == "returned"


def test_insufficient_data_returns_everything(house):
    scored(None)
    assert [line.effect for line in released().lines] == [0]
    assert amounts() == []


def test_only_finance_officers_settle(house):
    scored("65")
    with pytest.raises(Forbidden), unit_of_work():
        settling.simulate(PERIOD, 0, by=builders.AUDITOR)
    with pytest.raises(DomainError), unit_of_work():
        settling.release("Q-2026-001-X", by=TWO)


def test_from_the_simulation_to_the_remittance_through_the_pages(house, client):
    key = scored("90")[0]
    sign_in(client, Role.FINANCE_OFFICER)
    refused = client.post("/quality/scores/settlements", data={"period": "2026Q3", "top_up": "much"})
    assert refused.status_code == 422
    shown = client.post(
        "/quality/scores/settlements", data={"period": "2026Q3", "top_up": "25000"}, follow_redirects=True
    )
    row = db.session.query(QualitySettlement).one()
    assert "someone else must release it" in shown.text
    assert client.post(f"/quality/scores/settlements/{row.number}", data={"act": "release"}).status_code == 403
    table = [*csv.DictReader(io.StringIO(client.get(f"/quality/scores/settlements/{row.number}.csv").text))]
    assert [(one["accepted"], one["withheld"], one["bonus"]) for one in table] == [("125000000", "5000000", "2500000")]
    sign_in(client, Role.FINANCE_OFFICER)
    assert client.post(f"/quality/scores/settlements/{row.number}", data={"act": "release"}).status_code == 303
    contract = db.session.query(Contract).filter_by(organisation_id=key).one()
    assert db.session.query(Payable).one().business_key == f"quality:{row.number}:{contract.number}"
    with unit_of_work():
        account = payments.set_account(key, kind="wallet", number="21655512345", holder="C", by=ONE)
        payments.confirm_account(account, by=TWO, on=AT.date(), is_first=True)
        run = payments.prepare_run(value_on=AT.date(), by=ONE)
    with unit_of_work():
        payments.release_run(run.number, by=TWO)
    paid = db.session.query(Payment).one()
    assert (paid.state, paid.amount) == ("sent", 2_500_000)
    text = PdfReader(io.BytesIO(remittance(paid))).pages[0].extract_text()
    assert "quality 2026Q3" in text
    assert number(1) not in text
