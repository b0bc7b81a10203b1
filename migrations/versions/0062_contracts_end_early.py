"""Contracts end early with a plan of care."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def _among(column, *values):
    return " OR ".join(f"{column} = '{value}'" for value in values)


OPEN = _among("state", "prepared", "agreed")
BEFORE = ("drawn", "active", "ended", "lapsed"), "drawn, active, ended; lapsed: never signed"
AFTER = ("drawn", "active", "ended", "terminated", "lapsed"), "drawn, active, ended, terminated; lapsed: never signed"


def _contract_states(states, comment, old_comment):
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_contract_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_contract_state"), _among("state", *states))
        batch_op.alter_column(
            "state",
            existing_type=sa.String(length=12),
            existing_nullable=False,
            existing_comment=old_comment,
            comment=comment,
        )


def upgrade():
    _contract_states(*AFTER, BEFORE[1])
    op.create_table(
        "contract_ending",
        sa.Column("id", KEY, nullable=False),
        sa.Column("contract_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column(
            "breach_id",
            KEY,
            nullable=True,
            comment="the found breach it rests on",
        ),
        sa.Column("last_on", sa.Date(), nullable=False, comment="the last day of care under the contract"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("prepared_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("prepared_by_name", sa.String(length=120), nullable=False),
        sa.Column("prepared_at", INSTANT, nullable=False),
        sa.Column("agreed_by", sa.String(length=60), nullable=True, comment="person of the provider"),
        sa.Column("agreed_at", INSTANT, nullable=True),
        sa.Column(
            "closed_by", sa.String(length=60), nullable=True, comment="another person carried it out; or gave it up"
        ),
        sa.Column("closed_by_name", sa.String(length=120), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closing_reason", sa.Text(), nullable=False, comment="why it was given up"),
        sa.Column("result", sa.String(length=8), nullable=False, comment="success or failure, once carried out"),
        sa.Column("people", sa.Integer(), nullable=False, comment="placed after the last day, when carried out"),
        sa.Column("uncovered", sa.Integer(), nullable=False, comment="of them without next provider or arrangement"),
        sa.Column("uncovered_reason", sa.Text(), nullable=False, comment="of the chair"),
        sa.CheckConstraint("(kind = 'breach') = (breach_id IS NOT NULL)", name=op.f("ck_contract_ending_breach")),
        sa.CheckConstraint(
            "(result = 'success' OR result = 'failure') = (state = 'carried_out')",
            name=op.f("ck_contract_ending_result"),
        ),
        sa.CheckConstraint(
            _among("kind", "end", "agreement", "breach"), name=op.f("ck_contract_ending_kind")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_contract_ending_reason")),
        sa.CheckConstraint(
            "state <> 'carried_out' OR closed_by <> prepared_by", name=op.f("ck_contract_ending_four_eyes")
        ),
        sa.CheckConstraint(
            "state <> 'carried_out' OR kind <> 'agreement' OR agreed_at IS NOT NULL",
            name=op.f("ck_contract_ending_agreement"),
        ),
        sa.CheckConstraint(
            _among("state", "prepared", "agreed", "carried_out", "dropped"),
            name=op.f("ck_contract_ending_state"),
        ),
        sa.CheckConstraint("uncovered = 0 OR uncovered_reason <> ''", name=op.f("ck_contract_ending_uncovered")),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_contract_ending_breach_id")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_contract_ending_contract_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_ending")),
    )
    with op.batch_alter_table("contract_ending", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_ending_contract_id"), ["contract_id"], unique=False)
        batch_op.create_index(
            "uq_contract_ending_open",
            ["contract_id"],
            unique=True,
            sqlite_where=sa.text(OPEN),
            postgresql_where=sa.text(OPEN),
        )

    op.create_table(
        "interim_arrangement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ending_id", KEY, nullable=False),
        sa.Column("placement_id", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("arrangement", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.CheckConstraint("reason <> '' AND arrangement <> ''", name=op.f("ck_interim_arrangement_words")),
        sa.ForeignKeyConstraint(["ending_id"], ["contract_ending.id"], name=op.f("fk_interim_arrangement_ending_id")),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name=op.f("fk_interim_arrangement_placement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interim_arrangement")),
        sa.UniqueConstraint("ending_id", "placement_id", name=op.f("uq_interim_arrangement_ending_id_placement_id")),
    )


def downgrade():
    op.drop_table("interim_arrangement")
    op.drop_table("contract_ending")
    _contract_states(*BEFORE, AFTER[1])
