"""Many rows as plain tuples, in one statement.

A statement that stays the same is put into words once per database. Its rows are the driver's own tuples; where a
driver keeps a value in another form (days as text on SQLite) the column is made ready as a whole, each different value
once: days, instants and flags of a set are few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy.engine import Dialect

from core import driver
from core.db import connection, db

TOGETHER = 300  # rows made ready at a time: few enough to stay near the processor
Row = tuple[Any, ...]
Rows = Sequence[Any]
Ready = Callable[[Any], Any]
Place = tuple[int, Ready, dict[Any, Any]]  # of a column, how a value is made ready, and those that are


def read(query: Any, **values: Any) -> Rows:
    """Rows with names, of a statement that is built as it is needed; what is pending in the session goes first."""
    db.session.flush()
    return db.session.connection().execute(query, values).all()


class Prepared:
    """A statement whose parameters all have names, lists by way of `core.among`.

    `rows` gives plain tuples in the order of its columns.
    """

    def __init__(self, query: Any) -> None:
        self._query = query
        self._said: dict[str, _Said] = {}

    def rows(self, **values: Any) -> list[Row]:
        return list(self.ask(**values))

    def each(self, **values: Any) -> Iterator[Row]:
        """The same one after the other: to be read to the end, and without asking anything else meanwhile."""
        return iter(self.ask(**values))

    def ask(self, **values: Any) -> Asked:
        """The same, to be read later: inside `core.db.gathered` the questions go together when one answer is read."""
        line = connection()
        said = self._in(line.dialect)
        return Asked(said, driver.ask(line, said.text, said.given(values)))

    def _in(self, dialect: Dialect) -> _Said:
        said = self._said.get(dialect.name)
        if said is None:
            said = self._said[dialect.name] = _Said(self._query, dialect)
        return said


class Asked:
    """Rows that are on their way; to be read once."""

    def __init__(self, said: _Said, answer: driver.Answer) -> None:
        self._said, self._answer = said, answer

    def __iter__(self) -> Iterator[Row]:
        places = self._said.places(self._answer)
        for found in self._answer.parts(TOGETHER):
            yield from _ready(found, places) if places else found


class _Said:
    """A statement in the words of one database."""

    def __init__(self, query: Any, dialect: Dialect) -> None:
        self._dialect = dialect
        self._compiled = query.compile(dialect=_numbering(dialect))
        self._types = [column.type.dialect_impl(dialect) for column in query.selected_columns]
        self._processors: list[tuple[int, Ready]] | None = None
        bound = {self._compiled.bind_names[each]: each.type.dialect_impl(dialect) for each in self._compiled.bind_names}
        processors = {name: kind.bind_processor(dialect) for name, kind in bound.items()}
        self._binds = {name: process for name, process in processors.items() if process is not None}
        self._constants = self._compiled.params
        self._asked = {name for each, name in self._compiled.bind_names.items() if each.required}
        self._places_of: Sequence[str] = self._compiled.positiontup
        self.text: str = self._compiled.string

    def given(self, values: dict[str, Any]) -> tuple[Any, ...]:
        """The parameters as the driver takes them: by place. TypeError where one is not said."""
        if not self._asked <= values.keys():
            raise TypeError(f"Not said: {', '.join(sorted(self._asked - values.keys()))}.")
        given = self._constants | values
        for name, process in self._binds.items():
            given[name] = process(given[name])
        return tuple([given[name] for name in self._places_of])

    def places(self, answer: driver.Answer) -> list[Place]:
        """The columns to make ready, with nothing known yet."""
        if self._processors is None:
            pairs = zip(self._types, answer.kinds(), strict=True)
            found = [each.result_processor(self._dialect, kind) for each, kind in pairs]
            self._processors = [(place, process) for place, process in enumerate(found) if process is not None]
        return [(place, process, {}) for place, process in self._processors]


def _ready(rows: list[Row], places: Sequence[Place]) -> Iterator[Row]:
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for place, process, known in places:
        values = columns[place]
        for value in set(values) - known.keys():
            known[value] = process(value)
        columns[place] = [known[value] for value in values]
    return zip(*columns, strict=True)


def _numbering(dialect: Dialect) -> Dialect:
    """Places have numbers on PostgreSQL, so that the driver has no names to look for."""
    if dialect.name != "postgresql":
        return dialect
    kind: Any = type(dialect)
    numbering: Dialect = kind(paramstyle="numeric_dollar")
    return numbering
