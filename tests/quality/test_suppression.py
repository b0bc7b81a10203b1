import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.suppression import Cell, is_small, protect


@pytest.mark.parametrize(
    ("numerator", "denominator", "small"),
    [
        (1, 100, True),
        (10, 100, True),
        (11, 100, False),
        (89, 100, False),
        (90, 100, True),
        (0, 100, False),
        (100, 100, False),
        (0, 10, True),
        (10, 10, True),
        (0, 0, False),
        (11, 22, False),
    ],
)
def test_fewer_than_eleven_persons_with_or_without_are_small(numerator, denominator, small):
    assert is_small(Cell("a", numerator, denominator), 11) is small


def test_where_visits_are_counted_the_persons_behind_them_decide():
    assert not is_small(Cell("a", 97, 100, persons=30), 11)
    assert is_small(Cell("a", 500, 1000, persons=10), 11)


def test_events_alone_are_small_by_their_number():
    assert is_small(Cell("a", 10, None), 11)
    assert not is_small(Cell("a", 0, None), 11)


def test_a_single_hidden_cell_takes_the_next_smallest_with_it():
    cells = [Cell("a", 5, 100), Cell("b", 60, 120), Cell("c", 80, 160)]
    assert protect(cells).hidden == {"a", "b"}
    assert not protect(cells).is_total_hidden


def test_without_another_cell_the_total_is_hidden():
    assert protect([Cell("a", 5, 100)]).is_total_hidden
    assert protect([Cell("a", 5, 100), Cell("empty", 0, 0)]).is_total_hidden


def test_staff_counts_have_their_own_threshold():
    assert protect([Cell("a", 6, 14), Cell("b", 30, 60)], threshold=5).hidden == frozenset()


counts = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.lists(counts, max_size=8), st.sampled_from([5, 11]))
def test_subtraction_never_gives_a_small_cell_away(pairs, threshold):
    cells = [Cell(str(i), x, n) for i, (x, n) in enumerate(pairs)]
    result = protect(cells, threshold)
    hidden = [cell for cell in cells if cell.key in result.hidden]
    assert all(cell.key in result.hidden for cell in cells if is_small(cell, threshold))
    if hidden and not result.is_total_hidden:
        shown = [cell for cell in cells if cell.key not in result.hidden]
        rest = sum(cell.denominator or 0 for cell in cells) - sum(cell.denominator or 0 for cell in shown)
        assert len(hidden) >= 2
        assert rest >= threshold
