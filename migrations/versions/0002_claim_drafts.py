"""Claims begun on the form and not sent yet."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "claim_draft",
        sa.Column("id", big, nullable=False),
        sa.Column(
            "key", sa.String(length=20), nullable=False, comment="random; also the claim's number if none is given"
        ),
        sa.Column("account_id", big, nullable=False),
        sa.Column("organisation_id", big, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="encrypted JSON: field name to what was typed"),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_claim_draft_account_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_claim_draft_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_draft")),
        sa.UniqueConstraint("account_id", "organisation_id", "key", name=op.f("uq_claim_draft_account_id_organisation_id_key")),
    )


def downgrade():
    op.drop_table("claim_draft")
