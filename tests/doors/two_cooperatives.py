"""Two cooperatives of the demo fund, hostile to each other: what one of them owns, in every table there is."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core import clock, files
from core.accounts import services
from core.accounts.queries import account_by_id
from core.actors import SYSTEM
from core.db import db, unit_of_work
from core.organisations import Organisation
from core.roles import Role
from tests.accounts import account_with
from tests.guards.seats import new_house

MARK = "Zafrane"
"""Planted into every text that the other cooperative owns; nothing else in the fund has this word."""
PEOPLE = (Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK, Role.CARE_WORKER)
SHARED = {
    "assignment": "accounts are of people", "number_counter": "of the fund",
    "outbox_message": "what was sent; looked at by who reads it",
}  # fmt: skip
"""Tables that lead to an organisation and yet are not its own."""
PUBLIC = "Open"
ON_THE_REGISTER = ("opening_hours", "site_closure", "site_language", "site_room", "audit_sample")
"""What the public register tells of each site, and how a sample was announced; its provider is not named there."""
TABLE = {
    "plan_version": 1, "sha256": "0" * 64, "approved_on": "2026-01-01", "run_out_days": 45, "appeal_days": 30,
    "review_days": 45, "withheld": "0.04", "bonus": "0.03", "nothing_at": "50", "all_at": "80", "bonus_full_at": "95",
    "indicators": [],
}  # fmt: skip
"""What a score is made of, as a contract keeps it."""
FITTING = {
    ("contract_score", "terms"): TABLE,
    ("imported_file", "room"): "care",
    ("quality_settlement_line", "place"): 9_999,
    ("audit_sample", "state"): "judged",  # before that its provider reads no working papers
}
NOT_PLANTED = {
    "award": "belongs to a lot and its bid at once; awards of others stand in the demo's own story",
    "redecision_line": "belongs to a run of corrections, which only the fund's staff has pages for",
}


@dataclass
class Hostility:
    """`ours` attacks, `theirs` is attacked; one browser for each of our people, and a token of the API."""

    app: Flask
    ours: int
    theirs: int
    clients: dict[Role, FlaskClient] = field(default_factory=dict)
    owner: FlaskClient | None = None
    token: str = ""

    @cached_property
    def owned(self) -> dict[str, sa.ColumnElement[bool]]:
        """Table → which of its rows are theirs: by its own column, else by what it belongs to."""
        found: dict[str, sa.ColumnElement[bool]] = {}
        for table in db.metadata.sorted_tables:
            if table.name in SHARED:
                continue
            if "organisation_id" in table.c:
                found[table.name] = table.c.organisation_id == self.theirs
                continue
            for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
                parent = key.column.table.name
                if parent in found and parent != "stored_file" and not key.parent.nullable:
                    found[table.name] = key.parent.in_(sa.select(key.column).where(found[parent]))
                    break
        return found

    def rows(self, name: str) -> list[Any]:
        table = db.metadata.tables[name]
        return list(db.session.execute(sa.select(table).where(self.owned[name])).all())

    def value(self, name: str, column: str = "id") -> Any:
        """Of the first row of theirs; planted if there was none."""
        table = db.metadata.tables[name]
        query = sa.select(table.c[column]).where(self.owned[name]).order_by(*table.primary_key)
        return db.session.execute(query.limit(1)).scalar_one()

    def digests(self) -> dict[str, str]:
        """Table → SHA-256 over their rows."""
        db.session.rollback()
        return {
            name: hashlib.sha256(repr(sorted(map(repr, self.rows(name)))).encode()).hexdigest() for name in self.owned
        }

    def written(self) -> int:
        """How many rows this database has ever written."""
        driver: Any = db.session.connection().connection.dbapi_connection
        return int(driver.total_changes)

    @cached_property
    def secrets(self) -> re.Pattern[str]:
        """Their mark, and the numbers that are nobody else's business."""
        found = {MARK}
        for name, column in (("claim", "number"), ("placement", "number"), ("payment", "end_to_end_id")):
            table = db.metadata.tables[name]
            found |= {row for (row,) in db.session.execute(sa.select(table.c[column]).where(self.owned[name])) if row}
        return re.compile("|".join(map(re.escape, sorted(found))))


def at_war(folder: Path) -> Iterator[Hostility]:
    app = new_house(folder)
    with app.app_context():
        told = app.test_cli_runner().invoke(args=("demo", "load", "--people", "60", "--claims", "60"))
        assert told.exit_code == 0, told.output
        both = Hostility(app, *_bidders())
        with unit_of_work():
            plant(both)
        _seat(both)
        yield both
        db.session.rollback()
        db.engine.dispose()


def _bidders() -> tuple[int, int]:
    """Two that bid in the same tender, with contracts and claims of their own."""
    bid, claim = (db.metadata.tables[name] for name in ("bid", "claim"))
    query = sa.select(bid.c.organisation_id, bid.c.tender_id)
    query = query.where(bid.c.organisation_id.in_(sa.select(claim.c.organisation_id))).order_by(bid.c.id)
    rows = db.session.execute(query).all()
    return next(
        (one.organisation_id, two.organisation_id)
        for one in rows
        for two in rows
        if one.tender_id == two.tender_id and one.organisation_id != two.organisation_id
    )


def _seat(both: Hostility) -> None:
    accounts = {role: account_with(role, organisation_id=both.ours).id for role in PEOPLE}
    owner = account_with(*PEOPLE, organisation_id=both.theirs).id
    with unit_of_work():
        manager = account_by_id(accounts[Role.PROVIDER_MANAGER])
        both.token = services.issue_token(manager, both.ours, label="hostile", by=SYSTEM)
    for role, account in accounts.items():
        both.clients[role] = _browser(both.app, account)
    both.owner = _browser(both.app, owner)


def _browser(app: Flask, account: int) -> FlaskClient:
    client = app.test_client()
    assert client.post(f"/demo/sign-in/{account}").status_code == 303
    return client


# ---------------------------------------------------------------- one row of everything


def plant(both: Hostility) -> None:
    """Where they own nothing yet, one row that names them and carries the mark, whatever the table."""
    stored = files.store(
        MARK.encode(), filename=f"{MARK}.pdf", media_type="application/pdf", organisation_id=both.theirs, by=SYSTEM
    )
    connection = db.session.connection()
    connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
    for table in db.metadata.sorted_tables:
        if table.name in both.owned and table.name not in NOT_PLANTED and not both.rows(table.name):
            connection.execute(table.insert().values(_row(both, table, stored.id)))
    connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")
    contract = db.metadata.tables["contract"]
    connection.execute(contract.update().where(both.owned["contract"]).values(to_sign_id=stored.id))


def _row(both: Hostility, table: sa.Table, file_id: int) -> dict[str, Any]:
    return {
        column.name: _content(both, table, column, file_id)
        for column in table.columns
        if column is not table.autoincrement_column
    }


def _content(both: Hostility, table: sa.Table, column: sa.Column[Any], file_id: int) -> Any:
    if column.name == "organisation_id":
        return both.theirs
    for key in column.foreign_keys:
        return _reference(both, key, file_id, is_needed=not column.nullable)
    if (table.name, column.name) in FITTING:
        return FITTING[table.name, column.name]
    if column.name == "state" or (isinstance(column.type, sa.String) and _choices(table, column)):
        return (_choices(table, column) or [MARK])[0]
    kind = column.type
    if isinstance(kind, sa.Text | sa.String):
        return (PUBLIC if table.name in ON_THE_REGISTER else MARK)[: getattr(kind, "length", None) or 99]
    if isinstance(kind, sa.DateTime) or "Instant" in type(kind).__name__:
        return clock.now()
    if isinstance(kind, sa.Date):
        return dt.date(2026, 1, 1)
    if isinstance(kind, sa.LargeBinary):
        return MARK.encode()
    if isinstance(kind, sa.JSON) or "JSON" in str(kind).upper():
        return []
    return 0 if column.nullable else 1


def _choices(table: sa.Table, column: sa.Column[Any]) -> list[str]:
    """What the CHECK of this column allows."""
    for check in table.constraints:
        if isinstance(check, sa.CheckConstraint):
            found = re.findall(rf"\b{column.name} = '(\w+)'", str(check.sqltext))
            if found and str(check.sqltext).count(column.name) == len(found):
                return found
    return []


def _reference(both: Hostility, key: sa.ForeignKey, file_id: int, *, is_needed: bool) -> Any:
    """A row of theirs, else any; the file that was stored for them."""
    target = key.column.table
    if target.name == "stored_file":
        return file_id
    if target.name == Organisation.__tablename__:
        return both.theirs
    if target.name in both.owned:
        found = db.session.execute(sa.select(key.column).where(both.owned[target.name]).limit(1)).scalar()
        if found is not None:
            return found
    if not is_needed:
        return None
    anything = sa.select(key.column).limit(1)
    if db.session.execute(anything).first() is None:  # of the fund's own, like a year of audits: one is made
        db.session.connection().execute(target.insert().values(_row(both, target, file_id)))
    return db.session.execute(anything).scalar()
