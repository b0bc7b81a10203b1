"""References of tables that grow by the million: looked up once per statement, not once per row.

A `SetReference` is a foreign key. SQLite, where that costs little, keeps it as such. PostgreSQL would look for the
parent of every single row; there triggers compare all rows of a statement at once and refuse as a foreign key does. It
is for parents that stay as long as they are referred to: their keys never change, and who deletes one waits for the
writers of its children, so that no row can slip in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import ForeignKeyConstraint, MetaData, Table, event, text
from sqlalchemy.engine import Connection

POSTGRESQL = "postgresql"
# The parents are found by their key, however few rows they had when the plan was made.
_PLAN = "SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off"

_INSERTED = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {plan} AS $$
DECLARE stray text;
BEGIN
  SELECT concat_ws(', ', {columns}) INTO stray FROM fresh AS child WHERE {is_set} AND NOT EXISTS (
    SELECT 1 FROM "{parent}" AS parent WHERE {same}) LIMIT 1;
  IF FOUND THEN
    RAISE foreign_key_violation USING CONSTRAINT = '{name}', TABLE = '{child}',
      MESSAGE = 'a row of {child} refers to ({keys}) = (' || stray || ') of {parent}, which is not there';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER {name}_insert AFTER INSERT ON "{child}" REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION {name}();
CREATE TRIGGER {name}_update AFTER UPDATE ON "{child}" REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""
_KEPT = """
CREATE OR REPLACE FUNCTION {name}_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF {is_same_key} THEN RETURN NULL; END IF;
  END IF;
  LOCK TABLE "{child}" IN SHARE MODE;
  IF EXISTS (SELECT 1 FROM "{child}" AS child WHERE {is_old}) THEN
    RAISE foreign_key_violation USING CONSTRAINT = '{name}', TABLE = '{parent}',
      MESSAGE = 'a row of {parent} keeps its place and its key, because {child} refers to it';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER {name}_kept AFTER DELETE OR UPDATE OF {key_columns} ON "{parent}"
  FOR EACH ROW EXECUTE FUNCTION {name}_kept();
"""
_STRAYS = """
SELECT {columns} FROM "{child}" AS child WHERE {is_set} AND NOT EXISTS (
  SELECT 1 FROM "{parent}" AS parent WHERE {same}) LIMIT 1
"""


class SetReference(ForeignKeyConstraint):
    """`columns` of this table name a row of another one, "table.column" each; see the module."""

    def __init__(self, columns: Sequence[str], refers_to: Sequence[str], **more: Any) -> None:
        super().__init__(columns, refers_to, **more)
        self.ddl_if(dialect="sqlite")
        event.listen(self, "after_parent_attach", _attached)

    def told(self) -> dict[str, str]:
        """The names and conditions of its statements."""
        pairs = [(key.parent.name, key.column.name) for key in self.elements]
        return {
            "name": str(self.name),
            "plan": _PLAN,
            "child": self.table.name,
            "parent": self.referred_table.name,
            "keys": ", ".join(theirs for _ours, theirs in pairs),
            "key_columns": ", ".join(f'"{theirs}"' for _ours, theirs in pairs),
            "columns": ", ".join(f'child."{ours}"' for ours, _theirs in pairs),
            "is_set": " AND ".join(f'child."{ours}" IS NOT NULL' for ours, _theirs in pairs),
            "same": " AND ".join(f'parent."{theirs}" = child."{ours}"' for ours, theirs in pairs),
            "is_same_key": " AND ".join(f'OLD."{theirs}" = NEW."{theirs}"' for _ours, theirs in pairs),
            "is_old": " AND ".join(f'child."{ours}" = OLD."{theirs}"' for ours, theirs in pairs),
        }


def _attached(reference: SetReference, table: Table) -> None:
    event.listen(table, "after_create", partial(_make_triggers, reference))


def _make_triggers(reference: SetReference, _table: Table, connection: Connection, **_more: Any) -> None:
    if connection.dialect.name == POSTGRESQL:
        for statement in statements(reference):
            connection.exec_driver_sql(statement)


def statements(reference: SetReference) -> Iterator[str]:
    """What PostgreSQL is told in the place of a foreign key."""
    told = reference.told()
    yield _INSERTED.format_map(told)
    yield _KEPT.format_map(told)


def all_of(metadata: MetaData) -> Iterator[SetReference]:
    """Every one of them, table by table."""
    for table in metadata.sorted_tables:
        references = [row for row in table.constraints if isinstance(row, SetReference)]
        yield from sorted(references, key=lambda row: str(row.name))


def is_compared(dialect: str, row: Any, _name: str | None, _kind: str, _reflected: bool, _other: Any) -> bool:
    """For Alembic, which knows foreign keys only: those that stand as triggers are left out."""
    return not (isinstance(row, SetReference) and dialect == POSTGRESQL)


def strays(connection: Connection, metadata: MetaData) -> Iterator[tuple[str, str]]:
    """(table, what is missing) of the first row of each reference whose parent is not there. Reads everything."""
    for reference in all_of(metadata):
        told = reference.told()
        row = connection.execute(text(_STRAYS.format_map(told))).first()
        if row is not None:
            yield told["child"], f"{told['parent']} ({told['keys']}) = ({', '.join(map(str, row))})"
