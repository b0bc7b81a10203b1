"""`flask plan simulate` and `flask claims handbook`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from claims.cli import claims_group
from claims.facts import PART
from claims.handbook.paper import markdown
from claims.simulation import services, showing
from core import plan
from core.config import fund
from core.money import to_decimal
from core.plan_commands import DAY, plan_group
from core.tables import csv_bytes

__all__ = ["claims_group", "plan_group"]


@plan_group.command("simulate")
@click.argument("number", type=int)
@click.option("--from", "first", type=DAY, required=True, help="First service date.")
@click.option("--until", "last", type=DAY, required=True, help="Last service date.")
@click.option("--csv", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write all groups there.")
def simulate(number: int, first: datetime, last: datetime, file: Path | None) -> None:
    """Try a version of the benefits on past claims, here and now; nothing is written."""
    row = plan.version(PART, number)
    tally = services.tally_all(services.question_of(row, first.date(), last.date(), fund().zone))
    whole, exponent = tally.whole, fund().currency.exponent
    now, then = to_decimal(whole.benefit_now, exponent), to_decimal(whole.benefit_then, exponent)
    click.echo(f"{whole.lines} lines of {whole.people} people: the fund pays {now} now, {then} under version {number}.")
    click.echo(f"{whole.winners} people get more, {whole.losers} less; {whole.changed} lines change.")
    if file is not None:
        file.write_bytes(csv_bytes(showing.file_head(), showing.file_rows(tally)))


@claims_group.command("handbook")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="Write the PDF there instead.")
def print_handbook(pdf: Path | None) -> None:
    """Print the handbook of all rules and of the plan in force, as Markdown or as PDF."""
    from claims.views import handbook

    if pdf is None:
        click.echo(markdown(handbook.handbook()))
    else:
        pdf.write_bytes(handbook.handbook_paper())
