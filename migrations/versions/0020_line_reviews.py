"""What reviewers approved of lines."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "line_review",
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False, comment="of the decision it led to"),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column(
            "quantity_milli",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="thousandths of a unit",
        ),
        sa.Column(
            "unit_price", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="minor units"
        ),
        sa.Column("role", sa.String(length=60), nullable=False, comment="of the reviewer, as the provider reads it"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reviewed_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity_milli >= 0 AND unit_price >= 0", name=op.f("ck_line_review_approved")),
        sa.ForeignKeyConstraint(
            ["partition", "claim_id"], ["claim.partition", "claim.id"], name=op.f("fk_line_review_partition_claim_id")
        ),
        sa.PrimaryKeyConstraint("partition", "claim_id", "version", "line_no", name=op.f("pk_line_review")),
    )
    with op.batch_alter_table("line_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_line_review_claim_id"), ["claim_id"], unique=False)



def downgrade():
    with op.batch_alter_table("line_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_line_review_claim_id"))

    op.drop_table("line_review")
