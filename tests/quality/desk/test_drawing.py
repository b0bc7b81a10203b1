"""The plan for the year: drawn from a frozen frame, the same whoever repeats it, with a reason for everyone."""

from __future__ import annotations

import datetime as dt
import hashlib
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from quality.desk.drawing import Basis, Budget, Candidate, digest, draw, freeze, thaw

WORDS = "Lottery of 21 November 2026: 7 14 22 31 40 45"


def budget(*days: int, rotation: int = 3) -> Budget:
    auditors = tuple((f"Auditor {n}", each) for n, each in enumerate(days))
    return Budget(auditors, Fraction(60, 100), Fraction(20, 100), rotation)


def candidates(count: int = 20, seen: int = 2026) -> list[Candidate]:
    """The first six have reasons, in the order of their numbers."""
    return [
        Candidate(f"P-{n:03d}", n < 3, max(0, 6 - n), 1000 * n, 2, dt.date(seen, 1, 1) + dt.timedelta(days=n))
        for n in range(count)
    ]


def of(rows, basis: Basis) -> list[str]:
    return [row.number for row in rows if row.basis is basis]


def test_risk_takes_those_with_most_reasons_and_chance_takes_from_the_rest():
    rows = draw(freeze(candidates()), WORDS, 2027, budget(10))
    assert of(rows, Basis.RISK) == ["P-000", "P-001", "P-002"]
    assert of(rows, Basis.ROTATION) == []
    seed = hashlib.sha256((digest(freeze(candidates())) + WORDS).encode()).hexdigest()
    order = sorted((f"P-{n:03d}" for n in range(20)), key=lambda one: hashlib.sha256((seed + one).encode()).hexdigest())
    assert sorted(of(rows, Basis.RANDOM)) == sorted([one for one in order if one > "P-002"][:2])


def test_whoever_was_not_seen_for_the_years_of_rotation_comes_first():
    found = candidates()
    found[19] = Candidate("P-019", False, 0, 0, 2, dt.date(2024, 5, 1))
    rows = draw(freeze(found), WORDS, 2027, budget(10))
    assert of(rows, Basis.ROTATION) == ["P-019"]
    assert of(draw(freeze(found), WORDS, 2026, budget(10)), Basis.ROTATION) == []


def test_who_is_overdue_beyond_the_days_is_told_so():
    rows = draw(freeze(candidates(seen=2020)), WORDS, 2027, budget(10))
    (one,) = of(rows, Basis.ROTATION)
    left = next(row for row in rows if row.basis is Basis.NONE)
    assert one == "P-000"
    assert left.figures["rotation_place"] > left.figures["rotation_reached"] == 1


def test_everyone_of_the_frame_has_a_place_in_the_draw_and_a_reason():
    rows = draw(freeze(candidates()), WORDS, 2027, budget(10))
    assert [row.number for row in rows] == [one.number for one in candidates()]
    assert sorted(row.figures["draw_place"] for row in rows) == list(range(1, 21))
    assert all(row.figures["draw_place"] > 0 for row in rows if row.basis is Basis.NONE)


def test_other_words_or_another_frame_draw_others():
    frame = freeze(candidates(60))
    one = of(draw(frame, WORDS, 2027, budget(40)), Basis.RANDOM)
    assert one != of(draw(frame, f"{WORDS}.", 2027, budget(40)), Basis.RANDOM)
    assert one != of(draw(freeze(candidates(59)), WORDS, 2027, budget(40)), Basis.RANDOM)


def test_a_visit_never_exceeds_the_days_of_its_auditor():
    found = [Candidate(f"P-{n:03d}", True, 1, n, 5, dt.date(2026, 1, 1)) for n in range(10)]
    rows = draw(freeze(found), WORDS, 2027, budget(4, 4, 4))
    assert of(rows, Basis.RISK) == of(rows, Basis.RANDOM) == [], "twelve days, but nobody has five"


@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 10**9), st.integers(1, 9), st.dates()), max_size=30
    ),
    st.lists(st.integers(0, 60), min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
def test_the_days_are_never_exceeded_and_the_order_of_providers_changes_nothing(facts, days, chance):
    found = [Candidate(f"P-{n:03d}", *row) for n, row in enumerate(facts)]
    shuffled = chance.sample(found, len(found))
    rows, year = draw(freeze(found), WORDS, 2027, budget(*days)), budget(*days)
    assert rows == draw(freeze(shuffled), WORDS, 2027, year)
    assert thaw(freeze(found)) == sorted(found)
    for name, most in year.auditors:
        assert sum(row.days for row in rows if row.auditor == name) <= most
    assert all(bool(row.auditor) is (row.basis is not Basis.NONE) for row in rows)
