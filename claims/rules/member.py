"""MEM: is the person a member, covered on that day, past the waiting period, of the right age and sex?"""
# ruff: noqa: ARG001 (every rule takes the same two arguments)

from __future__ import annotations

from datetime import date, timedelta

from claims.case import Finding, Line
from claims.months import months_between
from claims.reasons import Effect
from claims.recorded_days import recorded_days, without
from claims.rule import rule
from claims.terms import Terms
from core.words import _l


@rule("MEM-01", text=_l("No member was found under this number."), basis="Membership regulation, art. 3(1)")
def unknown_member(line: Line, terms: Terms) -> Finding | None:
    return Finding() if terms.member is None else None


@rule(
    "MEM-02",
    text=_l("Cover had not started on {on:day}; it starts on {starts:day}."),
    basis="Membership regulation, art. 8(1)",
)
def cover_not_started(line: Line, terms: Terms) -> Finding | None:
    """Nobody without a single spell is covered: `starts` is then empty."""
    if terms.cover is not None or terms.member is None:
        return None
    begins = [cover.valid_from for cover in terms.member.covers]
    if begins and min(begins) <= line.service_on:
        return None
    return Finding(on=line.service_on, starts=min(begins) if begins else None)


@rule(
    "MEM-03",
    text=_l("No cover on {on:day}: it is {state:cover} since {since:day}."),
    basis="Membership regulation, art. 9(2)",
)
def cover_ended_or_suspended(line: Line, terms: Terms) -> Finding | None:
    """Suspended waits for the contributions; ended or lapsed does not."""
    cover = terms.cover
    if cover is not None:
        if cover.state in ("active", "grace"):
            return None
        effect = Effect.PENDING if cover.state == "suspended" else Effect.DENIED
        return Finding(effect=effect.value, on=line.service_on, state=cover.state, since=cover.valid_from)
    if terms.member is None:
        return None
    ended = [
        c.valid_until for c in terms.member.covers if c.valid_until is not None and c.valid_until < line.service_on
    ]
    if not ended:
        return None
    return Finding(on=line.service_on, state="ended", since=max(ended) + timedelta(days=1))


@rule(
    "MEM-04",
    text=_l("Still in the waiting period for this service (until {until:day})."),
    basis="Benefit regulation, art. 6(2)",
    concerns=lambda row: row.waiting_group,
)
def in_waiting_period(line: Line, terms: Terms) -> Finding | None:
    """Compare only: members/ computes when the waiting ends; `until` is the first covered day."""
    if terms.cover is None:
        return None
    until = terms.cover.waiting_until.get(terms.row.waiting_group)
    return Finding(until=until) if until is not None and line.service_on < until else None


@rule(
    "MEM-05",
    text=_l("Service is not for this age or sex: the member was {age:age}, {sex:sex}."),
    basis="Benefit regulation, art. 5(3)",
    concerns=lambda row: row.sex or row.age_from_months is not None or row.age_until_months is not None,
)
def wrong_age_or_sex(line: Line, terms: Terms) -> Finding | None:
    """An unknown birth date or sex waits for an answer, unless what is known refuses already. Where records tell the
    days, `days_of_other_age` asks each."""
    row, member = terms.row, terms.member
    if member is None:
        return None
    youngest, oldest = row.age_from_months, row.age_until_months
    age = months_between(member.born_on, line.service_on) if member.born_on else None
    fits_age = (
        age is None
        or bool(recorded_days(line))
        or ((youngest is None or age >= youngest) and (oldest is None or age < oldest))
    )
    if not fits_age or (member.sex and row.sex not in ("", member.sex)):
        return Finding(age=age, sex=member.sex)
    is_unknown = (row.sex and not member.sex) or (age is None and not (youngest is None and oldest is None))
    return Finding(effect=Effect.PENDING.value, age=age, sex=member.sex) if is_unknown else None


@rule(
    "MEM-06",
    text=_l("Service of {on:day} is dated after the member’s death on {died:day}."),
    basis="Membership regulation, art. 11",
)
def after_death(line: Line, terms: Terms) -> Finding | None:
    """A line that begins in life and has records is judged by its days (`days_after_death`)."""
    if terms.member is None or terms.member.died_on is None or line.service_on <= terms.member.died_on:
        return None
    if recorded_days(line) and (line.service_from or line.service_on) <= terms.member.died_on:
        return None
    return Finding(on=line.service_on, died=terms.member.died_on)


@rule(
    "MEM-05",
    part="days",
    text=_l("On {on:day} the member was not of the age for this service; {refused:quantity} fall on such days."),
    basis="Benefit regulation, art. 5(3)",
    concerns=lambda row: (
        row.match in ("visit", "attendance") and (row.age_from_months is not None or row.age_until_months is not None)
    ),
)
def days_of_other_age(line: Line, terms: Terms) -> Finding | None:
    """Age is that of each day, not only of the last one."""
    member, row = terms.member, terms.row
    if member is None or member.born_on is None:
        return None
    begins, born_on = line.service_from or line.service_on, member.born_on
    if _fits(row.age_from_months, row.age_until_months, born_on, begins) and _fits(
        row.age_from_months, row.age_until_months, born_on, line.service_on
    ):
        return None
    return without(line, lambda day: not _fits(row.age_from_months, row.age_until_months, born_on, day))


def _fits(youngest: int | None, oldest: int | None, born_on: date, on: date) -> bool:
    age = months_between(born_on, on)
    return (youngest is None or age >= youngest) and (oldest is None or age < oldest)


@rule(
    "MEM-06",
    part="days",
    text=_l("{refused:quantity} are dated after the member’s death on {died:day}."),
    basis="Membership regulation, art. 11",
    concerns=lambda row: row.match in ("visit", "attendance"),
)
def days_after_death(line: Line, terms: Terms) -> Finding | None:
    if terms.member is None or terms.member.died_on is None or not recorded_days(line):
        return None
    died_on = terms.member.died_on
    found = without(line, lambda day: day > died_on)
    if found is not None:
        found.parameters["died"] = died_on
    return found


@rule(
    "MEM-07",
    text=_l("{payer:text} must pay first: the member was insured there on {on:day}. Claim from it before the fund."),
    basis="Membership regulation, art. 12",
)
def other_payer_first(line: Line, terms: Terms) -> Finding | None:
    if terms.member is None or not terms.member.other_covers:
        return None
    on = line.service_on
    for other in terms.member.other_covers:
        is_for_line = not other.line or (terms.service is not None and other.line == terms.service.line)
        if is_for_line and other.valid_from <= on and (other.valid_until is None or on <= other.valid_until):
            return Finding(payer=other.payer, on=on)
    return None
