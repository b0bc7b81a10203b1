"""The file of the next period of an accreditation."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

STATES = ("draft", "submitted", "returned", "granted", "refused")
IS_OPEN = "state IN ('draft', 'submitted', 'returned')"


def upgrade():
    op.create_table(
        "provider_renewal",
        sa.Column("id", core.db.BigId, nullable=False),
        sa.Column("organisation_id", core.db.BigId, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False, comment="what has changed, in the provider's words"),
        sa.Column("begun_at", core.db.Instant(), nullable=False),
        sa.Column("submitted_at", core.db.Instant(), nullable=True, comment="of the first sending"),
        sa.Column("note", sa.Text(), nullable=False, comment="what must be mended, or why it was refused"),
        sa.CheckConstraint(" OR ".join(f"state = {state!r}" for state in STATES), name=op.f("ck_provider_renewal_state")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["provider.organisation_id"], name=op.f("fk_provider_renewal_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_renewal")),
    )
    op.create_index(op.f("ix_provider_renewal_organisation_id"), "provider_renewal", ["organisation_id"])
    op.create_index(
        "uq_provider_renewal_open", "provider_renewal", ["organisation_id"], unique=True,
        sqlite_where=sa.text(IS_OPEN), postgresql_where=sa.text(IS_OPEN),
    )  # fmt: skip


def downgrade():
    op.drop_table("provider_renewal")
