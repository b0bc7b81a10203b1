"""What others read in place of a withheld field: that it is withheld, why, and until when. The clock shows it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.web.filters import day
from core.words import _, _l
from procurement.models.withheld import WithheldField
from procurement.ocds.eforms import WITHHELD

FIELDS = {
    "price": _l("Price"),
    "points": _l("Points by criterion"),
    "reason": _l("What was valued in it"),
}


@dataclass(frozen=True, slots=True)
class Withheld:
    """The fields of a tender that stay away on one day, by bid."""

    rows: dict[tuple[int, str], WithheldField]

    def of(self, bid_id: int, field: str, reader_id: int | None = None) -> WithheldField | None:
        """None: everybody may read it. `reader_id`: the bid of who reads; its own is never withheld."""
        return None if bid_id == reader_id else self.rows.get((bid_id, field))

    def words(self, bid_id: int, field: str, reader_id: int | None = None, mark: Callable[[str], str] = str) -> str:
        """The sentence in its place; empty: it is not withheld. `mark`: what paper does to a text that was typed."""
        row = self.of(bid_id, field, reader_id)
        return said(row, mark) if row is not None else ""


def said(row: WithheldField, mark: Callable[[str], str] = str) -> str:
    """“Withheld until 1 May 2027, because …”."""
    return _(
        "Withheld until %(day)s (%(ground)s): %(reason)s",
        day=day(row.withheld_until).striptags(),
        ground=WITHHELD[row.reason_code],
        reason=mark(row.reason),
    )
