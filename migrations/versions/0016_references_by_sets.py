"""References of the great tables looked up by sets on PostgreSQL; checks that SQLite need not build a list for."""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

REFERENCES = (  # child, its columns, parent, its columns
    ("claim_decision", ("partition", "claim_id"), "claim", ("partition", "id")),
    ("line_decision", ("partition", "claim_id", "version"), "claim_decision", ("partition", "claim_id", "version")),
    ("posting", ("journal_id",), "journal", ("id",)),
    ("posting", ("account_id",), "ledger_account", ("id",)),
    ("payable", ("journal_id",), "journal", ("id",)),
    ("payable", ("organisation_id",), "organisation", ("id",)),
)
INSERTED = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
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
KEPT = """
CREATE FUNCTION {name}_kept() RETURNS trigger LANGUAGE plpgsql AS $$
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


def upgrade():
    op.drop_index("ix_line_decision_headline", table_name="line_decision")
    op.drop_index("ix_journal_occurred_on", table_name="journal")
    if op.get_bind().dialect.name == "sqlite":
        _say_anew(op.get_bind())
        return
    text = {"type_": sa.Text(), "existing_nullable": False}
    op.alter_column(
        "line_decision", "detail", **text, existing_type=sa.JSON(), postgresql_using="detail::text",
        existing_comment="findings and trace: claims/encoding.py",
    )  # fmt: skip
    op.alter_column(
        "payable", "summary", **text, existing_type=postgresql.JSONB(), postgresql_using="summary::text"
    )
    for child, ours, parent, theirs in REFERENCES:
        told = _told(child, ours, parent, theirs)
        op.drop_constraint(told["name"], child, type_="foreignkey")
        op.get_bind().exec_driver_sql(INSERTED.format_map(told))
        op.get_bind().exec_driver_sql(KEPT.format_map(told))


def _told(child, ours, parent, theirs):
    pairs = list(zip(ours, theirs, strict=True))
    return {
        "name": f"fk_{child}_{'_'.join(ours)}",
        "child": child,
        "parent": parent,
        "keys": ", ".join(theirs),
        "key_columns": ", ".join(f'"{key}"' for key in theirs),
        "columns": ", ".join(f'child."{column}"' for column in ours),
        "is_set": " AND ".join(f'child."{column}" IS NOT NULL' for column in ours),
        "same": " AND ".join(f'parent."{key}" = child."{column}"' for column, key in pairs),
        "is_same_key": " AND ".join(f'OLD."{key}" = NEW."{key}"' for key in theirs),
        "is_old": " AND ".join(f'child."{column}" = OLD."{key}"' for column, key in pairs),
    }


def _say_anew(connection):
    """Other words for the same checks touch no row: SQLite's manual has the schema's text changed for that."""
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    for table in ("claim_decision", "line_decision", "payable"):
        said = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
        text = connection.exec_driver_sql(said, (table,)).scalar_one()
        text = re.sub(r"\b(detail|summary) JSON\b", r"\1 TEXT", text)
        text = re.sub(r"\bstate IN \(([^)]*)\)", lambda found: _either(found[1]), text)
        change = "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?"
        connection.exec_driver_sql(change, (text, table))
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def _either(states):
    return " OR ".join(f"state = {state.strip()}" for state in states.split(","))


def downgrade():
    op.create_index("ix_line_decision_headline", "line_decision", ["headline"])
    op.create_index("ix_journal_occurred_on", "journal", ["occurred_on"])
    if op.get_bind().dialect.name == "sqlite":
        return
    for child, ours, parent, theirs in REFERENCES:
        name = _told(child, ours, parent, theirs)["name"]
        op.execute(f"DROP FUNCTION {name}() CASCADE")
        op.execute(f"DROP FUNCTION {name}_kept() CASCADE")
        op.create_foreign_key(name, child, parent, list(ours), list(theirs))
    op.alter_column("payable", "summary", type_=postgresql.JSONB(), postgresql_using="summary::jsonb")
    op.alter_column("line_decision", "detail", type_=sa.JSON(), postgresql_using="detail::json")
