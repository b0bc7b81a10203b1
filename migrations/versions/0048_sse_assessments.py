"""Assessments of units of the social and solidarity economy, by two people."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "sse_assessment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="1, 2, … within the provider"),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("legal_form", sa.String(30), nullable=False, comment="as it was when assessed"),
        sa.Column(
            "answers",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="criterion → {is_met, evidence}",
        ),
        sa.Column("is_sse", sa.Boolean(), nullable=False, comment="by legal form and answers"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("reviewed_by", sa.String(60), nullable=False, comment="person"),
        sa.Column("reviewed_by_name", sa.String(120), nullable=False),
        sa.Column("reviewed_at", INSTANT, nullable=False),
        sa.Column("approved_by", sa.String(60), nullable=True, comment="another person"),
        sa.Column("approved_by_name", sa.String(120), nullable=False),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("note", sa.Text(), nullable=False, comment="why it was sent back"),
        sa.CheckConstraint(
            "state = 'reviewed' OR state = 'approved' OR state = 'returned'", name=op.f("ck_sse_assessment_state")
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> reviewed_by", name=op.f("ck_sse_assessment_four_eyes")
        ),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_at IS NOT NULL)", name=op.f("ck_sse_assessment_approved")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["provider.organisation_id"], name=op.f("fk_sse_assessment_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sse_assessment")),
        sa.UniqueConstraint("organisation_id", "version", name=op.f("uq_sse_assessment_organisation_id_version")),
    )


def downgrade():
    op.drop_table("sse_assessment")
