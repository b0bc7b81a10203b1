"""Mandates of cooperatives to their federation, and which federation sent a bid."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "mandate",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False, comment="for whom"),
        sa.Column("agent_id", KEY, nullable=False, comment="the federation"),
        sa.Column(
            "verbs",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="[bid, claims, papers]",
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("given_by", sa.String(60), nullable=False, comment="person"),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("revoked_by", sa.String(60), nullable=True, comment="person"),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.CheckConstraint("organisation_id <> agent_id", name=op.f("ck_mandate_another")),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_mandate_dates")),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_mandate_revoked")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_mandate_organisation_id")),
        sa.ForeignKeyConstraint(["agent_id"], ["organisation.id"], name=op.f("fk_mandate_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
    )
    op.create_index(op.f("ix_mandate_organisation_id"), "mandate", ["organisation_id"])
    op.create_index(op.f("ix_mandate_agent_id"), "mandate", ["agent_id"])
    with op.batch_alter_table("bid", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "agent_id", KEY, nullable=True, comment="the federation whose person sent it under a mandate"
            )
        )
        batch_op.create_foreign_key(op.f("fk_bid_agent_id"), "organisation", ["agent_id"], ["id"])


def downgrade():
    with op.batch_alter_table("bid", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_bid_agent_id"), type_="foreignkey")
        batch_op.drop_column("agent_id")
    op.drop_table("mandate")
