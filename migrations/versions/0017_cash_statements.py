"""Cash statements of members."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _sum(name, comment=None):
    return sa.Column(name, BIG, nullable=False, comment=comment)


def upgrade():
    op.create_table(
        "cash_statement",
        sa.Column("id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("month", sa.Date(), nullable=False, comment="its first day"),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("plan", sa.String(30), nullable=False, comment="version of the plan of the month's last day"),
        sa.Column("basis", sa.String(200), nullable=False, comment="legal basis of the ceiling"),
        _sum("ceiling"),
        _sum("used", "of the ceiling, by accepted care in kind"),
        _sum("cash", "for a month in which nothing is used"),
        _sum("amount", "owed for the month"),
        _sum("posted", "difference to the version before; below zero: carried"),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "amount >= 0 AND amount <= cash AND used <= ceiling", name=op.f("ck_cash_statement_sums")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_cash_statement_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cash_statement")),
        sa.UniqueConstraint("member_id", "month", "version", name=op.f("uq_cash_statement_member_id_month_version")),
    )


def downgrade():
    op.drop_table("cash_statement")
