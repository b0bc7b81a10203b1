"""Amendments of running contracts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
OPEN = sa.text("state = 'drafted' OR state = 'approved'")


def _among(column, *values):
    return " OR ".join(f"{column} = '{value}'" for value in values)


def upgrade():
    op.create_table(
        "contract_amendment",
        sa.Column("id", BIG, nullable=False),
        sa.Column("contract_id", BIG, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="1, 2, 3 … within the contract"),
        sa.Column("code", sa.String(length=8), nullable=False, comment="eForms code of its justification"),
        sa.Column(
            "cause", sa.String(length=40), nullable=False, comment="what it was drafted for with others, or empty"
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("terms", JSON, nullable=False, comment="as `procurement.amending` writes them"),
        sa.Column("changes", JSON, nullable=False, comment="[{where, service, label, before, after}]"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lowering_reason", sa.Text(), nullable=False, comment="why a promise is lowered"),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("original_value", BIG, nullable=True, comment="of the contract as signed, minor units"),
        sa.Column("value_change", BIG, nullable=True, comment="minor units; null: not known, no limit asks"),
        sa.Column("drafted_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("drafted_at", INSTANT, nullable=False),
        sa.Column("approved_by", sa.String(length=60), nullable=True, comment="another person"),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("accepted_by", sa.String(length=60), nullable=True, comment="person of the provider"),
        sa.Column("closed_at", INSTANT, nullable=True, comment="accepted, declined or dropped"),
        sa.Column("answer", sa.Text(), nullable=False, comment="why it was declined or dropped"),
        sa.CheckConstraint(
            _among("state", "drafted", "approved", "in_force", "declined", "dropped"),
            name=op.f("ck_contract_amendment_state"),
        ),
        sa.CheckConstraint(
            _among("code", "add-wss", "mod-cir", "mod-minv", "mod-nons", "mod-repl", "mod-rev"),
            name=op.f("ck_contract_amendment_code"),
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> drafted_by", name=op.f("ck_contract_amendment_four_eyes")
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'in_force', 'declined') OR approved_by IS NOT NULL",
            name=op.f("ck_contract_amendment_approved"),
        ),
        sa.CheckConstraint(
            "(state = 'in_force') = (accepted_by IS NOT NULL)", name=op.f("ck_contract_amendment_accepted")
        ),
        sa.CheckConstraint(
            "accepted_by IS NULL OR (accepted_by <> drafted_by AND accepted_by <> approved_by)",
            name=op.f("ck_contract_amendment_both_sides"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_amendment_contract_id_contract")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_amendment")),
        sa.UniqueConstraint("contract_id", "place", name=op.f("uq_contract_amendment_contract_id_place")),
    )
    with op.batch_alter_table("contract_amendment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_amendment_contract_id"), ["contract_id"], unique=False)
        batch_op.create_index(
            "uq_contract_amendment_open", ["contract_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
        )


def downgrade():
    op.drop_table("contract_amendment")
