"""The checks of records, one table: what each asks, what it does to a claim, and the sentence with its figures.

The functions stand in `childcare`, `visits` and `places`: pure, over sets of records, each with a known answer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from core.words import _l


class Effect(StrEnum):
    """What a finding does to a claim for the record."""

    UNCOUNTED = "uncounted"  # these minutes or this visit are not paid
    ASKS = "asks"  # a person decides
    REFUSED = "refused"  # the claim is refused for that day
    WARNS = "warns"  # nothing; the provider sees it
    FLAG = "flag"  # nothing by itself; an auditor looks


@dataclass(frozen=True, slots=True)
class Check:
    """`reason`: the reason code that a claim for the record gets, if any."""

    title: Any
    effect: Effect
    sentence: Any
    reason: str = ""


class Found(NamedTuple):
    """What a check found on one record, or on a site-day, a worker-day or a month. `figures` are (name, value)."""

    check: str
    organisation_id: int
    on: dt.date
    record_kind: str
    record_id: int | None = None
    site_id: int | None = None
    member_id: int | None = None
    worker: str = ""
    other: str = ""
    figures: tuple[tuple[str, Any], ...] = ()


@dataclass(slots=True)
class Facts:
    """What is stored on one record for the engine; see the columns marked `fact` in care/models/records.py."""

    uncounted: str = ""
    doubt: str = ""
    doubt_other: str = ""
    more: dict[str, Any] = field(default_factory=dict)


U, ASK, NO, W, F = Effect.UNCOUNTED, Effect.ASKS, Effect.REFUSED, Effect.WARNS, Effect.FLAG
CHECKS: dict[str, Check] = {
    "no_sign_out": Check(_l("No sign-out"), U, _l("Signed in at %(arrived)s, never signed out."), "CAR-01"),
    "closed_day": Check(_l("Closed that day"), U, _l("The site was not open that day. %(why)s"), "CAR-01"),
    "outside_hours": Check(
        _l("Outside opening hours"), U, _l("%(minutes)s minutes lie outside the opening hours."), "CAR-01"
    ),
    "not_enrolled": Check(_l("Not enrolled that day"), U, _l("No placement at this site covers the day."), "CAR-01"),
    "not_notified": Check(
        _l("Absence told late"), U, _l("The absence was not told on the same day, so it is not paid."), "CAR-01"
    ),
    "two_centres": Check(_l("At two centres at once"), ASK, _l("At the same time signed in at %(other)s."), "CAR-02"),
    "over_day": Check(
        _l("More than a day holds"), ASK, _l("%(minutes)s minutes on one day, at most %(most)s."), "CAR-02"
    ),
    "over_places": Check(
        _l("Over the licensed places"), ASK, _l("%(children)s children at once, %(allowed)s places allowed."), "CAR-05"
    ),
    "few_adults": Check(
        _l("Too few adults"), W, _l("%(children)s children and %(adults)s adults at %(time)s; %(needed)s are needed.")
    ),
    "same_minutes": Check(
        _l("The same minutes for all"), F, _l("On %(days)s days all children have the same times, to the minute.")
    ),
    "incomplete": Check(_l("Visit incomplete"), U, _l("Missing: %(missing)s."), "CAR-01"),
    "late_edit": Check(
        _l("Changed too late"), U, _l("Changed by hand %(days)s days after the visit, at most %(most)s."), "CAR-01"
    ),
    "worker_twice": Check(
        _l("Worker in two places"), ASK, _l("Overlaps visit %(other)s of the same worker."), "CAR-02"
    ),
    "member_twice": Check(
        _l("Two visits at once"), ASK, _l("Overlaps visit %(other)s; the grant is for one worker at a time."), "CAR-02"
    ),
    "over_units": Check(
        _l("Too many units in a day"), ASK, _l("%(units)s units on one day, at most %(most)s."), "CAR-02"
    ),
    "short_way": Check(
        _l("Short way"), W, _l("%(gap)s minutes after visit %(other)s elsewhere; the way takes %(needed)s.")
    ),
    "during_stay": Check(
        _l("During a stay"), NO, _l("The member was in hospital or residential care since %(since)s."), "CAR-03"
    ),
    "after_death": Check(_l("After death"), NO, _l("The member died on %(died)s."), "MEM-06"),
    "not_granted": Check(_l("Not granted that day"), NO, _l("No grant of this service covers the day."), "CAR-04"),
    "place_taken": Check(
        _l("Place held twice"), ASK, _l("%(nights)s nights are held by somebody else too, from %(first)s."), "CAR-02"
    ),
    "two_places": Check(
        _l("Two places in one night"), ASK, _l("%(nights)s nights at %(other)s too, from %(first)s."), "CAR-02"
    ),
}
