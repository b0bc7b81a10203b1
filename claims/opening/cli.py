"""`flask opening …`: files of opening records, judged with the same sentences as on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from claims.models.opening import OpeningFile
from claims.opening import services
from claims.opening.control import Compared, differing
from core import clock
from core.actors import SYSTEM
from core.config import fund
from core.db import unit_of_work
from core.errors import DomainError, InputErrors
from core.plan_commands import DAY
from core.tables import FileRefused, Report

opening_group = AppGroup("opening", help="Records that ran before the fund began here.")
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_CONTROL = click.option(
    "--control", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Sheet that contracts balance to."
)
_KIND = click.option("--kind", required=True, type=click.Choice(list(services.KINDS)), help="What the file holds.")


@opening_group.command("check")
@_FILE
@_KIND
@_CONTROL
def check(file: Path, kind: str, control: Path | None) -> None:
    """Say which rows are ready, what is wrong with the others, and what does not balance; nothing is stored."""
    report = _told(services.read_file, file.read_bytes(), file.name, kind, fund().currency)
    _show(report)
    different = differing(_told(services.balance, report, kind, _sheet(control), fund().currency)) if control else []
    _show_differences(different)
    if report.wrong or different:
        raise SystemExit(1)


@opening_group.command("import")
@_FILE
@_KIND
@click.option("--source", required=True, help="Where the records come from, as every trace says it.")
@click.option("--on", "taken", type=DAY, required=True, help="The day as of which they were true.")
@_CONTROL
@click.option("--reason", default="", help="Why contracts come in that do not balance to their control sheet.")
@click.option("--good-rows", is_flag=True, help="Bring the ready rows in although others need work.")
def import_file(file: Path, kind: str, **named: Any) -> None:
    """Bring a file in as a whole, or nothing of it if a row needs work or it does not balance."""
    row = _told(_bring_in, file, kind, **named)
    click.echo(f"{row.number}: {row.rows_ready} rows count from now on, {row.rows_wrong} were left out.")


def _bring_in(
    file: Path, kind: str, source: str, taken: datetime, control: Path | None, reason: str, good_rows: bool
) -> OpeningFile:
    currency, at = fund().currency, clock.now()
    how: dict[str, Any] = {"source": source, "taken_on": taken.date(), "currency": currency, "zone": fund().zone}
    with unit_of_work():
        row = services.check_file(file.read_bytes(), file.name, kind, by=SYSTEM, at=at, sheet=_sheet(control), **how)
        if row.rows_wrong and not good_rows:
            _show(services.report_of(row, currency))
            raise DomainError("Nothing was brought in: mend these rows, or give --good-rows.")
        if row.state == "kept":
            return row
        _show_differences(differing(services.balance_of(row, services.report_of(row, currency), currency)))
        return services.keep(row.number, currency=currency, by=SYSTEM, at=at, reason=reason)


def _sheet(control: Path | None) -> services.Sheet | None:
    return None if control is None else services.Sheet(control.read_bytes(), control.name)


@opening_group.command("reverse")
@click.argument("number")
@click.option("--reason", required=True, help="Why; it stands in the trail.")
def reverse(number: str, reason: str) -> None:
    """Take back all that a file brought in, unless something stands on it already."""
    with unit_of_work():
        row = _told(services.undo, number, reason=reason, by=SYSTEM, at=clock.now())
        click.echo(f"{row.number} was undone.")


def _told(act: Any, *args: Any, **named: Any) -> Any:
    """What the act says, or its refusal as a command refuses: the sentences of the screen."""
    try:
        return act(*args, **named)
    except FileRefused as refusal:
        raise click.ClickException(str(refusal.message)) from refusal
    except InputErrors as errors:
        raise click.ClickException("\n".join(f"{one.where}: {one.message}" for one in errors.problems)) from errors
    except DomainError as error:
        raise click.ClickException(str(error)) from error


def _show_differences(rows: Sequence[Compared]) -> None:
    for row in rows:
        click.echo(f"{row.group}, {row.measure}: the sheet says {row.said}, the rows come to {row.found}", err=True)


def _show(report: Report[Any]) -> None:
    click.echo(f"{len(report.ready)} rows ready, {len(report.wrong)} need work")
    for row in report.wrong:
        click.echo(f"row {row.number}: {row.sentence}", err=True)
