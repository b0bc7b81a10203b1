"""Rates of contracts that follow an index."""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PER_CENT = sa.Numeric(9, 6)


def upgrade():
    op.create_table(
        "contract_indexation",
        sa.Column("contract_id", KEY, nullable=False),
        sa.Column("index_name", sa.String(40), nullable=False, comment="of plan part indexes"),
        sa.Column("share", PER_CENT, nullable=False, comment="per cent of a rate that follows the index"),
        sa.Column("first_on", sa.Date(), nullable=False, comment="rates agreed before are at the prices of this day"),
        sa.Column("month", sa.SmallInteger(), nullable=False, comment="1–12: rates move on its first day"),
        sa.Column("threshold", PER_CENT, nullable=False, comment="per cent of the index; less changes nothing"),
        sa.Column("cap", PER_CENT, nullable=True, comment="per cent of a rate at a time; null: none"),
        sa.CheckConstraint("share > 0 AND share <= 100", name=op.f("ck_contract_indexation_share")),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("ck_contract_indexation_month")),
        sa.CheckConstraint("threshold >= 0 AND (cap IS NULL OR cap > 0)", name=op.f("ck_contract_indexation_bounds")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_contract_indexation_contract_id")),
        sa.PrimaryKeyConstraint("contract_id", name=op.f("pk_contract_indexation")),
    )


def downgrade():
    op.drop_table("contract_indexation")
