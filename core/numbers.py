"""Readable numbers with a check character, per kind and year: T-2026-014-K (DECISIONS 10)."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence

from sqlalchemy import Integer, String, select
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.db import Model, db, insert_unless_there

ALPHABET = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Crockford-like: no I, O; 34 signs."""
_CHECK = "ABCDEFGHJKLMNPQRSTUVWXY"
"""23 letters: a prime modulus finds every single wrong digit and every swap."""
MEMBER_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class NumberCounter(Model):
    """The last number given out per kind and year."""

    __tablename__ = "number_counter"
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


def next_number(kind: str, year: int) -> str:
    """The next number of `kind` in `year`, like T-2026-014-K."""
    return numbers(kind, year, 1)[0]


def numbers(kind: str, year: int, count: int) -> Sequence[str]:
    """`count` consecutive numbers, the counter row locked once."""
    query = select(NumberCounter).where(NumberCounter.kind == kind, NumberCounter.year == year).with_for_update()
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        insert_unless_there(NumberCounter.__table__, [{"kind": kind, "year": year, "last": 0}])
        row = db.session.execute(query).scalar_one()
    first, row.last = row.last + 1, row.last + count
    db.session.flush()
    return [with_check(f"{kind}-{year}-{n:03d}") for n in range(first, first + count)]


def with_check(stem: str) -> str:
    """`stem` with its check character appended."""
    return f"{stem}-{check_character(stem)}"


def check_character(stem: str) -> str:
    """Weighted sum of the letters and digits of `stem`, modulo 23."""
    signs = [ALPHABET.index(sign) for sign in stem.upper() if sign in ALPHABET]
    return _CHECK[sum(weight * value for weight, value in enumerate(signs, start=2)) % len(_CHECK)]


def is_valid(number: str) -> bool:
    """Whether the last character of `number` is its check character."""
    stem, _, check = number.upper().rpartition("-")
    return bool(stem) and check_character(stem) == check


def random_id(length: int = 10) -> str:
    """A random public id that says nothing: members carry one (30¹⁰ values, no look-alike signs)."""
    return "".join(secrets.choice(MEMBER_SIGNS) for _ in range(length))


def uuid7() -> str:
    """A UUID made before the write, sortable by its millisecond (RFC 9562): bids, files, messages."""
    milliseconds = clock.microseconds(clock.now()) // 1000
    value = milliseconds << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))
