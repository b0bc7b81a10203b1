"""Who was ranked before the winner of a lot and passed over."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade():
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "passed_over",
                JSON,
                nullable=False,
                server_default="[]",
                comment="[{bid, ground, why}] of those ranked before the winner",
            )
        )


def downgrade():
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.drop_column("passed_over")
