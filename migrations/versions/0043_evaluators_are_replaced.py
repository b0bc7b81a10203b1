"""When and why an evaluator was replaced."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("tender_person", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "left_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="evaluator: replaced; its marks do not count",
            )
        )
        batch_op.add_column(sa.Column("left_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.alter_column(
            "replaces",
            existing_type=sa.String(length=120),
            existing_nullable=False,
            comment="name of whose place it took",
            existing_comment="name of who withdrew",
        )


def downgrade():
    with op.batch_alter_table("tender_person", schema=None) as batch_op:
        batch_op.drop_column("left_reason")
        batch_op.drop_column("left_at")
