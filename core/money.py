"""Money is an integer of minor units with a currency; nothing here is a float.

Rounding is half-up, once, at a named place. Splits use the largest remainder, so parts always add up.
Typed amounts follow the reading rules of the interface note: ambiguous input is asked about, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from core.errors import DomainError
from core.words import _l


@dataclass(frozen=True, slots=True)
class Currency:
    """`exponent` is ISO 4217's number of decimals (TND 3, XOF 0)."""

    code: str
    exponent: int
    is_invented: bool = False


class UnreadableAmount(DomainError):
    """`reason` says what is unclear, `fix` what to write instead; the message is both."""

    status = 422
    code = "unreadable_amount"

    def __init__(self, reason: Any, fix: Any = "") -> None:
        super().__init__(f"{reason} {fix}".rstrip())
        self.reason, self.fix = reason, fix


def round_half_up(value: Fraction | Decimal | int) -> int:
    """The nearest integer; a half goes away from zero."""
    if isinstance(value, Decimal):
        return int(value.to_integral_value(ROUND_HALF_UP))
    exact = Fraction(value)
    whole = (abs(exact) * 2 + 1) // 2
    return int(whole if exact >= 0 else -whole)


def share(amount: int, basis_points: int) -> int:
    """`basis_points` hundredths of a per cent of `amount`, rounded half-up to the minor unit."""
    return (amount * basis_points * 2 + 10_000) // 20_000 if amount >= 0 else -share(-amount, basis_points)


def split(total: int, weights: Sequence[int | Fraction | Decimal]) -> list[int]:
    """Parts of `total` in proportion to `weights` that add up exactly; ties go to the earliest part."""
    exact = [Fraction(weight) for weight in weights]
    if any(weight < 0 for weight in exact) or sum(exact) <= 0:
        raise DomainError("Weights must not be negative and must not all be zero.", status=422)
    quotas = [Fraction(total) * weight / sum(exact) for weight in exact]
    parts = [int(quota // 1) for quota in quotas]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - quotas[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def major_units(minor: int | Decimal, exponent: int) -> Decimal:
    """A number for spreadsheets, with the decimals of its currency, more where it has them: 24000 and 3 → 24.000."""
    exact, step = Decimal(minor).scaleb(-exponent), Decimal(1).scaleb(-exponent)
    return exact.quantize(step) if exact == exact.quantize(step) else exact.normalize()


def to_decimal(minor: int, exponent: int) -> str:
    """Major units as a plain decimal string, as `/api/v1` and bank files write them."""
    return f"{Decimal(minor).scaleb(-exponent):.{exponent}f}"


def from_decimal(text: object, exponent: int) -> int:
    """Strict reading for API and files: digits, a dot, at most `exponent` decimals."""
    raw = str(text).strip()
    if isinstance(text, float) or not re.fullmatch(r"-?\d+(\.\d+)?", raw):
        raise UnreadableAmount(
            _l("“%(found)s” is not an amount.", found=raw),
            _l("Write digits and a dot, like %(example)s.", example=_example(exponent)),
        )
    if len(raw.partition(".")[2]) > exponent:
        raise _too_fine(raw, exponent)
    return int(Decimal(raw).scaleb(exponent))


def unit_price(minor: int | Fraction, quantity: int | Decimal) -> int:
    """Quantity times a unit price, rounded once to the minor unit."""
    return round_half_up(Fraction(minor) * Fraction(quantity))


_SPACES = dict.fromkeys(map(ord, " \u00a0\u202f\u2009'’\u200e\u200f\u061c\u2066\u2067\u2068\u2069"), None)
_MARKS = str.maketrans({"\u066b": ".", "\u066c": None, "\u060c": ","})


def parse_amount(text: str, exponent: int, decimal_mark: str = ".") -> int:
    """Read a typed amount in any of the fund's languages into minor units, or say what is unclear."""
    shown = text.strip()
    plain = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in shown.translate(_SPACES).translate(_MARKS))
    if not re.fullmatch(r"[0-9][0-9.,]*", plain):
        raise UnreadableAmount(
            _l("“%(found)s” is not an amount.", found=shown),
            _l("Write numbers only, like %(example)s.", example=_example(exponent)),
        )
    whole, decimals = _sides(plain, shown, exponent, decimal_mark)
    if len(decimals) > exponent:
        raise _too_fine(shown, exponent)
    try:
        return int(Decimal(f"{whole or 0}.{decimals or 0}").scaleb(exponent).quantize(Decimal(1), ROUND_HALF_UP))
    except InvalidOperation as error:
        raise UnreadableAmount(_l("“%(found)s” is too large to be an amount.", found=shown)) from error


def _sides(plain: str, shown: str, exponent: int, decimal_mark: str) -> tuple[str, str]:
    """Split into whole digits and decimal digits by the house rules for marks."""
    marks = [c for c in plain if c in ".,"]
    if not marks:
        return plain, ""
    last = marks[-1]
    head, _, tail = plain.rpartition(last)
    if len(set(marks)) == 2:
        if marks.count(last) > 1 or not _grouped(head, marks[0]):
            raise _wrongly_grouped(shown, exponent)
        return re.sub(r"[.,]", "", head), _tail(tail, shown, exponent)
    if len(marks) > 1:
        if not _grouped(plain, last):
            raise _wrongly_grouped(shown, exponent)
        return plain.replace(last, ""), ""
    return _single_mark(head, last, _tail(tail, shown, exponent), shown, exponent, decimal_mark)


def _single_mark(head: str, mark: str, tail: str, shown: str, exponent: int, decimal_mark: str) -> tuple[str, str]:
    """One mark may be a decimal sign or a grouping sign: with three digits behind it only the language tells."""
    if exponent == 3 and mark != decimal_mark:
        as_decimal = f"{head}.{tail.ljust(3, '0')[:3]}"
        raise UnreadableAmount(
            _l("“%(found)s” could mean %(one)s or %(other)s.", found=shown, one=as_decimal, other=head + tail),
            _l("Write %(one)s or %(other)s.", one=as_decimal, other=f"{head}{tail}.000"),
        )
    if exponent != 3 and len(tail) == 3 and len(head) <= 3:
        raise UnreadableAmount(
            _l("“%(found)s” could mean two things.", found=shown),
            _l("Write %(one)s or %(other)s.", one=head + tail, other=f"{head}.{tail[:exponent] or '0'}"),
        )
    return head, tail


def _grouped(text: str, mark: str) -> bool:
    first, *rest = text.split(mark)
    return 1 <= len(first) <= 3 and all(len(group) == 3 for group in rest)


def _tail(tail: str, shown: str, exponent: int) -> str:
    if not tail:
        raise UnreadableAmount(
            _l("“%(found)s” ends in a mark.", found=shown),
            _l("Write the digits after it, like %(example)s.", example=_example(exponent)),
        )
    return tail


def _too_fine(found: str, exponent: int) -> UnreadableAmount:
    return UnreadableAmount(
        _l("“%(found)s” has more than %(decimals)s decimals.", found=found, decimals=exponent),
        _l("Write an amount like %(example)s.", example=_example(exponent)),
    )


def _wrongly_grouped(found: str, exponent: int) -> UnreadableAmount:
    return UnreadableAmount(
        _l("“%(found)s” has digit groups we cannot read.", found=found),
        _l("Write an amount like %(example)s.", example=_example(exponent)),
    )


def _example(exponent: int) -> str:
    return f"{Decimal(5400).scaleb(-3):.{exponent}f}" if exponent else "540"
