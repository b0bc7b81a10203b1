"""What funders bear of each month of a contract."""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "funding_part",
        sa.Column("id", KEY, nullable=False),
        sa.Column("contract_id", KEY, nullable=False),
        sa.Column("month", sa.Date(), nullable=False, comment="first day of the month of posting"),
        sa.Column("place", sa.Integer(), nullable=False, comment="1, 2, 3 … within contract and month"),
        sa.Column("service_line", sa.String(30), nullable=False),
        sa.Column("rule", sa.String(60), nullable=False, comment="its name in the plan"),
        sa.Column("rule_from", sa.Date(), nullable=False, comment="first day of the rule"),
        sa.Column("basis", sa.String(200), nullable=False),
        sa.Column("amount", KEY, nullable=False),
        sa.Column("payables", sa.Integer(), nullable=False, comment="how many"),
        sa.Column("journal_id", KEY, nullable=True, comment="null: they cancel each other out"),
        sa.Column("split_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_funding_part_contract_id")),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name=op.f("fk_funding_part_journal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_part")),
        sa.UniqueConstraint("contract_id", "month", "place", name=op.f("uq_funding_part_contract_id_month_place")),
    )
    op.create_index(op.f("ix_funding_part_month"), "funding_part", ["month"])
    op.create_table(
        "funding_share",
        sa.Column("part_id", KEY, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("funder", sa.String(30), nullable=False, comment="code of the plan"),
        sa.Column("kind", sa.String(12), nullable=False, comment="fund, state, municipality, donor"),
        sa.Column("share", sa.Numeric(9, 6), nullable=False, comment="per cent"),
        sa.Column("amount", KEY, nullable=False),
        sa.CheckConstraint("share > 0 AND share <= 100", name=op.f("ck_funding_share_share")),
        sa.ForeignKeyConstraint(["part_id"], ["funding_part.id"], name=op.f("fk_funding_share_part_id")),
        sa.PrimaryKeyConstraint("part_id", "place", name=op.f("pk_funding_share")),
    )
    op.create_index(op.f("ix_funding_share_funder"), "funding_share", ["funder"])
    op.create_table(
        "funding_line",
        sa.Column("payable_id", KEY, nullable=False),
        sa.Column("part_id", KEY, nullable=False),
        sa.Column("amount", KEY, nullable=False),
        sa.ForeignKeyConstraint(["part_id"], ["funding_part.id"], name=op.f("fk_funding_line_part_id")),
        sa.ForeignKeyConstraint(["payable_id"], ["payable.id"], name=op.f("fk_funding_line_payable_id")),
        sa.PrimaryKeyConstraint("payable_id", "part_id", name=op.f("pk_funding_line")),
    )
    op.create_index(op.f("ix_funding_line_part_id"), "funding_line", ["part_id"])


def downgrade():
    for name in ("funding_line", "funding_share", "funding_part"):
        op.drop_table(name)
