"""`flask ledger verify` and `flask payments …`."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from payments import ledger

ledger_group = AppGroup("ledger", help="The double-entry ledger.")


@ledger_group.command("verify")
def verify() -> None:
    """Recompute every journal and sub-ledger; name each place that does not add up and fail."""
    faults = list(ledger.verify())
    for fault in faults:
        click.echo(f"WRONG {fault.place}: {fault.reason}", err=True)
    if faults:
        raise SystemExit(1)
    click.echo("The ledger is in order.")
