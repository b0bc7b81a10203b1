"""Checks of the records behind the indicators."""

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "record_check",
        sa.Column("id", KEY, nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False, comment="2026Q3"),
        sa.Column("code", sa.String(length=10), nullable=False, comment="id of the check in the plan"),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("severity", sa.String(length=20), nullable=False),
        sa.Column(
            "threshold", sa.Numeric(precision=6, scale=5), nullable=False, comment="share that may violate it"
        ),
        sa.Column("violated", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False, comment="records looked at"),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("violated >= 0 AND violated <= rows", name=op.f("ck_record_check_part")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_check")),
    )
    op.create_index(op.f("ix_record_check_period_record_check_code"), "record_check", ["period", "code"])


def downgrade():
    op.drop_index(op.f("ix_record_check_period_record_check_code"), "record_check")
    op.drop_table("record_check")
