import datetime as dt
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from core.errors import InputErrors
from quality.continuity import bice_boxerman, usual_provider
from quality.definitions import Counting, Kind
from quality.plan import parse
from quality.score import Item, score

TEXT = (Path(__file__).parents[2] / "plan" / "quality.toml").read_text(encoding="utf-8")


def refused(text: str) -> dict[str, str]:
    with pytest.raises(InputErrors) as error:
        parse(text)
    return {problem.where: str(problem.message) for problem in error.value.problems}


def test_the_demo_plan_reads_and_its_thresholds_are_exact():
    plan = parse(TEXT)
    assert [one.id for one in plan.indicators] == ["C-03", "C-04", "L-01", "L-02", "L-03", "L-04", "H-03"]
    on_time = plan.indicator("L-01", dt.date(2026, 7, 1))
    assert on_time is not None
    assert (on_time.floor, on_time.target, on_time.kind) == (Decimal(75), Decimal(97), Kind.PROPORTION)
    assert on_time.counting is Counting.EVENTS
    assert plan.settlement.withheld == Decimal("0.04")
    assert plan.score.minimum_reportable == Decimal("0.60")


def test_a_definition_is_in_force_on_its_days_only():
    plan = parse(TEXT)
    assert plan.on(dt.date(2025, 12, 31)) == ()
    assert len(plan.on(dt.date(2026, 1, 1))) == 7


@pytest.mark.parametrize(
    ("found", "written", "where"),
    [
        ('kind = "median"', 'kind = "guess"', "indicator.5.kind"),
        ("floor = 95\n", "", "indicator.1.floor"),
        ("withheld = 0.04", "withheld = 4", "settlement.withheld"),
        ("nothing_at = 50", "nothing_at = 90", "settlement._schema"),
        ("floor = 95", "floor = 100", "C-03.1.target"),
        ("floor = 20\n", "floor = 0\n", "L-02.1.target"),
        ('id = "C-04"', 'id = "C-03"', "C-03.1"),
        ("appeal_days = 30", "appeal_days = 30\nsurprise = 1", "surprise"),
        ("valid_from = 2026-01-01", 'valid_from = "soon"', "C-03.1.valid_from"),
    ],
)
def test_a_wrong_plan_says_where_it_is_wrong(found, written, where):
    assert where in refused(TEXT.replace(found, written, 1))


def test_two_versions_must_not_overlap():
    later = TEXT[TEXT.index("[[indicator]]") : TEXT.index('[[indicator]]\nid = "C-04"')]
    later = later.replace("version = 1", "version = 2").replace("2026-01-01", "2027-01-01")
    assert "C-03.2.valid_from" in refused(TEXT + later)
    ended = TEXT.replace("valid_from = 2026-01-01", "valid_from = 2026-01-01\nvalid_until = 2026-12-31", 1)
    assert len(parse(ended + later).indicators) == 8


def test_text_that_is_no_plan_is_refused_in_words():
    assert "quality" in refused("this is not TOML")


def test_the_home_care_indicators_of_the_plan_score_the_worked_values():
    values = {"L-01": 91, "L-02": 4, "L-03": 12, "L-04": 93}
    rows = [one for one in parse(TEXT).indicators if one.id in values]
    result = score([Item(one.id, one.weight, one.floor, one.target, Decimal(values[one.id])) for one in rows])
    assert [str(line.score) for line in result.components] == ["72.73", "84.21", "60.00", "72.22"]
    assert result.published == Decimal("72.332")


def test_continuity_meets_its_vector():
    assert bice_boxerman([4, 2, 1, 1]) == Fraction(1, 4)
    assert usual_provider([4, 2, 1, 1]) == Fraction(1, 2)
    assert bice_boxerman([5]) == 1
    assert bice_boxerman([1]) is usual_provider([]) is None
