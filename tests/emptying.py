"""A database as it was made, after each test: rows out, keys from 1 again.

To TRUNCATE two hundred tables takes PostgreSQL half a second, whatever is in them; here those with rows are touched.
"""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa

from core.db import db
from tests.tampering import unguarded

LARGE = 2 * 8192  # bytes; above it a new row could land in an earlier page than its elders
_RESTART = "SELECT setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences WHERE last_value IS NOT NULL"
_SIZED = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    f" AND pg_relation_size(oid) > {LARGE}"
)


def empty(engine: sa.Engine) -> None:
    """Take the rows out of every table that has some; the schema stays."""
    is_postgresql = engine.dialect.name == "postgresql"
    with engine.begin() as connection, unguarded(connection):
        if not is_postgresql:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for name in connection.exec_driver_sql(_filled()).scalars().all():
            connection.exec_driver_sql(f'DELETE FROM "{name}"')
        if is_postgresql:
            connection.exec_driver_sql(_RESTART)
    if is_postgresql:
        _shrink(engine)


@cache
def _filled() -> str:
    """The statement that names the tables with rows."""
    names = [table.name for table in db.metadata.tables.values()]
    return " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)


def _shrink(engine: sa.Engine) -> None:
    """Give large tables their first page back, so that rows without an order go on lying in the order they came."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if names := connection.exec_driver_sql(_SIZED).scalars().all():
            connection.exec_driver_sql("VACUUM " + ", ".join(f'"{name}"' for name in names))
