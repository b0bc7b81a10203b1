"""The whole story of the demo: the opening, month after month what happened, and what came of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from claims.hours import counting
from claims.redecisions import listening as redecisions
from claims.telling import services as messages
from core import clock
from core.config import fund
from core.roles import Role
from demo import (
    accounts,
    audits,
    care_records,
    facts,
    inspections,
    months,
    notices,
    opening,
    people,
    promises,
    registrations,
    returns,
    samples,
    scores,
    story,
    tenders,
    world,
)
from demo.files import bring_stays
from demo.instants import at
from members import queries as members
from members import services as member_services
from quality import services as quality
from quality.desk import running as screens
from quality.periods import last_full_quarter


def tell(size: int, claim_count: int) -> None:
    """Opening, then month after month what happened, at the instant it happened."""
    country = world.make(clock.today(fund().zone), size)
    told = story.tell(country, claim_count)
    with at(world.add_months(country.first_month, -1), 9):
        opened, staff = clock.now(), people.hire()
        opening.put_plan_in_force(staff)
        registered = opening.register_providers(country, staff)
        opening.draw_contracts(country, registered, staff)
        desks = opening.open_accounts(country, registered, staff)
        opening.enrol_members(country, staff)
        opening.place(told.placed, country, registered, staff)
        accounts.open_for_members(told.placed, staff)
        facts.grant_homes(told, country, staff)
    bring_stays(told, staff, opened)
    numbers = {key: row.number for key, row in registered.items()}
    facts.record(told, country, numbers, staff)
    for month in country.months():
        months.live(told, month, numbers, staff, is_last=month == country.months()[-1])
    care_records.tell(country, staff)
    _measure(country, staff)
    promises.tell(staff, desks)
    returns.tell(staff, desks)
    inspections.tell(staff, desks)
    member = _welcome_a_member(told)
    audits.tell(staff, desks, member)
    samples.tell(staff, desks)
    tenders.tell(staff, desks)
    notices.tell(staff, desks)
    with at(clock.today(fund().zone) - dt.timedelta(days=3), 9):
        registrations.tell(staff)
        registrations.publish_open_list(staff, desks)
        opening.draft_next_year(staff)
    counting.skip_the_past()
    messages.skip_the_past()
    redecisions.skip_the_past()


def _welcome_a_member(told: story.Story) -> str:
    """Whoever has most claims signs in and reads them, with a number to show to a provider; its public id."""
    counted = Counter(row["member_id"] for rows in told.claims.values() for row in rows)
    known = (number for number, _count in counted.most_common() if members.member(number) is not None)
    member = members.member(next(known))
    assert member is not None
    assert member.identity is not None
    who = people.account("member", member.identity.name, (Role.MEMBER,), scope=member.public_id)
    member_services.issue_eligibility(member, by=who, at=clock.now(), on=clock.today(fund().zone))
    return member.public_id


def _measure(country: world.World, staff: people.Staff) -> None:
    """The last two full quarters as the auditor has them computed, and what became of their scores; all is screened."""
    latest = last_full_quarter(country.today)
    older = last_full_quarter(latest.first)
    for period in (older, latest):
        with at(min(period.last + dt.timedelta(days=46), country.today - dt.timedelta(days=1)), 7):
            quality.compute_period(period, by=staff.auditor)
            scores.tell(period, staff)
    with at(country.today - dt.timedelta(days=1), 8):
        scores.publish(older, staff)
    screens.ask(country.today)
