"""A sum per enrolled person and month beside what is paid by the unit, and its monthly statements."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "claim, {}recovery, settlement, penalty, cash, opening"


def upgrade():
    op.create_table(
        "capitation_rate",
        sa.Column("id", KEY, nullable=False),
        sa.Column("contract_id", KEY, nullable=False),
        sa.Column("age_from", sa.SmallInteger(), nullable=False, comment="completed years"),
        sa.Column("age_until", sa.SmallInteger(), nullable=False, comment="completed years, included"),
        sa.Column("sex", sa.String(1), nullable=False, comment="f, m or x; empty: any"),
        sa.Column("rate", KEY, nullable=False, comment="minor units per person and month"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.CheckConstraint("age_from >= 0 AND age_until >= age_from", name=op.f("ck_capitation_rate_ages")),
        sa.CheckConstraint("sex IN ('', 'f', 'm', 'x')", name=op.f("ck_capitation_rate_sex")),
        sa.CheckConstraint("rate >= 0", name=op.f("ck_capitation_rate_rate")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_capitation_rate_dates")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_capitation_rate_contract_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capitation_rate")),
        sa.UniqueConstraint(
            "contract_id", "age_from", "sex", "valid_from", name=op.f("uq_capitation_rate_contract_id_age_from_sex_valid_from")
        ),
    )
    with op.batch_alter_table("contract_line") as batch:
        batch.add_column(
            sa.Column(
                "is_capitated",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="capitation pays for it, so nothing is paid per unit",
            )
        )
    with op.batch_alter_table("payable") as batch:
        batch.add_column(
            sa.Column(
                "contract_id",
                KEY,
                nullable=True,
                comment="what it is owed under, if that is one contract; no key: contracts live above",
            )
        )
        batch.alter_column(
            "kind",
            existing_type=sa.String(20),
            existing_nullable=False,
            existing_comment=KINDS.format(""),
            comment=KINDS.format("capitation, "),
        )
    _statements()


def _statements():
    op.create_table(
        "capitation_statement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("contract_id", KEY, nullable=False),
        sa.Column("month", sa.Date(), nullable=False, comment="its first day"),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column(
            "rule", sa.String(40), nullable=False, comment="how it was counted: days, or reference_day and the day"
        ),
        sa.Column("basis", sa.String(200), nullable=False, comment="legal basis of the count"),
        sa.Column("amount", KEY, nullable=False),
        sa.Column("difference", KEY, nullable=False, comment="to what was posted before; below zero: taken back"),
        sa.Column("unrated", sa.Text(), nullable=False, comment="public ids of people whom no band knows"),
        sa.Column("cause", sa.String(120), nullable=False, comment="what made it be counted again"),
        sa.Column("computed_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.String(60), nullable=True, comment="person who released or refused it"),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, comment="why it was refused"),
        sa.CheckConstraint(
            "state IN ('waiting', 'posted', 'refused', 'overtaken')", name=op.f("ck_capitation_statement_state")
        ),
        sa.CheckConstraint("amount >= 0 AND version >= 1", name=op.f("ck_capitation_statement_sums")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_capitation_statement_contract_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capitation_statement")),
        sa.UniqueConstraint(
            "contract_id", "month", "version", name=op.f("uq_capitation_statement_contract_id_month_version")
        ),
    )
    waiting = sa.text("state = 'waiting'")
    with op.batch_alter_table("capitation_statement") as batch:
        batch.create_index(op.f("ix_capitation_statement_month"), ["month"])
        batch.create_index(
            "uq_capitation_statement_waiting", ["contract_id", "month"], unique=True, sqlite_where=waiting,
            postgresql_where=waiting,
        )  # fmt: skip
    op.create_table(
        "capitation_line",
        sa.Column("statement_id", KEY, nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("age_from", sa.SmallInteger(), nullable=False),
        sa.Column("age_until", sa.SmallInteger(), nullable=False),
        sa.Column("sex", sa.String(1), nullable=False, comment="f, m or x; empty: any"),
        sa.Column("rate", KEY, nullable=False, comment="minor units per person and month"),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("person_days", sa.Integer(), nullable=False),
        sa.Column("amount", KEY, nullable=False),
        sa.Column("people", sa.Text(), nullable=False, comment="[[public id, days]]"),
        sa.CheckConstraint("amount >= 0 AND person_days >= persons", name=op.f("ck_capitation_line_sums")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["capitation_statement.id"], name=op.f("fk_capitation_line_statement_id")
        ),
        sa.PrimaryKeyConstraint("statement_id", "place", name=op.f("pk_capitation_line")),
    )


def downgrade():
    op.drop_table("capitation_line")
    op.drop_table("capitation_statement")
    with op.batch_alter_table("payable") as batch:
        batch.drop_column("contract_id")
        batch.alter_column(
            "kind",
            existing_type=sa.String(20),
            existing_nullable=False,
            existing_comment=KINDS.format("capitation, "),
            comment=KINDS.format(""),
        )
    with op.batch_alter_table("contract_line") as batch:
        batch.drop_column("is_capitated")
    op.drop_table("capitation_rate")
