"""The public scorecards: final scores alone, in words, nothing that few persons stand behind, no session."""

import contextlib
import csv
import io
import re

import pytest
import sqlalchemy as sa

from core.codes import ServiceLine
from core.db import db, unit_of_work
from core.roles import Role
from providers.models import ProviderServiceLine
from quality.models import IndicatorResult
from quality.queries import runs
from quality.scoring import flow, life, queries, scorecards
from quality.scoring.views import public
from tests.accounts import sign_in
from tests.quality.builders import LATE, PERIOD, PROVIDERS, number
from tests.quality.scoring.test_life import OTHER, contested, moment

LIST, CARD = "/public/quality", f"/public/quality/{number(LATE)}"


@pytest.fixture
def published(fund):
    contested(fund, 4)
    with moment(40):
        db.session.add_all(
            ProviderServiceLine(organisation_id=key, service_line="long_term_care") for key in fund.values()
        )
        life.publish(PERIOD.name, by=OTHER)
    return fund


def test_nothing_is_public_before_it_is_final_and_published(fund, client):
    assert "No scorecard fits" in client.get(LIST).text
    assert client.get(CARD).status_code == 404


def test_the_card_says_in_words_with_interval_period_cutoff_and_version(published, client):
    text = client.get(CARD).text
    row = queries.score_of(published[number(LATE)], PERIOD.name, is_auditor=False)
    assert f"{row.score:.3f}" in text
    assert "alert: worse than chance explains" in text
    assert "definition 2" in text
    assert "14 Nov 2026" in text
    assert "could contest each line" in text
    assert "Set-Cookie" not in client.get(CARD).headers
    assert client.get(f"/public/quality/{number(4)}").status_code == 404  # contested, so not final


def test_list_file_and_json_say_the_same_by_name_and_filter(published, client):
    text = client.get(LIST).text
    assert f"{PROVIDERS - 1} providers, by name" in text
    rows = [*csv.DictReader(io.StringIO(client.get(f"{LIST}/scorecards.csv").data.decode("utf-8-sig")))]
    cards = client.get(f"{LIST}/scorecards.json").json
    assert {row["provider"] for row in rows} == {card["number"] for card in cards}
    late = next(card for card in cards if card["number"] == number(LATE))
    assert {line["indicator"]: line["word"] for line in late["lines"]}["L-01"] == "alert"
    assert [card["name"] for card in cards] == sorted(card["name"] for card in cards)
    assert client.get(f"{LIST}/scorecards.json?service=health").json == []
    assert client.get(f"{LIST}/scorecards.json?district=South").json == []
    assert client.get(f"{CARD}.json").json[0]["score"] == late["score"]


def test_a_hidden_figure_is_hidden_everywhere_and_the_score_is_told_in_tens(published, client):
    run = runs.current_run("L-01", PERIOD.name)
    row = db.session.get(IndicatorResult, (run.id, published[number(LATE)]))
    shown = f"{row.value * 100:.1f}"
    exact = queries.score_of(published[number(LATE)], PERIOD.name, is_auditor=False).score
    assert shown in client.get(CARD).text
    with unit_of_work():
        row.persons = 3
    for address in (CARD, f"{CARD}.json", f"{LIST}/scorecards.json", f"{LIST}/scorecards.csv", LIST):
        text = client.get(address).text
        assert f"{exact:.3f}" not in text, address
    page = client.get(CARD).text
    assert shown not in page
    assert "told in tens" in page
    line = next(one for one in client.get(f"{CARD}.json").json[0]["lines"] if one["indicator"] == "L-01")
    assert (line["word"], line["value"], line["lower_95"], line["upper_95"]) == ("hidden", "", "", "")
    others = [card for card in client.get(f"{LIST}/scorecards.json").json if card["number"] != number(LATE)]
    hidden = [
        card for card in others for one in card["lines"] if one["indicator"] == "L-01" and one["word"] == "hidden"
    ]
    assert hidden, "one hidden cell alone could be subtracted from the total"


def test_the_link_to_the_cases_opens_for_auditors_and_the_provider_alone(published, client):
    link = re.search(r'href="(/quality/cases/L-01/[^"]+)"', client.get(CARD).text)[1]
    assert client.get(link).status_code in (302, 303, 401, 403)
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=published[number(3)])
    assert client.get(link).status_code == 404
    sign_in(client, Role.AUDITOR)
    assert client.get(link).status_code == 200


def test_the_same_journey_through_the_pages_for_both_sides(fund, client):
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[number(LATE)])
    page = f"/quality/scores/{PERIOD.name}/{number(LATE)}"
    with moment(2):
        shown = client.get(page).text
        assert "Accept the score" in shown
        refused = client.post(f"{page}/objections", data={"indicator": "L-01", "statement": "typed words"})
        assert refused.status_code == 422
        assert "typed words" in refused.text
        sent = {
            "indicator": "L-01",
            "ground": "data_error",
            "statement": "The clock stood still.",
            "case_reference": "V-3",
        }
        assert client.post(f"{page}/objections", data=sent).status_code == 303
        assert "case V-3" in client.get(page).text
    assert client.get(f"/quality/scores/{PERIOD.name}/{number(3)}").status_code == 404
    score = queries.score_of(fund[number(LATE)], PERIOD.name, is_auditor=False)
    address = f"/quality/scores/objections/{score.id}"
    assert client.get(address).status_code == 403
    sign_in(client, Role.AUDITOR)
    one = score.objections[0].id
    with moment(3):
        assert "Record the review" in client.get(address).text
        assert client.post(f"{address}/review", data={f"outcome-{one}": "left_out"}).status_code == 422
        answer = {f"outcome-{one}": "left_out", f"finding-{one}": "The log was read."}
        assert client.post(f"{address}/review", data=answer).status_code == 303
        assert client.post(f"{address}/decision", data={"decision": "Upheld."}).status_code == 303
    assert "left out after an objection" in client.get(page).text
    assert "version 2" in client.get(page).text
    assert "With the provider" in client.get(f"/quality/scores?period={PERIOD.name}").text


def test_only_figures_stand_in_the_columns_of_amounts(fund, client):
    """Amounts do not wrap: on a phone the words for “too few cases” ran over their neighbours."""
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[number(LATE)])
    with moment(2):
        shown = client.get(f"/quality/scores/{PERIOD.name}/{number(LATE)}").text
    table = shown.partition("How the score is made")[2].partition("</table>")[0]
    cells = re.findall(r'<td role="cell"( class="num")?[^>]*data-l="(As counted|Used)"[^>]*>([^<]+)', table)
    words = [(is_amount, text) for is_amount, _label, text in cells if re.search("[a-z]{3}", text)]
    assert words
    assert not [text for is_amount, text in words if is_amount]


def test_the_way_from_the_score_to_the_payment_adds_up_in_picture_and_table(published, client):
    row = queries.score_of(published[number(LATE)], PERIOD.name, is_auditor=False)
    assert row.accepted
    steps = flow.flow_of(row, life.rules_of([row])[row.id].settlement)
    assert sum(step.amount for step in steps[:-1]) == steps[-1].amount == row.effect
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=published[number(LATE)])
    page = client.get(f"/quality/scores/{PERIOD.name}/{number(LATE)}").text
    picture = client.get(f"/quality/scores/{PERIOD.name}/{number(LATE)}/payment.svg").text
    assert "From the score to the payment" in page
    for step in steps:
        assert flow.signed(step.amount) in page
        assert flow.signed(step.amount).replace("−", "–") in picture
    assert client.get(f"/quality/scores/{PERIOD.name}/{number(3)}/payment.svg").status_code == 404


def test_the_list_makes_the_cards_of_its_page_alone_with_as_many_statements_as_for_one(published, client, monkeypatch):
    made: list[str] = []
    whole = scorecards._card
    monkeypatch.setattr(scorecards, "_card", lambda *card: made.append(card[1].number) or whole(*card))
    few = statements_of(client, f"{LIST}?words={number(3)}")
    assert made == [number(3)]
    many = statements_of(client, LIST)
    assert len(made) == 1 + PROVIDERS - 1
    assert many == few
    monkeypatch.setattr(public, "PAGE", 10)
    made.clear()
    text = client.get(f"{LIST}?page=3").text
    assert made == sorted(made)
    assert len(made) == (PROVIDERS - 1) % 10
    assert f"{PROVIDERS - 1} providers, by name" in text
    assert "1 provider, by name" in client.get(f"{LIST}?words=cooperative {LATE}").text
    assert "No scorecard fits" in client.get(f"{LIST}?words=%25").text


def statements_of(client, address: str) -> int:
    seen: list[str] = []
    with listening(seen):
        assert client.get(address).status_code == 200
    return len(seen)


@contextlib.contextmanager
def listening(seen: list[str]):
    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("language", "name"),
    [("en", "On-time visits"), ("fr", "Visites à l’heure"), ("es", "Visitas puntuales"), ("ar", "زيارات في وقتها")],
)
def test_the_card_names_indicators_in_the_reader_s_language_and_open_data_in_the_fund_s(
    published, client, language, name
):
    with unit_of_work():
        db.session.get(ServiceLine, "long_term_care").name = "Long-term care"
    page = client.get(f"{CARD}?lang={language}").text
    assert f">{name}<" in re.sub(r"\s+", " ", page)
    assert ("Long-term care" in page) == (language == "en")
    asked = {"Accept-Language": language}
    card = client.get(f"{CARD}.json", headers=asked).json[0]
    assert "On-time visits" in {line["name"] for line in card["lines"]}
    assert card["services"] == ["Long-term care"]
    assert "On-time visits" in client.get(f"{LIST}/scorecards.csv", headers=asked).text
