"""Plans of audits for a year."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None


def upgrade():

    op.create_table(
        "audit_plan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False, comment="public number, AP-2026-001-X"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "terms",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="shares and rotation as in the plan part of that day",
        ),
        sa.Column(
            "auditors",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="[[name, auditor-days]]",
        ),
        sa.Column("frame", sa.Text(), nullable=False, comment="frozen: one provider per line; quality/desk/drawing.py"),
        sa.Column("frame_hash", sa.String(length=64), nullable=False),
        sa.Column("announced", sa.String(length=200), nullable=False, comment="public words fixed before the draw"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of all, once approved"),
        sa.Column("proposed_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("proposed_by_name", sa.String(length=120), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(length=60), nullable=True, comment="another person"),
        sa.Column("approved_by_name", sa.String(length=120), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_by IS NOT NULL AND digest <> '')", name=op.f("ck_audit_plan_approved")
        ),
        sa.CheckConstraint(
            "state = 'proposed' OR state = 'approved' OR state = 'withdrawn'", name=op.f("ck_audit_plan_state")
        ),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name=op.f("ck_audit_plan_four_eyes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_plan")),
        sa.UniqueConstraint("number", name=op.f("uq_audit_plan_number")),
    )
    with op.batch_alter_table("audit_plan", schema=None) as batch_op:
        batch_op.create_index(
            "uq_audit_plan_year",
            ["year"],
            unique=True,
            sqlite_where=sa.text("state <> 'withdrawn'"),
            postgresql_where=sa.text("state <> 'withdrawn'"),
        )

    op.create_table(
        "audit_plan_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False, comment="add or drop"),
        sa.Column("provider", sa.String(length=24), nullable=False, comment="public number"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("changed_by_name", sa.String(length=120), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('add', 'drop')", name=op.f("ck_audit_plan_change_kind")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_audit_plan_change_reason")),
        sa.ForeignKeyConstraint(["plan_id"], ["audit_plan.id"], name=op.f("fk_audit_plan_change_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_plan_change")),
        info={"is_written_once": True},
    )
    with op.batch_alter_table("audit_plan_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_plan_change_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "planned_audit",
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider", sa.String(length=24), nullable=False, comment="public number"),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("basis", sa.String(length=8), nullable=False, comment="rotation, risk, random; empty: not chosen"),
        sa.Column("auditor", sa.String(length=120), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False, comment="auditor-days"),
        sa.Column(
            "figures",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="places in the three orders, and how far the days reached",
        ),
        sa.CheckConstraint("basis IN ('rotation', 'risk', 'random', '')", name=op.f("ck_planned_audit_basis")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_planned_audit_organisation_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["audit_plan.id"], name=op.f("fk_planned_audit_plan_id")),
        sa.PrimaryKeyConstraint("plan_id", "provider", name=op.f("pk_planned_audit")),
        info={"is_written_once": True},
    )


def downgrade():

    op.drop_table("planned_audit")
    with op.batch_alter_table("audit_plan_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_plan_change_plan_id"))

    op.drop_table("audit_plan_change")
    with op.batch_alter_table("audit_plan", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_audit_plan_year",
            sqlite_where=sa.text("state <> 'withdrawn'"),
            postgresql_where=sa.text("state <> 'withdrawn'"),
        )

    op.drop_table("audit_plan")
