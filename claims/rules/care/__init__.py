"""CAR: do the records of care bear the line out? Of the whole line, day by day, and of places and works."""

from claims.rules.care.days import days_inside_stay, days_without_level, double_benefit
from claims.rules.care.places import not_certified, place_not_held, place_taken, two_places, works_not_accepted
from claims.rules.care.records import (
    at_two_centres,
    during_stay,
    element_missing,
    no_entitlement,
    not_matched,
    over_capacity,
    overlapping_visit,
    too_long_a_day,
    too_many_units,
)

__all__ = [
    "at_two_centres",
    "days_inside_stay",
    "days_without_level",
    "double_benefit",
    "during_stay",
    "element_missing",
    "no_entitlement",
    "not_certified",
    "not_matched",
    "over_capacity",
    "overlapping_visit",
    "place_not_held",
    "place_taken",
    "too_long_a_day",
    "too_many_units",
    "two_places",
    "works_not_accepted",
]
