"""`flask claims corrections …`: changes after the fact, found and previewed. A release needs a person at a screen."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from claims.redecisions import listening, queries, services, shards
from claims.redecisions.models import RedecisionRun
from core import clock, crew, work
from core.actors import SYSTEM
from core.config import fund
from core.db import unit_of_work
from core.money import to_decimal

corrections = AppGroup("corrections", help="Changes after the fact: find, list and preview them.")


@corrections.command("find")
def find_corrections() -> None:
    """Hear what happened since the last time and decide the touched households again, as the worker does."""
    with unit_of_work():
        heard = listening.hear()
    done = 0
    while count := work.run_due():
        done += count
    click.echo(f"{heard} events heard, {done} shards of work done.")
    _list_runs()


@corrections.command("list")
def list_corrections() -> None:
    """The runs, those that wait first."""
    _list_runs()


@corrections.command("preview")
@click.argument("number")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="processes on this machine")
def preview_correction(number: str, workers: int) -> None:
    """Decide a run's households as of now and show what would change; nothing is posted."""
    with unit_of_work():
        name = shards.name_of(services.preview(number, by=SYSTEM, at=clock.now()))
    if workers > 1:
        crew.together(name, workers)
    else:
        crew.alone(name)
    with unit_of_work():
        run = services.found(number)
        _show_run(run)
        for failure in shards.progress(run).failures:
            click.echo(f"waits for a person: {failure}", err=True)


def _list_runs() -> None:
    for run in queries.runs():
        click.echo(
            f"{run.number}  {run.state:<10} {run.claims:>6} claims  {_major(run.more)} more  {_major(run.back)} back"
        )


def _show_run(run: RedecisionRun) -> None:
    click.echo(f"{run.number}: {run.claims} claims, {_major(run.more)} on top, {_major(run.back)} back ({run.state})")
    for row in queries.by_provider(run.id):
        click.echo(f"  {row.name:<40} {row.claims:>6} claims {_major(row.more):>14} {_major(-row.back):>14}")
    for row in queries.by_reason(run.id):
        said = f"{row.old_state} {row.old_reason or '-'} → {row.new_state} {row.new_reason or '-'}"
        click.echo(f"  {said:<44} {row.lines:>6} lines {_major(row.more - row.back):>14}")


def _major(minor: int) -> str:
    return str(to_decimal(minor, fund().currency.exponent))
