"""`flask tenders …`: read open contracting data made elsewhere, publish our own, list what is kept back."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from core.actors import SYSTEM
from core.db import unit_of_work
from core.errors import DomainError, InputErrors
from core.words import _l
from procurement.ocds.exact import exact_json, parsed
from procurement.queries import elsewhere as queries
from procurement.queries import publication
from procurement.services import elsewhere as services
from procurement.services.correcting import correct
from procurement.services.publishing import has_news, publish_due

tenders_group = AppGroup("tenders", help="Tenders: read and publish open contracting data (OCDS 1.1.5).")


@tenders_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would become a draft and write nothing.")
def import_file(file: Path, dry_run: bool) -> None:
    """Read releases made elsewhere into drafts; the same release again changes nothing."""
    try:
        with unit_of_work():
            rows = services.check_file(file.read_bytes(), file.name, by=SYSTEM)
            services.keep(rows, by=SYSTEM)
            for row in rows:
                click.echo(f"{row.number}  {row.ocid}  {len(row.draft.lots)} lots  {row.draft.title}")
                for fault in row.faults:
                    click.echo(f"    {fault['path']}: {fault['message']}")
            if dry_run:
                raise DomainError("Nothing was written.", code="dry_run")
    except InputErrors as errors:
        raise click.ClickException("\n".join(str(problem.message) for problem in errors.problems)) from errors
    except DomainError as error:
        click.echo(str(error.message))


@tenders_group.command("export")
@click.argument("number")
def export(number: str) -> None:
    """Print a release from elsewhere as it came, with the corrections made here."""
    click.echo(exact_json(services.export(queries.procedure(number))))


@tenders_group.command("correct")
@click.argument("number")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def correct_draft(number: str, file: Path) -> None:
    """Correct a draft from elsewhere by a JSON file of texts: {"title": "…", "lots/0/amount": "5"}."""
    try:
        changes = parsed(file.read_bytes())
        if not isinstance(changes, dict):
            raise InputErrors.at("file", _l("Write one JSON object of texts."))
        with unit_of_work():
            correct(queries.procedure(number), {name: str(text) for name, text in changes.items()}, by=SYSTEM)
    except InputErrors as errors:
        raise click.ClickException("\n".join(f"{one.where}: {one.message}" for one in errors.problems)) from errors
    click.echo(f"{number}: {len(changes)} texts read")


@tenders_group.command("publish")
def publish() -> None:
    """Do at once what the worker does each minute; say what was kept back and why."""
    made = 0
    while has_news():
        with unit_of_work():
            made += publish_due()
    with unit_of_work():
        click.echo(f"{made} releases made")
        for row in publication.refused():
            click.echo(f"{row.release_id} is kept back")
            for fault in row.faults:
                click.echo(f"    {fault['path']}: {fault['message']}")
