"""Plans of purchases."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "purchase_plan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False, comment="N-2026-014-K"),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("service_line", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "need", sa.Text(), nullable=False, comment="how many people, where, from when, and how that is known"
        ),
        sa.Column(
            "budget",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="minor units for the whole term",
        ),
        sa.Column("lot_strategy", sa.Text(), nullable=False, comment="how it is divided and why"),
        sa.Column("conflicts", sa.Text(), nullable=False, comment="interests that were declared; or that none was"),
        sa.Column("wanted_on", sa.Date(), nullable=False, comment="first day of care"),
        sa.Column("author", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("approver", sa.String(length=60), nullable=True, comment="another person"),
        sa.Column("approver_name", sa.String(length=120), nullable=False),
        sa.Column("tender_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state = 'noted' OR state = 'consulting' OR state = 'ready' OR state = 'drafted' OR state = 'dropped'",
            name=op.f("ck_purchase_plan_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('ready', 'drafted') OR approver IS NOT NULL", name=op.f("ck_purchase_plan_approved")
        ),
        sa.CheckConstraint("approver IS NULL OR approver <> author", name=op.f("ck_purchase_plan_four_eyes")),
        sa.CheckConstraint("budget > 0", name=op.f("ck_purchase_plan_budget")),
        sa.ForeignKeyConstraint(["service_line"], ["service_line.code"], name=op.f("fk_purchase_plan_service_line")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_purchase_plan_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_plan")),
        sa.UniqueConstraint("number", name=op.f("uq_purchase_plan_number")),
        sa.UniqueConstraint("tender_id", name=op.f("uq_purchase_plan_tender_id")),
    )
    with op.batch_alter_table("purchase_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purchase_plan_state"), ["state"], unique=False)

    op.create_table(
        "consultation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("participants", sa.Text(), nullable=False, comment="organisations; no persons"),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["purchase_plan.id"], name=op.f("fk_consultation_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
    )
    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consultation_plan_id"), ["plan_id"], unique=False)



def downgrade():
    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consultation_plan_id"))

    op.drop_table("consultation")
    with op.batch_alter_table("purchase_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_purchase_plan_state"))

    op.drop_table("purchase_plan")
