"""Mails about an accreditation that ends, each step once."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "provider_reminder",
        sa.Column("id", core.db.BigId, nullable=False),
        sa.Column("organisation_id", core.db.BigId, nullable=False),
        sa.Column("subject", sa.String(40), nullable=False, comment="what ends: accreditation 12, document 7"),
        sa.Column("step", sa.Integer(), nullable=False, comment="days before the end, as the plan has them; -1: it ended"),
        sa.Column("sent_at", core.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["provider.organisation_id"], name=op.f("fk_provider_reminder_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_reminder")),
        sa.UniqueConstraint("subject", "step", name=op.f("uq_provider_reminder_subject_step")),
    )
    op.create_index(op.f("ix_provider_reminder_organisation_id"), "provider_reminder", ["organisation_id"])


def downgrade():
    op.drop_table("provider_reminder")
