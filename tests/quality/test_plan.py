import datetime as dt
import tomllib
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from core.errors import InputErrors
from quality.continuity import concentration
from quality.definitions import Counting, Kind
from quality.plan import IndicatorSchema, parse
from quality.scoring.arithmetic import Item, score

TEXT = (Path(__file__).parents[2] / "plan" / "quality.toml").read_text(encoding="utf-8")


def refused(text: str) -> dict[str, str]:
    with pytest.raises(InputErrors) as error:
        parse(text)
    return {problem.where: str(problem.message) for problem in error.value.problems}


def test_the_demo_plan_reads_and_its_thresholds_are_exact():
    plan = parse(TEXT)
    numbered = {"H": 8, "C": 8, "L": 8, "X": 8}
    assert [one.id for one in plan.indicators] == [
        f"{s}-0{n}" for s, last in numbered.items() for n in range(1, last + 1)
    ]
    on_time = plan.indicator("L-01", dt.date(2026, 7, 1))
    assert on_time is not None
    assert (on_time.floor, on_time.target, on_time.kind) == (Decimal(75), Decimal(97), Kind.PROPORTION)
    assert on_time.counting is Counting.EVENTS
    assert plan.settlement.withheld == Decimal("0.04")
    assert plan.score.minimum_reportable == Decimal("0.60")


def test_a_definition_is_in_force_on_its_days_only():
    plan = parse(TEXT)
    assert plan.on(dt.date(2025, 12, 31)) == ()
    assert len(plan.on(dt.date(2026, 1, 1))) == 32


@pytest.mark.parametrize(
    ("found", "written", "where"),
    [
        ('kind = "median"', 'kind = "guess"', "indicator.19.kind"),
        ("floor = 1.3\n", "", "indicator.1.floor"),
        ("withheld = 0.04", "withheld = 4", "settlement.withheld"),
        ("nothing_at = 50", "nothing_at = 90", "settlement._schema"),
        ("floor = 1.3", "floor = 0.85", "H-01.1.target"),
        ("floor = 20\n", "floor = 0\n", "L-02.2.target"),
        ('id = "H-02"', 'id = "H-01"', "H-01.1"),
        ("appeal_days = 30", "appeal_days = 30\nsurprise = 1", "surprise"),
        ("valid_from = 2026-01-01", 'valid_from = "soon"', "H-01.1.valid_from"),
    ],
)
def test_a_wrong_plan_says_where_it_is_wrong(found, written, where):
    assert where in refused(TEXT.replace(found, written, 1))


def test_two_versions_must_not_overlap():
    later = TEXT[TEXT.index("[[indicator]]") : TEXT.index('[[indicator]]\nid = "H-02"')]
    later = later.replace("version = 1", "version = 2").replace("2026-01-01", "2027-01-01")
    assert "H-01.2.valid_from" in refused(TEXT + later)
    ended = TEXT.replace("valid_from = 2026-01-01", "valid_from = 2026-01-01\nvalid_until = 2026-12-31", 1)
    assert len(parse(ended + later).indicators) == 33


def test_text_that_is_no_plan_is_refused_in_words():
    assert "quality" in refused("this is not TOML")


def test_the_home_care_indicators_of_the_plan_score_the_worked_values():
    values = {"L-01": 91, "L-02": 4, "L-03": 12, "L-04": 93}
    rows = [one for one in parse(TEXT).indicators if one.id in values]
    result = score([Item(one.id, one.weight, one.floor, one.target, Decimal(values[one.id])) for one in rows])
    assert [str(line.score) for line in result.components] == ["72.73", "84.21", "60.00", "72.22"]
    assert result.published == Decimal("72.332")


def test_continuity_meets_its_vector():
    contacts = pl.DataFrame({"member": [1, 1, 1, 1, 2, 3, 3], "times": [4, 2, 1, 1, 5, 1, 1]})
    found = contacts.group_by("member", maintain_order=True).agg(index=concentration(pl.col("times")))
    assert found["index"].to_list() == [0.25, 1, 0]


def test_a_text_approved_before_definitions_named_their_source_still_stands():
    """A fund's approved version is never rewritten, so it must be read as it was meant."""
    document = tomllib.loads(TEXT, parse_float=Decimal)
    rows = [row for row in document["indicator"] if row["id"] in ("C-04", "L-01", "H-03")]
    fields = ("source", "period", "numerator_text", "denominator_text")
    schema = IndicatorSchema(many=True)
    read = schema.load([{name: value for name, value in row.items() if name not in fields} for row in rows])
    meant = {one.id: (one.source, one.period) for one in schema.load(rows)}
    assert {one.id: (one.source, one.period) for one in read} == meant
    assert {one.id: one.numerator_text for one in read}["L-01"] == "visits started within 30 minutes"
