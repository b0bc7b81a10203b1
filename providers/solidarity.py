"""Whether a unit is one of the social and solidarity economy on a day: the one answer, for all rooms. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from core.organisations import SSE_FORMS

if TYPE_CHECKING:
    from providers.models.assessment import SseAssessment


class Sse(NamedTuple):
    """Not assessed: a provisional answer, by the legal form alone."""

    is_sse: bool
    is_assessed: bool


def in_force(rows: Iterable[SseAssessment], on: dt.date) -> SseAssessment | None:
    """The newest approved version of that day."""
    approved = [row for row in rows if row.state == "approved" and row.valid_from <= on]
    return max(approved, key=lambda row: (row.valid_from, row.version), default=None)


def sse_on(legal_form: str, rows: Iterable[SseAssessment], on: dt.date) -> Sse:
    """The approved assessment of the day decides; until there is one, the legal form."""
    held = in_force(rows, on)
    return Sse(legal_form in SSE_FORMS, is_assessed=False) if held is None else Sse(held.is_sse, is_assessed=True)
