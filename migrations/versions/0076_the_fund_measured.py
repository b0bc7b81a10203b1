"""Scorecards of the fund and double reviews."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OUTCOMES = ("pass", "lower", "refuse")


def _among(column, *values):
    return " OR ".join(f"{column} = '{value}'" for value in values)


def upgrade():
    op.create_table(
        "fund_scorecard",
        sa.Column("id", KEY, nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("period_until", sa.Date(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("figures", JSON, nullable=False, comment="code → counts, value, interval or why there is none"),
        sa.Column("computed_at", INSTANT, nullable=False),
        sa.Column("computed_by", sa.String(length=60), nullable=False, comment="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_scorecard")),
        sa.UniqueConstraint("period", "version", name=op.f("uq_fund_scorecard_period_version")),
    )
    op.create_table(
        "double_review",
        sa.Column("id", KEY, nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("claim_id", KEY, nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False, comment="of the claim's decision"),
        sa.Column("claim_number", sa.String(length=24), nullable=False),
        sa.Column("month", sa.Date(), nullable=False, comment="its first day"),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("first", sa.String(length=6), nullable=False, comment="what the first reviewer decided"),
        sa.Column("first_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("drawn_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("second", sa.String(length=6), nullable=True),
        sa.Column("second_reason", sa.Text(), nullable=False),
        sa.Column("second_by", sa.String(length=60), nullable=True, comment="another person"),
        sa.Column("second_at", INSTANT, nullable=True),
        sa.Column("is_error", sa.Boolean(), nullable=True, comment="of the first decision; null: not known yet"),
        sa.Column("settled_reason", sa.Text(), nullable=False),
        sa.Column("settled_by", sa.String(length=60), nullable=True, comment="a third person"),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.CheckConstraint(_among("state", "drawn", "agreed", "differing", "settled"), name=op.f("ck_double_review_state")),
        sa.CheckConstraint(_among("first", *OUTCOMES), name=op.f("ck_double_review_first")),
        sa.CheckConstraint(f"second IS NULL OR {_among('second', *OUTCOMES)}", name=op.f("ck_double_review_second")),
        sa.CheckConstraint("second_by IS NULL OR second_by <> first_by", name=op.f("ck_double_review_two_persons")),
        sa.CheckConstraint(
            "settled_by IS NULL OR (settled_by <> first_by AND settled_by <> second_by)",
            name=op.f("ck_double_review_three_persons"),
        ),
        sa.CheckConstraint("state = 'drawn' OR second IS NOT NULL", name=op.f("ck_double_review_reviewed")),
        sa.CheckConstraint(
            "(state IN ('agreed', 'settled')) = (is_error IS NOT NULL)", name=op.f("ck_double_review_known")
        ),
        sa.ForeignKeyConstraint(
            ["partition", "claim_id", "version"],
            ["claim_decision.partition", "claim_decision.claim_id", "claim_decision.version"],
            name=op.f("fk_double_review_partition_claim_id_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_double_review")),
        sa.UniqueConstraint("claim_id", "version", name=op.f("uq_double_review_claim_id_version")),
    )
    with op.batch_alter_table("double_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_double_review_month"), ["month"], unique=False)


def downgrade():
    op.drop_table("double_review")
    op.drop_table("fund_scorecard")
