"""Commands of the house itself: the worker, the audit trail, accounts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from core import audit, plan_commands, references, worker
from core.accounts import services
from core.actors import SYSTEM
from core.db import db, unit_of_work
from core.roles import Role
from core.serve import serve

audit_group = AppGroup("audit", help="The hash-chained trail of acts.")
accounts_group = AppGroup("accounts", help="Accounts and their roles.")


def init_app(app: Flask) -> None:
    audit.add_check("references", _strays)
    app.cli.add_command(audit_group)
    app.cli.add_command(accounts_group)
    plan_commands.init_app(app)
    app.cli.add_command(run_worker)
    app.cli.add_command(serve)


def _strays() -> Iterator[audit.Break]:
    """What the database refuses at every door, looked for once more in everything that is stored."""
    for table, missing in references.strays(db.session.connection(), db.metadata):
        yield audit.Break(table, 0, f"{missing} is not there", f"a row of {table}")


@audit_group.command("verify")
def verify_trail() -> None:
    """Walk every stream and compare what is stored with its digests; name what is broken and fail."""
    is_broken = False
    for found in chain(audit.verify(), audit.verify_stored()):
        is_broken = True
        click.echo(f"BROKEN {found}", err=True)
    if is_broken:
        raise SystemExit(1)
    click.echo("The audit trail is in order.")


@accounts_group.command("create")
@click.argument("email")
@click.argument("name")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.password_option()
def create(email: str, name: str, role: str, password: str) -> None:
    """Make an account of the fund's staff, with a password and one role."""
    from flask_security import hash_password

    with unit_of_work():
        services.ensure_roles()
        account = services.create_account(email=email, name=name, by=SYSTEM, password=hash_password(password))
        services.assign(account, Role(role), by=SYSTEM)
    click.echo(f"{email} may sign in as {role}.")


@click.command("worker")
@with_appcontext
def run_worker() -> None:
    """Do what is due, until stopped."""
    worker.run(current_app._get_current_object())  # type: ignore[attr-defined]
