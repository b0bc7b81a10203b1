"""`flask claims …` and `flask medicare load`."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from claims import batch, engine, services
from claims import medicare as sample
from claims.cash import paying
from claims.cash.gathering import cash_statement
from claims.engine import building
from claims.hours import counting
from claims.intake import importing, reading
from claims.intake.importing import Intake, Upload
from claims.queries import waiting
from claims.reasons import Reason
from claims.redecisions.cli import corrections
from claims.shadow import services as shadow_services
from claims.shadow.comparing import Comparison
from claims.shadow.reading import Layout
from claims.shadow.services import OldFile
from core import clock, cluster, crew, work
from core.actors import SYSTEM
from core.config import fund
from core.db import unit_of_work
from core.errors import DomainError
from core.money import to_decimal

claims_group = AppGroup("claims", help="Claims: import files, decide what waits, list the reasons.")
medicare_group = AppGroup("medicare", help="The Medicare sample as a fund of its own.")
claims_group.add_command(corrections)


@claims_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", default="touiza-claims", type=click.Choice(sorted(reading.mappings())), show_default=True)
@click.option("--dry-run", is_flag=True, help="Show the answers and write nothing.")
def import_file(file: Path, mapping: str, dry_run: bool) -> None:
    """Take in a file of claims and decide it; the same bytes again change nothing."""
    upload = Upload(file.read_bytes(), file.name, mapping, None)
    act = importing.try_file if dry_run else importing.take_file
    with unit_of_work():
        intake = act(upload, currency=fund().currency, by=SYSTEM, at=clock.now(), zone=fund().zone)
        _report(intake)


@claims_group.command("decide")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="processes on this machine")
@click.option("--scheduler", metavar="ADDRESS", help="of a Dask cluster, for example tcp://10.0.0.5:8786")
def decide(workers: int, scheduler: str | None) -> None:
    """Decide every stored claim that waits for its first decision; run again, it goes on where it stopped."""
    with unit_of_work():
        runs = [*work.open_runs(batch.DECIDE), *work.open_runs(batch.SETTLE)] or [batch.start(at=clock.now())]
    for run in dict.fromkeys(filter(None, runs)):
        started = time.monotonic()
        if scheduler:
            cluster.spread(run, scheduler)
        elif workers > 1:
            crew.together(run, workers)
        else:
            crew.alone(run)
        _tell(run, time.monotonic() - started)
    with unit_of_work():
        left, _lines = waiting.waiting_count()
    click.echo(f"{left} claims wait for a decision." if left else "No claim waits for its first decision.")


@claims_group.command("hours")
def count_hours() -> None:
    """Count the hours claimed of sites and months that are due, as the worker does at its ticks."""
    counting.count_due()
    click.echo("Claimed hours are counted up to today.")


def _tell(run: str, seconds: float) -> None:
    with unit_of_work():
        done = batch.progress(run)
    click.echo(f"{done.claims} claims with {done.lines} lines decided in {seconds:.1f} s.")
    for failure in done.failures:
        click.echo(f"waits for a person: {failure}", err=True)
    if done.failures:
        raise SystemExit(1)


@claims_group.command("decide-again")
def decide_again() -> None:
    """Decide every claim in review again; only what differs is written."""
    with unit_of_work():
        seen, changed = services.decide_pending(by=SYSTEM, at=clock.now(), zone=fund().zone)
    click.echo(f"{seen} waiting claims looked at, {changed} decided anew.")


@claims_group.command("engine")
@click.option("--build", is_flag=True, help="Compile the rules first, where there is a C compiler.")
def show_engine(build: bool) -> None:
    """Which engine decides here: the text of the rules interpreted, or the same text compiled."""
    if build and not engine.is_fresh(engine.FOLDER):
        click.echo(building.built_or_why_not())
    click.echo(engine.told())


@claims_group.command("cash")
@click.argument("member")
@click.argument("month", type=click.DateTime(formats=["%Y-%m"]))
def cash(member: str, month: datetime) -> None:
    """What a member is owed in cash for the unused care ceiling of a month, step by step; nothing is posted."""
    try:
        found = cash_statement(member.upper(), month.date())
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    for name, amount in found.trace:
        click.echo(f"{name:<8}{to_decimal(amount, fund().currency.exponent):>14}")
    for number, used in found.claims:
        click.echo(f"  {number} used {to_decimal(used, fund().currency.exponent)}")
    click.echo(f"By plan {found.plan}: {found.basis}.")
    click.echo("Something of the month is not decided yet." if found.waits else "Everything of the month is decided.")


@claims_group.command("pay-cash")
@click.argument("month", type=click.DateTime(formats=["%Y-%m"]))
def pay_cash(month: datetime) -> None:
    """Compute the cash benefits of a closed month and those before it that changed; only differences are posted."""
    try:
        with unit_of_work():
            run = paying.start(month.date(), at=clock.now())
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    crew.alone(run)
    with unit_of_work():
        said = work.results(run)
    people, posted, waits = (sum(each[name] for each in said) for name in ("people", "posted", "waits"))
    click.echo(f"{people} people with a care level, {posted} new statements, {waits} not settled yet.")


@claims_group.command("reasons")
def reasons() -> None:
    """All reasons: code, effect, who can act, who is liable, producer, title."""
    for reason in Reason:
        row = (reason.code, reason.effect.value, reason.actor, reason.liable.value or "-", reason.module)
        click.echo("  ".join(f"{cell:<10}" for cell in row) + f"  {reason.title}")


@claims_group.command("shadow")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", default="touiza-claims", type=click.Choice(sorted(reading.mappings())), show_default=True)
@click.option("--paid", required=True, help="Column with what the old system paid for the line.")
@click.option("--reason", default="", help="Column with the old system's own reason.")
@click.option("--lines", "lines_to", type=click.Path(path_type=Path), help="Write every line to this CSV file.")
@click.option("--keep", is_flag=True, help="Keep the comparison so that it can be looked at on screen.")
def shadow(file: Path, mapping: str, paid: str, reason: str, lines_to: Path | None, keep: bool) -> None:
    """Decide an old system's claims beside its own results and list every difference by cause; nothing of it counts."""
    given = OldFile(file.read_bytes(), file.name, Layout(mapping, paid, reason))
    who: Any = {"currency": fund().currency, "by": SYSTEM, "at": clock.now(), "zone": fund().zone}
    with unit_of_work():
        month, found = shadow_services.compare(given, **who)
        if keep:
            click.echo(f"Kept as {shadow_services.keep(given, **who).number}.")
    _show_comparison(len(month.claims), len(month.report.wrong), found)
    for number, why in shadow_services.wrong_rows(month):
        click.echo(f"row {number} was not read: {why}", err=True)
    if lines_to is not None:
        lines_to.write_bytes(shadow_services.lines_csv(found, fund().currency))


def _show_comparison(claims: int, wrong: int, found: Comparison) -> None:
    click.echo(f"{claims} claims, {len(found.lines)} lines compared, {wrong} rows not read, {found.equal} lines agree")
    click.echo(f"old paid {_major(found.old)}, ours {_major(found.ours)}, difference {_major(found.old - found.ours)}")
    click.echo(f"  {'ours':<8}{'old':<8}{'direction':<12}{'lines':>8}{'old paid':>16}{'ours':>16}{'difference':>16}")
    for each in found.causes:
        sums = "".join(f"{_major(sum_):>16}" for sum_ in (each.old, each.ours, each.difference))
        click.echo(f"  {each.code or '-':<8}{each.old_reason or '-':<8}{each.direction:<12}{each.lines:>8}{sums}")
    total = sum(each.difference for each in found.causes)
    click.echo(f"the causes add up to {_major(total)}: {'exact' if total == found.old - found.ours else 'NOT EXACT'}")


def _major(minor: int) -> str:
    return str(to_decimal(minor, fund().currency.exponent))


@medicare_group.command("load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def load_medicare(folder: Path) -> None:
    """Register its providers, import members, stays and claims, decide all of them, and count."""
    started = time.monotonic()
    text = (Path(current_app.root_path) / "plan" / "medicare.toml").read_text(encoding="utf-8")
    with unit_of_work():
        loaded = sample.load(folder, text, currency=fund().currency, zone=fund().zone, at=clock.now())
    seconds = time.monotonic() - started
    click.echo(
        f"{loaded.providers} providers, {loaded.tariff} tariff codes, {loaded.members} member-years, "
        f"{loaded.stays} stays in {seconds:.1f} s"
    )
    if loaded.intake is not None:
        _report(loaded.intake)


def _report(intake: Intake) -> None:
    """Claims by kind and state, lines by state and reason, and whether every line adds up."""
    if intake.is_known:
        click.echo("This file is known already: nothing was added.")
        return
    if intake.rows is not None:
        click.echo(f"{intake.rows.ready} rows read, {len(intake.rows.wrong)} wrong")
    told = ", ".join(f"{state} {count}" for state, count in [*intake.kinds.items(), *intake.states.items()])
    click.echo(f"claims: {told}")
    for (state, reason), count in sorted(sample.lines_by_reason(intake).items()):
        click.echo(f"  {state:<9} {reason or '-':<7} {count:>7}")
    click.echo(f"lines inside a stay: {sample.lines_with(intake, 'CAR-03')}")
    click.echo(f"lines without a code: {sample.lines_with(intake, 'ADM-01')}")
    sums = intake.tally.sums
    shown = ", ".join(f"{name} {to_decimal(amount, fund().currency.exponent)}" for name, amount in sums.items())
    click.echo(f"{shown}; identity {'holds' if intake.tally.is_whole else 'IS BROKEN'}")
