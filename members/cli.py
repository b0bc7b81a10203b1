"""`flask members …`"""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from core.actors import SYSTEM
from core.db import unit_of_work
from core.errors import DomainError
from members import services

group = AppGroup("members", help="People, households and cover.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", required=True, help="The layout of the file; `flask members mappings` lists them.")
@click.option("--wrong", type=click.Path(path_type=Path), help="Write the wrong rows here.")
def import_file(file: Path, mapping: str, wrong: Path | None) -> None:
    """Import a roster: good rows go in, wrong ones are said."""
    content = file.read_bytes()
    try:
        with unit_of_work():
            report = services.read_file(content, file.name, mapping)
            row = services.check_file(content, file.name, mapping, by=SYSTEM)
            outcome = services.keep_good_rows(row, by=SYSTEM)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    if wrong and report.wrong:
        wrong.write_bytes(report.wrong_rows_csv())
    click.echo(
        f"{row.number}: {row.rows_ready} rows ready, {row.rows_wrong} need work; "
        f"added {outcome.households} households, {outcome.members} members, {outcome.spells} spells of cover."
    )
    for problem in report.wrong[:20]:
        click.echo(
            f"  row {problem.number}: " + "; ".join(f"{p.column} {p.reason}" for p in problem.problems), err=True
        )


@group.command("mappings")
def list_mappings() -> None:
    """The layouts a roster may come in."""
    for name, layout in services.DESK.layouts.items():
        click.echo(f"{name}: {layout.columns.title}")
