"""Pages, pictures, files, papers and API of figures: the same numbers everywhere, and nothing of who is hidden."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy
import pytest
from pypdf import PdfReader

from core import clock
from core.db import bulk_insert, db, unit_of_work
from core.roles import Role
from quality import keeping
from quality.comparison import compare
from quality.models import IndicatorResult, IndicatorRun
from quality.periods import parse_period
from quality.plan import parse
from quality.results import Result
from quality.statistics.intervals import LEVEL_998, wilson
from tests.accounts import sign_in
from tests.care.test_nearby import statements
from tests.quality import builders
from tests.quality.builders import number

DEFINITION = next(one for one in parse(builders.PLAN).indicators if one.id == "L-01")
SMALL, NEXT, LATE, PERIODS = 3, 5, 7, 15
PAGE = "/quality/indicators/L-01/2026Q3"
PAIR = ("numerator", "denominator")


def result(place: int, met: int, size: int, persons: int) -> Result:
    limits = wilson(met, size), wilson(met, size, LEVEL_998)
    return Result(number(place), size, 0, 0, met, size, persons, met / size, *limits, "wilson")


def results(turn: int) -> list[Result]:
    """Twelve providers: one late, one of nine persons, and the next smallest that must hide with it."""
    found = [result(place, 880 + 3 * place + turn % 3, 1000 + 2 * place, 60 + place) for place in range(1, 13)]
    found[LATE - 1] = result(LATE, 660 + turn, 1014, 67)
    found[SMALL - 1] = result(SMALL, 641, 777, 9)
    found[NEXT - 1] = result(NEXT, 687, 823, 14)
    return found


def told(text: str, place: int) -> list[str]:
    """In which ways the figure of a provider stands in the text."""
    one = results(0)[place - 1]
    counts = [f"{one.numerator:.0f}", f"{one.denominator:.0f}", f"{one.value * 100:.1f}", f"{one.value:.4f}"]
    lower, upper = one.interval
    wanted = [*counts, f"{lower * 100:.1f} –", f"{lower:.5f}", f"{upper:.5f}"]
    return [word for word in wanted if re.search(rf"(?<![\d.,]){re.escape(word)}(?!\d\d)", text)]


@pytest.fixture
def fund(app):
    with clock.frozen(builders.AT), unit_of_work():
        builders._plan()
        builders._catalogue()
        ids = {number(place): builders._cooperative(place) for place in range(1, 13)}
        for turn in range(PERIODS):
            year, quarter = divmod(2026 * 4 + 2 - (PERIODS - 1 - turn), 4)
            _keep(f"{year}Q{quarter + 1}", results(0 if turn == PERIODS - 1 else turn), ids)
    return ids


def _keep(name: str, found: list[Result], ids: dict[str, int]) -> None:
    period, stored = parse_period(name), keeping.definition_as_json(DEFINITION)
    run = IndicatorRun(
        indicator="L-01", version=1, definition=stored, period=name, period_from=period.first,
        period_until=period.last, data_cutoff=builders.AT, code_version="c", params_hash=keeping.digest_of(stored),
        cases=len(found), has_source=True, created_by="x", created_at=builders.AT,
    )  # fmt: skip
    db.session.add(run)
    db.session.flush()
    bulk_insert(IndicatorResult.__table__, keeping.result_rows(run.id, compare(DEFINITION, found), found, ids))


def text_of(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status)
    if answer.mimetype == "application/pdf":
        return " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    return answer.text


def addresses(run: int, query: str) -> list[str]:
    series = f"/quality/series/L-01/2026Q3/{number(SMALL)}{query}"
    return [
        *(f"{PAGE}{query}{more}" for more in ("", "&view=side", "&view=time")),
        *(f"{PAGE}.{kind}{query}" for kind in ("csv", "json")),
        f"/quality/charts/{run}.svg{query}",
        f"/quality/charts/{run}.svg{query}&view=side",
        f"/quality/charts/{run}.svg{query}&provider={number(SMALL)}",
        *(f"/quality/comparison/2026Q3{kind}{query}" for kind in ("", ".csv", ".svg")),
        *(f"/quality/papers/2026Q3{name}.pdf{query}" for name in ("", "/L-01")),
        f"/quality/papers/2026Q3/providers/{number(SMALL)}.pdf{query}",
        series,
        f"/quality/charts/L-01/2026Q3/{number(SMALL)}.svg{query}",
        f"/quality/providers/{number(SMALL)}/over-time{query}",
    ]


def run_id() -> int:
    return db.session.query(IndicatorRun).filter_by(period="2026Q3").one().id


def test_what_is_handed_out_holds_nothing_of_the_hidden_in_any_form(fund, client):
    """Page, picture, alternative text, CSV, JSON, PDF; of the small one and of the one that hides with it."""
    sign_in(client, Role.AUDITOR)
    for address in addresses(run_id(), "?for=public"):
        found = text_of(client, address)
        for place in (SMALL, NEXT):
            assert not told(found, place), (address, told(found, place))


def guesses(told: dict[str, Any]) -> int:
    """How many pairs of hidden counts fit what is told to its last digit, for one who even knows both together.

    Who solves the shrunken value of a shown provider for the spread between all learns of the hidden what is left.
    """
    shown = [(one["numerator"], one["denominator"]) for one in told["lines"] if one["value"] is not None]
    one = next(line for line in told["lines"] if line["value"] is not None)
    met, size = (sum(getattr(results(0)[place - 1], name) for place in (SMALL, NEXT)) for name in PAIR)
    n, x = numpy.meshgrid(numpy.arange(1.0, size), numpy.arange(0.0, met + 1))
    fits = (x <= n) & (met - x <= size - n)
    n, x = n[fits], x[fits]
    total, whole = sum(pair[0] for pair in shown) + met, sum(pair[1] for pair in shown) + size
    mean, count = total / whole, len(shown) + 2
    squares = sum(b * (a / b - mean) ** 2 for a, b in shown) + n * (x / n - mean) ** 2
    squares += (size - n) * ((met - x) / (size - n) - mean) ** 2
    room = whole - (sum(b**2 for _a, b in shown) + n**2 + (size - n) ** 2) / whole
    rho = numpy.clip((squares / (mean * (1 - mean)) - (count - 1)) / (room - (count - 1)), 1e-12, 1)
    prior = (1 - rho) / rho
    values = (one["numerator"] + prior * mean) / (one["denominator"] + prior)
    half = max(0.5 * 10.0 ** -len(repr(one["shrunken"]).partition(".")[2]), 1e-13)
    return int((abs(values - one["shrunken"]) <= half).sum())


def test_what_is_made_from_all_tells_no_hidden_count_by_its_last_digits(fund, client):
    sign_in(client, Role.AUDITOR)
    everything = client.get(f"{PAGE}.json").json
    hidden = {number(SMALL), number(NEXT)}
    named = [line | {"value": None if line["provider"] in hidden else line["value"]} for line in everything["lines"]]
    assert guesses({"lines": named}) == 2  # the attack is no toy: the two hidden providers, or each other
    told = client.get(f"{PAGE}.json?for=public").json
    assert guesses(told) > 1000
    assert told["centre"] == round(everything["centre"], 3)
    for line in told["lines"]:
        assert line["z_adjusted"] is None or line["z_adjusted"] == round(line["z_adjusted"], 1)
        assert line["limit_lower_998"] is None or line["limit_lower_998"] == round(line["limit_lower_998"], 3)


def test_the_fund_sees_the_hidden_marked_as_restricted(fund, client):
    """The same addresses without the word: the test above could fail."""
    sign_in(client, Role.AUDITOR)
    page, paper = text_of(client, PAGE), text_of(client, "/quality/papers/2026Q3/L-01.pdf")
    assert page.count("restricted") == 2
    assert paper.count("restricted") == 3, "two figures and the note"
    held = [address for address in addresses(run_id(), "?x=") if told(text_of(client, address), SMALL)]
    assert len(held) >= 9


def test_marks_of_the_hidden_are_not_in_the_pictures(fund, client):
    sign_in(client, Role.AUDITOR)

    def marks(query: str) -> int:
        root = ElementTree.fromstring(text_of(client, f"/quality/charts/{run_id()}.svg{query}"))
        groups = [g for g in root.iter("{http://www.w3.org/2000/svg}g") if g.get("id") in ("peers", "spoken-of")]
        return sum(len(list(g.iter("{http://www.w3.org/2000/svg}use"))) for g in groups)

    assert (marks(""), marks("?for=public"), marks("?for=public&view=side")) == (12, 10, 10)


def test_a_cooperative_reads_nothing_of_the_hidden(fund, client):
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[number(2)])
    for address in (PAGE, f"{PAGE}?view=time", f"{PAGE}.csv", f"{PAGE}.json", f"/quality/charts/{run_id()}.svg"):
        found = text_of(client, address)
        assert not told(found, SMALL) + told(found, NEXT), address
    for address in (f"/quality/series/L-01/2026Q3/{number(SMALL)}", "/quality/comparison/2026Q3"):
        assert client.get(address).status_code == 404


def test_the_hidden_one_sees_its_own_figure_and_nothing_made_from_all(fund, client):
    """Its own figure beside the limits or the mean of all would tell the figure of the one that hides with it."""
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[number(SMALL)])
    (line,) = client.get(f"{PAGE}.json").json["lines"]
    assert (line["numerator"], line["denominator"]) == (641, 777)
    assert line["shrunken"] is line["limit_lower_998"] is line["z_adjusted"] is None
    assert client.get(f"{PAGE}.json").json["centre"] is None
    assert client.get(f"/quality/charts/{run_id()}.svg").status_code == 404


def test_page_picture_file_paper_and_program_say_the_same_numbers(fund, client):
    sign_in(client, Role.AUDITOR)
    line = next(one for one in client.get(f"{PAGE}.json").json["lines"] if one["provider"] == number(LATE))
    counts, value = f"{line['numerator']:.0f} / {line['denominator']:,.0f}", f"{line['value'] * 100:.1f}"
    page, paper = text_of(client, PAGE), text_of(client, "/quality/papers/2026Q3/L-01.pdf")
    row = next(row for row in text_of(client, f"{PAGE}.csv").splitlines() if number(LATE) in row)
    picture = text_of(client, f"/quality/charts/{run_id()}.svg")
    assert counts in page
    assert counts in re.sub(r"\s", " ", paper)
    assert f"{line['numerator']:.1f},{line['denominator']:.1f}" in row
    for found in (page, paper, picture):
        assert value in found
    assert repr(line["value"]) in row


def test_the_same_figures_are_the_same_paper_and_it_names_its_alerts(fund, client):
    sign_in(client, Role.AUDITOR)
    address = "/quality/papers/2026Q3.pdf"
    first = client.get(address).data
    for kept in Path(client.application.config["INSTANCE_FOLDER"], "charts").glob("*.pdf"):
        kept.unlink()  # drawn again, not read again
    assert client.get(address).data == first
    text = text_of(client, address)
    assert "Indicators of Q3 2026" in text
    assert number(LATE) in text
    assert PdfReader(BytesIO(first)).metadata.title == "2026Q3: Indicators of Q3 2026"


def test_the_planted_one_is_the_only_alert_and_raw_alarms_stand_beside(fund, client):
    sign_in(client, Role.AUDITOR)
    lines = client.get(f"{PAGE}.json").json["lines"]
    assert [line["provider"] for line in lines if line["alert"] == "alert"] == [number(LATE)]
    page = text_of(client, "/quality/comparison/2026Q3")
    assert "1 figure is too far from the others to be chance." in page
    assert "Raw 95 %" in page
    assert f"Cooperative {LATE}" in page[page.index("auditors’ list") :]


def test_fifteen_quarters_make_a_chart_with_signals_and_its_table(fund, client):
    sign_in(client, Role.AUDITOR)
    page = text_of(client, f"/quality/series/L-01/2026Q3/{number(LATE)}")
    assert len(re.findall(r'scope="row"[^>]*>Q\d 20', page)) == PERIODS
    assert "Outside the control limits" in page or "A shift" in page or "Steady at" in page
    small = text_of(client, f"/quality/charts/L-01/2026Q3/{number(LATE)}.svg?small=1")
    assert 'width="270"' in small


def test_a_page_of_figures_costs_the_same_statements_for_any_number_of_providers(fund, client):
    sign_in(client, Role.AUDITOR)
    for address in (f"{PAGE}?view=time", "/quality/comparison/2026Q3", f"/quality/providers/{number(2)}/over-time"):
        client.get(address)
        with statements() as asked:
            client.get(address)
        assert len(asked) < 30, (address, len(asked))  # twelve providers, fifteen periods
