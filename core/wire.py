"""The wire to PostgreSQL: prepared statements by way of libpq, any number of them in one round trip.

A cursor of the driver takes more of the processor than most of our statements take of the database. What else the
driver knows stays its own: connecting, transactions, the classes of errors, how a value is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from psycopg import Connection

MOST = 400  # statements that a connection keeps prepared; further ones are said without
Row = tuple[Any, ...]
Said = tuple[str, list[bytes | None], "Answer"]
Expected = tuple[str, "Answer | None", bytes]  # words, whose answer, or the name of what is prepared


class Answer:
    """What came back for one statement; there once the wire has sent it."""

    __slots__ = ("_wire", "result")

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.result: Any = None

    def _come(self) -> Any:
        if self.result is None:
            self._wire.send()
        return self.result

    def kinds(self) -> list[int]:
        """The type of each column, in the database's own numbers."""
        result = self._come()
        return [result.ftype(place) for place in range(result.nfields)]

    def parts(self, size: int) -> Iterator[list[Row]]:
        """Its rows, `size` at a time."""
        result = self._come()
        for first in range(0, result.ntuples, size):
            yield self._wire.rows(result, first, min(first + size, result.ntuples))


class Wire:
    """One connection. What is added waits until it is sent, or until the answer of any of it is looked at."""

    def __init__(self, connection: Connection[Any]) -> None:
        from psycopg import errors, pq
        from psycopg.adapt import Transformer

        self._connection, self._line = connection, connection.pgconn
        self._reader: Any = Transformer(connection)
        self._errors, self._pq = errors, pq
        self._names: dict[str, bytes] = {}
        self._waiting: list[Said] = []
        self._socket = DefaultSelector()
        self._socket.register(self._line.socket, EVENT_READ)

    def add(self, words: str, values: Sequence[Any]) -> Answer:
        answer = Answer(self)
        self._waiting.append((words, [self._plain(value) for value in values], answer))
        return answer

    def send(self) -> None:
        """All that waits; before it the beginning of a transaction, where none is open. Errors as SQLAlchemy's."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        try:
            self._line.enter_pipeline_mode()
            expected = self._say(waiting)
            while self._line.flush():
                self._wait(EVENT_READ | EVENT_WRITE)
            failed = self._hear(expected)
            self._line.exit_pipeline_mode()
        except BaseException as error:
            self._connection.close()  # nobody knows what would come next on it
            if isinstance(error, self._errors.Error):
                raise self._named(error, waiting[0][0]) from error
            raise
        if failed is not None:
            words, result = failed
            refused = self._errors.error_from_result(result)
            raise self._named(refused, words) from refused

    def forget(self) -> None:
        """What waits is not said."""
        self._waiting.clear()

    def _named(self, error: Exception, words: str) -> BaseException:
        return DBAPIError.instance(words, None, error, self._errors.Error)

    def rows(self, result: Any, first: int, last: int) -> list[Row]:
        self._reader.set_pgresult(result)
        found: list[Row] = self._reader.load_rows(first, last, tuple)
        return found

    def _say(self, waiting: Sequence[Said]) -> list[Expected]:
        """What is to be heard, in order: of each statement its name, if it gets one now, and its answer."""
        line, expected, new = self._line, list[Expected](), dict[str, bytes]()
        if line.transaction_status == self._pq.TransactionStatus.IDLE and not self._connection.autocommit:
            line.send_query_params(b"BEGIN", None)
            expected.append(("BEGIN", None, b""))
        for words, values, answer in waiting:
            name = self._names.get(words) or new.get(words)
            if name is None and len(self._names) + len(new) < MOST:
                name = new[words] = b"said%d" % (len(self._names) + len(new))
                line.send_prepare(name, words.encode())
                expected.append((words, None, name))
            if name is None:
                line.send_query_params(words.encode(), values)
            else:
                line.send_query_prepared(name, values)
            expected.append((words, answer, b""))
        line.pipeline_sync()
        return expected

    def _hear(self, expected: Sequence[Expected]) -> tuple[str, Any] | None:
        """Every result finds its place. Words and result of the first that failed, if one did."""
        failed: tuple[str, Any] | None = None
        for words, answer, name in expected:
            result = self._result()
            self._result()  # the end of each
            if result is None:
                raise self._errors.OperationalError("The connection to the database is lost.")
            if result.status not in (self._pq.ExecStatus.TUPLES_OK, self._pq.ExecStatus.COMMAND_OK):
                failed = failed or (words, result)
            elif answer is not None:
                answer.result = result
            elif name:
                self._names[words] = name
        self._result()  # the end of all
        return failed

    def _result(self) -> Any:
        while self._line.is_busy():
            self._wait(EVENT_READ)
        return self._line.get_result()

    def _wait(self, events: int) -> None:
        """Other threads work meanwhile."""
        if events != EVENT_READ:
            self._socket.modify(self._line.socket, events)
        self._socket.select()
        if events != EVENT_READ:
            self._socket.modify(self._line.socket, EVENT_READ)
        self._line.consume_input()

    def _plain(self, value: Any) -> bytes | None:
        """As text: what it is meant to be, the statement says."""
        if value is None:
            return None
        if isinstance(value, str):
            if "\0" in value:
                raise self._named(self._errors.DataError("A text cannot hold the character NUL."), "")
            return value.encode()
        if isinstance(value, dt.date):
            return value.isoformat().encode()
        return b"\\x" + value.hex().encode() if isinstance(value, bytes) else str(value).encode()
