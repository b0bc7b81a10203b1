"""Corrections in shards: rounds of a run, released households, the household of a line."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BEFORE = "state IN ('drafted', 'previewed', 'released', 'dropped')"
AFTER = "state IN ('drafted', 'previewing', 'previewed', 'releasing', 'released', 'dropped')"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    with op.batch_alter_table("redecision_run", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "round",
                sa.SmallInteger(),
                server_default="0",
                nullable=False,
                comment="previews and releases begun; names the work on the last",
            )
        )
        batch_op.drop_constraint(op.f("ck_redecision_run_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_redecision_run_state"), AFTER)
    with op.batch_alter_table("redecision_household", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "released_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="null: nothing of it was posted yet",
            )
        )
    with op.batch_alter_table("redecision_line", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("household_id", BIG, nullable=True, comment="that it is decided again with; null: before 0014")
        )
        batch_op.create_index(op.f("ix_redecision_line_run_id_redecision_line_household_id"), ["run_id", "household_id"])
    # runs that are through: their households are, at the same instant
    op.execute(
        "UPDATE redecision_household SET released_at = (SELECT ended_at FROM redecision_run "
        "WHERE id = run_id AND state = 'released')"
    )
    # what was only previewed is previewed again, so that its lines name their households
    op.execute("UPDATE redecision_run SET state = 'drafted' WHERE state = 'previewed'")


def downgrade():
    op.execute("UPDATE redecision_run SET state = 'drafted' WHERE state IN ('previewing', 'releasing')")
    with op.batch_alter_table("redecision_line", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_redecision_line_run_id_redecision_line_household_id"))
        batch_op.drop_column("household_id")
    with op.batch_alter_table("redecision_household", schema=None) as batch_op:
        batch_op.drop_column("released_at")
    with op.batch_alter_table("redecision_run", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_redecision_run_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_redecision_run_state"), BEFORE)
        batch_op.drop_column("round")
