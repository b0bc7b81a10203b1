"""What closing the records found → the element that the sentence names."""

from __future__ import annotations

from typing import Final

ELEMENTS: Final = {
    "no_sign_out": "left_minute",
    "closed_day": "open_day",
    "outside_hours": "opening_hours",
    "not_enrolled": "enrolment",
    "not_notified": "notice",
    "late_edit": "edit_in_time",
}
