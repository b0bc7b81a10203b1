"""`flask demo load`: the whole story, once; a second call changes nothing, another database is refused."""

from __future__ import annotations

import time

import click
from flask.cli import AppGroup
from sqlalchemy import inspect, select

from core.config import fund
from core.db import db, unit_of_work
from core.organisations import Organisation
from core.schema import bring_up_to_date
from core.serve import ADDRESS
from demo import tenders
from demo.people import is_hired
from demo.telling import tell

demo_group = AppGroup("demo", help="The invented fund.")
WELCOME = f"""
  Open http://{ADDRESS} and walk in by a card: no password.
  Procurement officer A. Tiriel, cooperative’s clerk N. Zerbay, claims reviewer T. Amekran,
  finance officer D. Oulaya, auditor H. Senuri, registrar F. Bardou, and everybody else below them.
  At the opening of T-…-001, A. Tiriel types “{tenders.PASSPHRASES[0]}”, M. Oussane “{tenders.PASSPHRASES[1]}”.
  The member’s page “Who asked” shows an eligibility number: with it any clerk may try a claim before sending it.
  Ctrl-C stops the web server and the worker together.
"""


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
    click.echo(f"Loaded the demo fund in {time.monotonic() - started:.0f} s. All in it is invented.")
    click.echo(WELCOME)


@demo_group.command("prepare")
@click.pass_context
def prepare(context: click.Context) -> None:
    """Bring the database up to date and load the demo once."""
    bring_up_to_date()
    context.invoke(load, size=5_000, claim_count=20_000)


def _state() -> str:
    """What the database holds: nothing at all (bare), tables alone (empty), the demo (loaded) or another fund."""
    names = set(inspect(db.engine).get_table_names())
    if not {table.name for table in db.metadata.sorted_tables} <= names:
        return "bare"
    if is_hired():
        return "loaded"
    return "other" if db.session.execute(select(Organisation.id).limit(1)).first() else "empty"
