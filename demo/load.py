"""`flask demo load`: the whole story, once; a second call changes nothing, another database is refused."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import click
from flask.cli import AppGroup
from flask_migrate import upgrade
from sqlalchemy import inspect, select

import care.services as care
from claims import documents, reviewing
from claims.hours import counting
from claims.intake import importing as claims
from claims.queries import lists as claim_lists
from claims.readers import EVERYONE
from claims.redecisions import listening as redecisions
from claims.telling import services as telling
from core import clock
from core.codes import Text_
from core.config import fund
from core.db import db, unit_of_work
from core.organisations import Organisation
from core.roles import Role
from core.serve import ADDRESS, refuse_taken, serve
from core.tables import csv_bytes
from demo import (
    accounts,
    audits,
    care_records,
    facts,
    inspections,
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
from demo.instants import at
from members import queries as members
from members import services as member_services
from payments import queries as payment_queries
from payments import services as payments
from quality import services as quality
from quality.desk import running as screens
from quality.periods import last_full_quarter

demo_group = AppGroup("demo", help="The invented fund.")
MARK = "demo.loaded"
WELCOME = f"""
  Open http://{ADDRESS} and walk in by a card: no password.
  Procurement officer A. Tiriel, cooperative’s clerk N. Zerbay, claims reviewer T. Amekran,
  finance officer D. Oulaya, auditor H. Senuri, registrar F. Bardou, and everybody else below them.
  At the opening of T-…-001, A. Tiriel types “{tenders.PASSPHRASES[0]}”, M. Oussane “{tenders.PASSPHRASES[1]}”.
  The member’s page “Who asked” shows an eligibility number: with it any clerk may try a claim before sending it.
  Ctrl-C stops the web server and the worker together.
"""
RECENT = dt.timedelta(days=31)


@demo_group.command("load")
@click.option("--people", "size", default=5_000, show_default=True, help="members of the invented fund")
@click.option("--claims", "claim_count", default=20_000, show_default=True)
def load(size: int, claim_count: int) -> None:
    """Fill an empty database with the invented fund of Taziria."""
    state = _state()
    if state == "bare":
        click.echo("The database has not its tables yet. Run `flask db upgrade`, then load again.", err=True)
        click.echo("`make run` does both.", err=True)
        raise SystemExit(2)
    if state == "loaded":
        click.echo("The demo fund is there already.")
        click.echo(WELCOME)
        return
    if state == "other":
        click.echo("This database holds other data than the demo. Nothing was written.", err=True)
        raise SystemExit(2)
    if not fund().is_demo:
        click.echo("Demo data is only loaded with TOUIZA_DEMO=true. Nothing was written.", err=True)
        raise SystemExit(2)
    started = time.monotonic()
    click.echo("Telling 24 months of the invented fund of Taziria (once, about a minute)…")
    with unit_of_work():
        tell(size, claim_count)
        db.session.add(Text_(key=MARK, locale="en", content=clock.today(fund().zone).isoformat()))
    click.echo(f"Loaded the demo fund in {time.monotonic() - started:.0f} s. All in it is invented.")
    click.echo(WELCOME)


@demo_group.command("run")
@click.option("--bind", default=ADDRESS, show_default=True, help="address and port of the web server")
@click.pass_context
def run(context: click.Context, bind: str) -> None:
    """What `make run` does: bring the database up to date, load the demo once, serve."""
    refuse_taken(bind)
    upgrade()
    context.invoke(load, size=5_000, claim_count=20_000)
    db.session.remove()
    db.engine.dispose()
    if bind != ADDRESS:
        click.echo(f"Served at http://{bind}.")
    context.invoke(serve, bind=bind)


def _state() -> str:
    """What the database holds: nothing at all (bare), tables alone (empty), the demo (loaded) or another fund."""
    names = set(inspect(db.engine).get_table_names())
    if not {table.name for table in db.metadata.sorted_tables} <= names:
        return "bare"
    if db.session.execute(select(Text_).where(Text_.key == MARK)).first():
        return "loaded"
    return "other" if db.session.execute(select(Organisation.id).limit(1)).first() else "empty"


def tell(size: int, claim_count: int) -> None:
    """Opening, then month after month what happened, at the instant it happened."""
    country = world.make(clock.today(fund().zone), size)
    told = story.tell(country, claim_count)
    with at(world.add_months(country.first_month, -1), 9):
        staff = people.hire()
        opening.put_plan_in_force(staff)
        registered = opening.register_providers(country, staff)
        opening.draw_contracts(country, registered, staff)
        desks = opening.open_accounts(country, registered, staff)
        opening.enrol_members(country, staff)
        opening.place(told.placed, country, registered, desks, staff)
        accounts.open_for_members(told.placed, staff)
        facts.grant_homes(told, country, staff)
    _import_stays(told, staff)
    numbers = {key: row.number for key, row in registered.items()}
    facts.record(told, country, numbers, staff)
    for month in country.months():
        _live_a_month(told, month, numbers, staff, is_last=month == country.months()[-1])
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
    telling.skip_the_past()
    redecisions.skip_the_past()


def _live_a_month(
    told: story.Story, month: dt.date, numbers: dict[str, str], staff: people.Staff, is_last: bool
) -> None:
    """Records and claims come in after the month; a run pays what is due two weeks later."""
    following = world.add_months(month, 1)
    with at(following + dt.timedelta(days=2), 10):
        _import_records("touiza-visits", told.visits[month], numbers, staff)
        _import_records("touiza-attendance", told.attendance[month], numbers, staff)
        care.close_records(month, world.month_end(month), by=staff.assessor)
    with at(following + dt.timedelta(days=4), 8):
        rows = [dict(row, provider_id=numbers[row["provider_id"]]) for row in told.claims[month]]
        upload = claims.Upload(_csv(rows), f"claims-{month:%Y-%m}.csv", "touiza-claims", None)
        claims.take_file(upload, currency=fund().currency, by=staff.claims_officer, at=clock.now(), zone=fund().zone)
    with at(following + dt.timedelta(days=6), 10):
        facts.send_papers(told.papers[month], numbers, staff)
    if not is_last:
        with at(following + dt.timedelta(days=9), 14):
            documents.decide_overdue(by=staff.claims_officer, at=clock.now(), zone=fund().zone)
            _review(staff)
    _count_hours(following + dt.timedelta(days=15), staff)
    _pay(following + dt.timedelta(days=9), staff, is_last)


def _count_hours(day: dt.date, staff: people.Staff) -> None:
    """What was claimed of the nurseries’ hours, when the claims of the month are in."""
    if day < clock.today(fund().zone):
        with at(day, 11):
            counting.count_some(by=staff.claims_officer)


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


def _review(staff: people.Staff) -> None:
    """The reviewer lets pass what the rules left to a person; only the last month's queue is still there."""
    queue = claim_lists.queue(EVERYONE, size=500)
    # No reviewer can let pass what waits for a paper.
    numbers = [row.Claim.number for row in queue if row.ClaimVersion.headline != "ADM-08"]
    if numbers:
        reason = "The register of the day was checked on site."
        reviewing.accept(numbers, reason=reason, by=staff.reviewer, at=clock.now(), zone=fund().zone)


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


def _pay(day: dt.date, staff: people.Staff, is_last: bool) -> None:
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


def _import_stays(told: story.Story, staff: people.Staff) -> None:
    header = ("stay_no", "member_id", "admitted_on", "discharged_on", "provider_id")
    names = ("stay_number", "member_number", "admitted_on", "discharged_on", "provider_id")
    rows = [[str(row[name]) for name in names] for row in told.stays]
    report = care.read_file(csv_bytes(header, rows), "stays.csv", "touiza-stays", None)
    _must_be_right(report)
    care.import_stays(report.values, source="stays.csv", by=staff.assessor, organisation_id=None)


def _import_records(mapping: str, rows: Sequence[dict[str, Any]], numbers: dict[str, str], staff: people.Staff) -> None:
    if not rows:
        return
    known = [dict(row, provider_id=numbers[row["provider_id"]]) for row in rows]
    if mapping == "touiza-attendance":
        known = [dict(row, facility_id="1", absence="") for row in known]
    report = care.read_file(_csv(known), f"{mapping}.csv", mapping, None)
    _must_be_right(report)
    act = care.import_visits if mapping == "touiza-visits" else care.import_attendance
    act(report.values, source=f"{mapping}.csv", by=staff.assessor, organisation_id=None)


def _must_be_right(report: Any) -> None:
    if report.wrong:
        raise RuntimeError(f"The demo's own file has {len(report.wrong)} wrong rows, first: {report.wrong[0]}")


def _csv(rows: Sequence[dict[str, Any]]) -> bytes:
    return csv_bytes(list(rows[0]), [[str(value) for value in row.values()] for row in rows])
