"""Simulations of plan versions."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "plan_simulation",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("plan_version_id", BIG_ID, nullable=False),
        sa.Column(
            "first_on", sa.Date(), nullable=False, comment="service dates that are compared, both ends inclusive"
        ),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_plan_simulation_dates")),
        sa.ForeignKeyConstraint(
            ["plan_version_id"], ["plan_version.id"], name=op.f("fk_plan_simulation_plan_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_simulation")),
    )
    op.create_index(op.f("ix_plan_simulation_plan_version_id"), "plan_simulation", ["plan_version_id"])


def downgrade():
    op.drop_table("plan_simulation")
