"""`flask care …`"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click
from flask.cli import AppGroup

from care import services
from core.actors import SYSTEM
from core.db import unit_of_work
from core.errors import DomainError

group = AppGroup("care", help="Grants, placements and records of care.")
MONTH = click.DateTime(formats=["%Y-%m-%d"])


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", required=True, help="The layout of the file; `flask care mappings` lists them.")
def import_file(file: Path, mapping: str) -> None:
    """Import records of care for the fund: good rows go in, wrong ones are said."""
    content = file.read_bytes()
    try:
        with unit_of_work():
            report = services.read_file(content, file.name, mapping)
            row = services.check_file(content, file.name, mapping, by=SYSTEM)
            outcome = services.keep_good_rows(row, by=SYSTEM)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{row.number}: {row.rows_ready} rows ready, {row.rows_wrong} need work; "
        f"added {outcome.added}, corrected {outcome.changed}."
    )
    for wrong in report.wrong[:20]:
        click.echo(f"  row {wrong.number}: " + "; ".join(f"{p.column} {p.reason}" for p in wrong.problems), err=True)


group.add_command(import_file, "import-stays")


@group.command("close")
@click.argument("first", type=MONTH)
@click.argument("last", type=MONTH)
def close(first: dt.datetime, last: dt.datetime) -> None:
    """Compute the facts that cross households for these days."""
    with unit_of_work():
        changed = services.close_records(first.date(), last.date(), by=SYSTEM)
    click.echo(f"{changed} records changed.")


@group.command("mappings")
def list_mappings() -> None:
    """The layouts records may come in."""
    for name, layout in services.DESK.layouts.items():
        click.echo(f"{name}: {layout.columns.title}")
