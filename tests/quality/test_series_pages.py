"""The series of an indicator from outside: each kind has its chart, a planted shift signals, few eyes see events."""

from __future__ import annotations

import csv
import datetime as dt
import html
import itertools
import re
from io import BytesIO, StringIO

import polars as pl
import pytest
from pypdf import PdfReader

from core import clock
from core.db import bulk_insert, db, unit_of_work
from core.roles import Role
from quality import case_blocks, keeping, measures
from quality.cases import case_frame
from quality.comparison import compare
from quality.models import IndicatorResult, IndicatorRun
from quality.periods import parse_period, window
from quality.plan import parse
from quality.results import Result
from tests.accounts import sign_in
from tests.quality import builders
from tests.quality.builders import number

PLAN = parse(builders.PLAN)
DEFINITIONS = {one.id: one for one in PLAN.indicators}
NURSERY, HOME = 1, 2
DAY = dt.timedelta(days=1)
SHIFT = dt.date(2026, 7, 15)  # from here on harm comes often


@pytest.fixture
def fund(app):
    with clock.frozen(builders.AT), unit_of_work():
        builders._plan()
        builders._catalogue()
        ids = {number(NURSERY): builders._cooperative(NURSERY, "childcare"), number(HOME): builders._cooperative(HOME)}
        for name in ("2025Q3", "2026Q2", "2026Q3"):
            keep("C-07", name, incident_book(ids[number(NURSERY)], name), ids)
        for place in range(12):
            builders._member(HOME, place)
        for name in ("2026Q1", "2026Q2", "2026Q3"):
            keep("L-02", name, visits(ids[number(HOME)], name), ids)
        for turn in range(14):
            year, quarter = divmod(2026 * 4 + 2 - (13 - turn), 4)
            carers(f"{year}Q{quarter + 1}", 17.0 if turn == 13 else 9.0 + turn % 2, ids)
    return ids


def keep(indicator: str, name: str, rows: list[dict], ids: dict[str, int]) -> None:
    definition, frame = DEFINITIONS[indicator], case_frame(pl.DataFrame(rows))
    numbers = {key: name for name, key in ids.items()}
    run_of(indicator, name, list(measures.measure(definition, frame, numbers)), ids, frame)


def run_of(indicator: str, name: str, found: list[Result], ids: dict[str, int], frame=None) -> None:
    definition, period = DEFINITIONS[indicator], parse_period(name)
    stored, days = keeping.definition_as_json(definition), window(definition.period, period, PLAN.season)
    run = IndicatorRun(
        indicator=indicator, version=1, definition=stored, period=name, period_from=days.first,
        period_until=days.last, data_cutoff=builders.AT, code_version="c", params_hash=keeping.digest_of(stored),
        cases=0 if frame is None else frame.height, has_source=True, created_by="x", created_at=builders.AT,
    )  # fmt: skip
    db.session.add(run)
    db.session.flush()
    if frame is not None:
        case_blocks.store(run.id, frame, f"{indicator} {name}", by=builders.AUDITOR)
    bulk_insert(IndicatorResult.__table__, keeping.result_rows(run.id, compare(definition, found), found, ids))


def incidents() -> list[dt.date]:
    """One in about three weeks, and from the shift on one in three days."""
    found, day, turn = [], dt.date(2024, 10, 9), 0
    while day <= dt.date(2026, 9, 30):
        found.append(day)
        day += DAY * (3 if day >= SHIFT else 19 + turn % 5)
        turn += 1
    return found


def incident_book(organisation: int, name: str) -> list[dict]:
    """Four verified returns of 30,000 child-days each, and the incidents of their days."""
    period = parse_period(name)
    days = window(DEFINITIONS["C-07"].period, period, PLAN.season)
    row = {
        "organisation_id": organisation,
        "subject_kind": "provider",
        "evidence_kind": "return",
        "is_numerator": False,
    }
    quarters = [period]
    for _quarter in range(3):
        quarters.append(quarters[-1].before)
    ends = [quarter.last for quarter in quarters]
    rows = [
        {**row, "subject_kind": "provider", "subject": f"R-{end}", "evidence_on": end, "quantity": 30_000.0, "met": 0.0}
        for end in ends
    ]
    happened = [day for day in incidents() if days.first <= day <= days.last]
    event = {**row, "subject_kind": "incident", "is_numerator": True, "quantity": 0.0, "met": 1.0}
    return rows + [{**event, "subject": f"I-{day}", "evidence_on": day} for day in happened]


def visits(organisation: int, name: str) -> list[dict]:
    """Forty a day; one of them missed every Monday, and from the shift on three every day."""
    period, rows = parse_period(name), []
    for back in range((period.last - period.first).days + 1):
        day = period.first + back * DAY
        missed = 3 if day >= SHIFT else day.weekday() == 0
        for place in range(40):
            member = HOME * 1000 + place % 12 + 1
            rows.append(
                {"organisation_id": organisation, "member_id": member, "evidence_on": day, "evidence_kind": "visit",
                 "evidence_reference": f"{day}/{place}", "is_numerator": place < missed}
            )  # fmt: skip
    return rows


def carers(name: str, median: float, ids: dict[str, int]) -> None:
    run_of("L-03", name, [Result(number(HOME), 30, 0, 0, 30, 30, 30, median, None, None, "median")], ids)


def page_of(client, indicator: str, place: int, query: str = "") -> str:
    answer = client.get(f"/quality/series/{indicator}/2026Q3/{number(place)}{query}")
    assert answer.status_code == 200, answer.status
    return html.unescape(answer.text)


def rows_of(client, indicator: str, place: int, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/quality/series/{indicator}/2026Q3/{number(place)}.csv{query}")
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(StringIO(answer.text)))


def pictures(body: str) -> list[tuple[str, str]]:
    return re.findall(r'<img src="([^"]+)" alt="([^"]+)"', body)


def test_serious_incidents_have_the_sum_of_evidence_and_it_says_when_it_signalled(fund, client):
    sign_in(client, Role.AUDITOR)
    body = page_of(client, "C-07", NURSERY)
    found = re.search(r"Signal on (\d+) (July|August) 2026: harm came more often than accepted", body)
    assert found, body
    rows = [row for row in rows_of(client, "C-07", NURSERY) if row["chart"] == "evidence"]
    assert len(rows) == 24, "a point for each month of two years"
    first = next(row for row in rows if row["is_signal"] == "True")
    assert float(first["value"]) >= 3.5
    assert first["label"] in ("Jul 2026", "Aug 2026")
    assert float(rows[0]["value"]) < 3.5
    (src,) = [src for src, alt in pictures(body) if "by=evidence" in src and alt.startswith("Signal on")]
    picture = client.get(src).text
    assert "signal: " in picture
    assert 'id="signals"' in picture
    assert "Accepted are 2 per 10,000" in body


def test_rare_events_have_a_t_chart_of_the_days_between_and_a_c_chart_of_the_months(fund, client):
    sign_in(client, Role.AUDITOR)
    rows = rows_of(client, "C-07", NURSERY)
    known = incidents()
    between = [row for row in rows if row["chart"] == "between"]
    assert {row["kind"] for row in between} == {"t"}
    assert [float(row["value"]) for row in between] == [
        (after - before).days for before, after in itertools.pairwise(known)
    ]
    assert {row["label"] for row in between if row["is_signal"] == "True"}, "three days are below the lower limit"
    months = [row for row in rows if row["chart"] == "month"]
    assert {row["kind"] for row in months} == {"c"}
    assert sum(float(row["value"]) for row in months) == len(known)
    assert {row["label"] for row in months if row["is_signal"] == "True"} == {"Aug 2026", "Sep 2026"}
    text = " ".join(page.extract_text() for page in paper_of(client, "C-07", NURSERY).pages)
    for words in ("Evidence of harm (CUSUM)", "Days between events", "Events by month", "t-chart", "c-chart"):
        assert words in text, words


def paper_of(client, indicator: str, place: int, query: str = "") -> PdfReader:
    answer = client.get(f"/quality/series/{indicator}/2026Q3/{number(place)}.pdf{query}")
    assert answer.mimetype == "application/pdf"
    return PdfReader(BytesIO(answer.data))


def test_windows_that_overlap_are_drawn_and_never_judged(fund, client):
    sign_in(client, Role.AUDITOR)
    by_period = [row for row in rows_of(client, "C-07", NURSERY) if row["chart"] == "period"]
    assert [row["label"] for row in by_period] == ["Q3 2025", "Q2 2026", "Q3 2026"]
    assert {row["kind"] for row in by_period} == {"run"}


def test_missed_visits_signal_in_the_week_of_the_shift_and_by_week_they_are_shares(fund, client):
    sign_in(client, Role.AUDITOR)
    rows = rows_of(client, "L-02", HOME)
    evidence = [row for row in rows if row["chart"] == "evidence"]
    signals = [row["label"] for row in evidence if row["is_signal"] == "True"]
    assert signals[0] == "13 Jul", "the shift began on Wednesday the 15th"
    weeks = [row for row in rows if row["chart"] == "week"]
    assert {row["kind"] for row in weeks} == {"p"}
    assert next(row["label"] for row in weeks if row["is_signal"] == "True") == "13 Jul"
    assert not [row for row in rows if row["chart"] in ("between", "month")], "missed visits are not rare"


def test_medians_have_an_i_chart(fund, client):
    sign_in(client, Role.AUDITOR)
    rows = rows_of(client, "L-03", HOME)
    assert {row["kind"] for row in rows} == {"i"}
    assert [row["label"] for row in rows if row["is_signal"] == "True"] == ["Q3 2026"]
    body = page_of(client, "L-03", HOME)
    assert "Outside the control limits: Q3 2026." in body
    assert "I-chart" in body


def test_page_table_picture_and_paper_say_the_same(fund, client):
    sign_in(client, Role.AUDITOR)
    for indicator, place in (("C-07", NURSERY), ("L-02", HOME), ("L-03", HOME)):
        body = page_of(client, indicator, place)
        text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in paper_of(client, indicator, place).pages))
        charts = {row["chart"] for row in rows_of(client, indicator, place)}
        assert len(pictures(body)) == len(charts) == body.count("Show as table")
        for src, said in pictures(body):
            assert client.get(src).status_code == 200
            assert body.count(said) >= 2, "in the picture and below it"
            assert said[:40] in text


def test_events_are_for_those_who_may_see_the_cases(fund, client):
    """Weeks stay in the fund, single events with the auditors and the provider itself, and nobody hands them out."""
    address = f"/quality/charts/C-07/2026Q3/{number(NURSERY)}.svg?by="
    sign_in(client, Role.PROCUREMENT_OFFICER)
    assert {row["chart"] for row in rows_of(client, "C-07", NURSERY)} == {"period"}
    assert {row["chart"] for row in rows_of(client, "L-02", HOME)} == {"week", "period"}
    assert "CUSUM" not in page_of(client, "C-07", NURSERY)
    assert client.get(f"{address}evidence").status_code == 404
    client.post("/logout")
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[number(NURSERY)])
    assert {row["chart"] for row in rows_of(client, "C-07", NURSERY)} == {"evidence", "between", "month", "period"}
    assert client.get(f"/quality/series/L-02/2026Q3/{number(HOME)}.csv").status_code == 404
    client.post("/logout")
    sign_in(client, Role.AUDITOR)
    for indicator, place in (("C-07", NURSERY), ("L-02", HOME)):
        public = "?for=public"
        assert {row["chart"] for row in rows_of(client, indicator, place, public)} == {"period"}
        assert "CUSUM" not in page_of(client, indicator, place, public)
        paper = " ".join(page.extract_text() for page in paper_of(client, indicator, place, public).pages)
        assert "CUSUM" not in paper
        assert "By week" not in paper
    for name in ("evidence", "between", "month", "other"):
        assert client.get(f"{address}{name}&for=public").status_code == 404
    assert client.get(f"{address}other").status_code == 404
