"""One month of the fund: records and claims come in, papers follow, a reviewer looks, what is due is paid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import care.services as care
from claims import documents, reviewing
from claims.hours import counting
from claims.queries import lists
from claims.readers import EVERYONE
from core import clock
from core.config import fund
from demo import facts, world
from demo.files import bring_claims, bring_records
from demo.instants import at
from demo.people import Staff
from demo.story import Story
from payments import queries as payment_queries
from payments import services as payments

RECENT = dt.timedelta(days=31)


def live(told: Story, month: dt.date, numbers: Mapping[str, str], staff: Staff, *, is_last: bool) -> None:
    """Records and claims come in after the month; a run pays what is due two weeks later."""
    following = world.add_months(month, 1)
    with at(following + dt.timedelta(days=2), 10):
        bring_records("touiza-visits", told.visits[month], numbers, staff)
        bring_records("touiza-attendance", told.attendance[month], numbers, staff)
        care.close_records(month, world.month_end(month), by=staff.assessor)
    with at(following + dt.timedelta(days=4), 8):
        bring_claims(f"claims-{month:%Y-%m}.csv", told.claims[month], numbers, staff)
    with at(following + dt.timedelta(days=6), 10):
        facts.send_papers(told.papers[month], numbers, staff)
    if not is_last:
        with at(following + dt.timedelta(days=9), 14):
            documents.decide_overdue(by=staff.claims_officer, at=clock.now(), zone=fund().zone)
            _review(staff)
    _count_hours(following + dt.timedelta(days=15), staff)
    _pay(following + dt.timedelta(days=9), staff, is_last)


def _count_hours(day: dt.date, staff: Staff) -> None:
    """What was claimed of the nurseries’ hours, when the claims of the month are in."""
    if day < clock.today(fund().zone):
        with at(day, 11):
            counting.count_some(by=staff.claims_officer)


def _review(staff: Staff) -> None:
    """The reviewer lets pass what the rules left to a person; only the last month's queue is still there."""
    queue = lists.queue(EVERYONE, size=500)
    # No reviewer can let pass what waits for a paper.
    numbers = [row.Claim.number for row in queue if row.ClaimVersion.headline != "ADM-08"]
    if numbers:
        reason = "The register of the day was checked on site."
        reviewing.accept(numbers, reason=reason, by=staff.reviewer, at=clock.now(), zone=fund().zone)


def _pay(day: dt.date, staff: Staff, is_last: bool) -> None:
    """One officer prepares, the other releases; the last run waits for release, the one before for the bank."""
    today = clock.today(fund().zone)
    value_on = max(day + dt.timedelta(days=5), today + dt.timedelta(days=2)) if is_last else day + dt.timedelta(days=1)
    day = min(day, today - dt.timedelta(days=1))
    if not payment_queries.due_total(value_on)[0]:
        return
    has_letters = day > clock.today(fund().zone) - RECENT  # some 1,000 older ones print on demand
    with at(day, 15):
        run = payments.prepare_run(value_on=value_on, by=staff.second_finance)
    if is_last:
        return
    with at(day + dt.timedelta(days=1), 11):
        payments.release_run(run.number, by=staff.finance, has_letters=has_letters)
    with at(day + dt.timedelta(days=3), 9):
        payments.read_bank_answer(_all_paid(run), by=staff.finance, on=day + dt.timedelta(days=3))


def _all_paid(run: Any) -> bytes:
    """What a bank would answer: every transfer went through."""
    answers = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{payment.end_to_end_id}</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts>"
        for payment in run.payments
        if payment.state == "sent"
    )
    return (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{run.number}</OrgnlPmtInfId>{answers}</OrgnlPmtInfAndSts>"
        "</CstmrPmtStsRpt></Document>"
    ).encode()
