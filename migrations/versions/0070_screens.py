"""Nights of screens."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade():

    op.create_table(
        "screen_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "screen", sa.String(length=4), nullable=False, comment="D1 to D15 providers, F1 to F7 the fund's own acts"
        ),
        sa.Column("ran_on", sa.Date(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False, comment="first day looked at"),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column(
            "terms",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="as in the plan of that day",
        ),
        sa.Column("examined", sa.Integer(), nullable=False, comment="subjects that could be judged"),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of the hits"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("examined >= 0 AND hits >= 0", name=op.f("ck_screen_run_counts")),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_screen_run_dates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screen_run")),
        sa.UniqueConstraint("screen", "ran_on", name=op.f("uq_screen_run_screen_ran_on")),
        info={"is_written_once": True},
    )
    with op.batch_alter_table("screen_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screen_run_ran_on"), ["ran_on"], unique=False)

    op.create_table(
        "screen_hit",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="furthest first"),
        sa.Column(
            "organisation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the provider; null: a person of the fund alone",
        ),
        sa.Column(
            "subject",
            sa.String(length=120),
            nullable=False,
            comment="a worker, an account, a person; empty: the provider",
        ),
        sa.Column("value", sa.Double(), nullable=False, comment="in the unit of the threshold"),
        sa.Column("peers", sa.Integer(), nullable=False, comment="others it was compared with"),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column(
            "evidence", sa.Text(), nullable=False, comment="[[kind, reference]]: claim lines, visits, payments, acts"
        ),
        sa.Column("evidence_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_screen_hit_organisation_id")),
        sa.ForeignKeyConstraint(["run_id"], ["screen_run.id"], name=op.f("fk_screen_hit_run_id")),
        sa.PrimaryKeyConstraint("run_id", "place", name=op.f("pk_screen_hit")),
        info={"is_written_once": True},
    )
    with op.batch_alter_table("screen_hit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screen_hit_organisation_id"), ["organisation_id"], unique=False)


def downgrade():

    with op.batch_alter_table("screen_hit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_screen_hit_organisation_id"))

    op.drop_table("screen_hit")
    with op.batch_alter_table("screen_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_screen_run_ran_on"))

    op.drop_table("screen_run")
