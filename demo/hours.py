"""When the sites of the demo are open and what is spoken there: the opening file of the fund."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from demo.people import Staff
from demo.world import Cooperative
from providers.opening_times import WEEKDAYS, read_week
from providers.services import places
from providers.services.opening import Registered
from providers.site_words import SiteWords


def say_hours(
    cooperatives: Sequence[Cooperative], registered: Mapping[str, Registered], since: dt.date, staff: Staff
) -> None:
    said = {registered[row.key].site_ids[0]: _words(place, row, since) for place, row in enumerate(cooperatives)}
    places.bring_in(said, source="opening of the fund", by=staff.registrar)


def _words(place: int, cooperative: Cooperative, since: dt.date) -> SiteWords:
    """Home care every day, every third team at night too; clinics on weekdays; nurseries have said no hours yet."""
    workdays, daily = WEEKDAYS[:5], WEEKDAYS[:7]
    weeks = {
        "health": dict.fromkeys(workdays, "08:00-12:00, 13:00-17:00"),
        "long_term_care": dict.fromkeys(daily, "20:00-08:00" if place % 3 == 0 else "07:00-20:00"),
    }
    week = read_week(weeks.get(cooperative.service_line, {}))
    return SiteWords(("ar", "fr") if place % 2 else ("fr", "kab"), (), week, since)
