"""Inspections."""

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "inspection",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False, comment="public number, IN-2026-001-X"),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False, comment="site or where it takes place"),
        sa.Column(
            "checklist",
            sa.String(length=30),
            nullable=False,
            comment="of plan part inspections, as in force on visit_on",
        ),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("is_announced", sa.Boolean(), nullable=False, comment="the provider reads of it before"),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("inspector", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("inspector_name", sa.String(length=120), nullable=False),
        sa.Column("rotation_reason", sa.Text(), nullable=False, comment="why the same inspector comes again"),
        sa.Column("double_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("planned_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "mean", sa.Numeric(precision=8, scale=6), nullable=True, comment="of the items with points, when reported"
        ),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("replied_by", sa.String(length=60), nullable=True, comment="person"),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=60), nullable=True, comment="person"),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('reported', 'answered', 'closed')) = (reported_at IS NOT NULL)",
            name=op.f("ck_inspection_reported"),
        ),
        sa.CheckConstraint(
            "state = 'planned' OR state = 'under_way' OR state = 'reported' OR state = 'answered'"
            " OR state = 'closed' OR state = 'cancelled'",
            name=op.f("ck_inspection_state"),
        ),
        sa.CheckConstraint("double_of_id IS NULL OR double_of_id <> id", name=op.f("ck_inspection_double")),
        sa.ForeignKeyConstraint(["double_of_id"], ["inspection.id"], name=op.f("fk_inspection_double_of_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_inspection_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
        sa.UniqueConstraint("double_of_id", name=op.f("uq_inspection_double_of_id")),
        sa.UniqueConstraint("number", name=op.f("uq_inspection_number")),
    )
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inspection_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_inspection_state_inspection_visit_on"), ["state", "visit_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_inspection_visit_on"), ["visit_on"], unique=False)

    op.create_table(
        "inspection_answer",
        sa.Column("inspection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item", sa.String(length=4), nullable=False),
        sa.Column("value", sa.String(length=3), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_finding", sa.Boolean(), nullable=False),
        sa.Column("mend_by", sa.Date(), nullable=True, comment="of a finding"),
        sa.Column(
            "raised_at", sa.DateTime(timezone=True), nullable=True, comment="safety-critical: when it was passed on"
        ),
        sa.Column("mended_at", sa.DateTime(timezone=True), nullable=True, comment="seen by an inspector"),
        sa.Column("mended_note", sa.Text(), nullable=False),
        sa.CheckConstraint("NOT is_finding OR note <> ''", name=op.f("ck_inspection_answer_finding")),
        sa.CheckConstraint(
            "value = '1' OR value = '2' OR value = '3' OR value = '4' OR value = '5'"
            " OR value = '6' OR value = '7' OR value = 'yes' OR value = 'no' OR value = 'na'",
            name=op.f("ck_inspection_answer_value"),
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_inspection_answer_file_id")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_inspection_answer_inspection_id")),
        sa.PrimaryKeyConstraint("inspection_id", "item", name=op.f("pk_inspection_answer")),
    )


def downgrade():
    for name in ("inspection_answer", "inspection"):
        op.drop_table(name)
