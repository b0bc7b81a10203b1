"""The register of breaches, and the penalty clause of contracts."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def _among(column, *values):
    return " OR ".join(f"{column} = '{value}'" for value in values)


def upgrade():
    op.create_table(
        "contract_penalty",
        sa.Column("contract_id", KEY, nullable=False),
        sa.Column(
            "fixed",
            KEY,
            nullable=True,
            comment="minor units, or null: a share",
        ),
        sa.Column("share", sa.Numeric(precision=5, scale=2), nullable=True, comment="per cent of the contract’s value"),
        sa.Column(
            "most",
            sa.Numeric(precision=5, scale=2),
            nullable=False,
            comment="per cent of the value for all penalties together",
        ),
        sa.CheckConstraint("(fixed IS NULL) <> (share IS NULL)", name=op.f("ck_contract_penalty_one_measure")),
        sa.CheckConstraint("fixed IS NULL OR fixed > 0", name=op.f("ck_contract_penalty_fixed")),
        sa.CheckConstraint("most BETWEEN 0 AND 100", name=op.f("ck_contract_penalty_most")),
        sa.CheckConstraint("share IS NULL OR share BETWEEN 0 AND 100", name=op.f("ck_contract_penalty_share")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_contract_penalty_contract_id")),
        sa.PrimaryKeyConstraint("contract_id", name=op.f("pk_contract_penalty")),
    )
    op.create_table(
        "breach",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False, comment="public number, V-2026-014-K"),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("contract_id", KEY, nullable=True),
        sa.Column(
            "award_id",
            KEY,
            nullable=True,
            comment="whose winner did not sign; reported once",
        ),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reported_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("reported_by_name", sa.String(length=120), nullable=False),
        sa.Column("reported_at", INSTANT, nullable=False),
        sa.Column("answer_due_at", INSTANT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=60), nullable=True, comment="person of the provider"),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column(
            "decision_due_at",
            INSTANT,
            nullable=False,
            comment="a breach is not found later; moves when the provider answers",
        ),
        sa.Column("decision", sa.Text(), nullable=False, comment="reasons, as the provider reads them"),
        sa.Column("decided_by", sa.String(length=60), nullable=True, comment="another person"),
        sa.Column("decided_by_name", sa.String(length=120), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column(
            "penalty",
            KEY,
            nullable=False,
            comment="minor units, as the contract’s clause says",
        ),
        sa.Column("collected_at", INSTANT, nullable=True, comment="posted, once nobody can appeal"),
        sa.Column("appeal_due_at", INSTANT, nullable=True),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("appealed_by", sa.String(length=60), nullable=True, comment="person of the provider"),
        sa.Column("appealed_at", INSTANT, nullable=True),
        sa.Column("ruling", sa.Text(), nullable=False, comment="why it stands after the appeal, or was annulled"),
        sa.Column("ruled_by", sa.String(length=60), nullable=True, comment="a third person"),
        sa.Column("ruled_by_name", sa.String(length=120), nullable=False),
        sa.Column("ruled_at", INSTANT, nullable=True),
        sa.CheckConstraint("(code = 'signingRefusal') = (award_id IS NOT NULL)", name=op.f("ck_breach_award")),
        sa.CheckConstraint("(state <> 'answered' OR answered_at IS NOT NULL)", name=op.f("ck_breach_answered")),
        sa.CheckConstraint(
            "(state = 'satisfied' OR state = 'declinedNoViolation' OR state = 'declinedLackEvidence' OR state = 'appealed' OR state = 'annulled') = (decided_by IS NOT NULL AND decision <> '')",
            name=op.f("ck_breach_decided"),
        ),
        sa.CheckConstraint(
            _among("code", "goodsNonCompliance", "contractBreach", "signingRefusal"),
            name=op.f("ck_breach_code"),
        ),
        sa.CheckConstraint("facts <> ''", name=op.f("ck_breach_facts")),
        sa.CheckConstraint("state <> 'annulled' OR ruled_by IS NOT NULL", name=op.f("ck_breach_annulled")),
        sa.CheckConstraint("state <> 'appealed' OR appealed_at IS NOT NULL", name=op.f("ck_breach_appealed")),
        sa.CheckConstraint(
            _among("state", "reported", "answered", "satisfied", "declinedNoViolation", "declinedLackEvidence", "withdrawn", "appealed", "annulled"),
            name=op.f("ck_breach_state"),
        ),
        sa.CheckConstraint("contract_id IS NOT NULL OR award_id IS NOT NULL", name=op.f("ck_breach_subject")),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> reported_by", name=op.f("ck_breach_four_eyes")),
        sa.CheckConstraint("penalty >= 0", name=op.f("ck_breach_penalty")),
        sa.CheckConstraint(
            "ruled_by IS NULL OR (ruled_by <> decided_by AND ruled_by <> reported_by)",
            name=op.f("ck_breach_third_person"),
        ),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_breach_award_id")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_breach_contract_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_breach_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach")),
        sa.UniqueConstraint("award_id", name=op.f("uq_breach_award_id")),
        sa.UniqueConstraint("number", name=op.f("uq_breach_number")),
    )
    with op.batch_alter_table("breach", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_contract_id"), ["contract_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "breach_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("breach_id", KEY, nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("file_id", KEY, nullable=False),
        sa.CheckConstraint(_among("side", "fund", "provider"), name=op.f("ck_breach_file_side")),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_breach_file_breach_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_breach_file_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_file")),
    )
    with op.batch_alter_table("breach_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_file_breach_id"), ["breach_id"], unique=False)



    with op.batch_alter_table("payable") as batch_op:
        batch_op.alter_column(
            "kind",
            existing_type=sa.String(length=20),
            existing_nullable=False,
            existing_comment="claim, recovery, settlement, cash, opening",
            comment="claim, recovery, settlement, penalty, cash, opening",
        )


def downgrade():
    with op.batch_alter_table("payable") as batch_op:
        batch_op.alter_column(
            "kind",
            existing_type=sa.String(length=20),
            existing_nullable=False,
            existing_comment="claim, recovery, settlement, penalty, cash, opening",
            comment="claim, recovery, settlement, cash, opening",
        )
    with op.batch_alter_table("breach_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_file_breach_id"))

    op.drop_table("breach_file")
    with op.batch_alter_table("breach", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_breach_contract_id"))

    op.drop_table("breach")
    op.drop_table("contract_penalty")
