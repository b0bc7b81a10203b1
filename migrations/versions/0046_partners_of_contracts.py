"""Who shares a contract of a joint bid."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade():
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "partners",
                JSON,
                nullable=False,
                server_default="[]",
                comment="[{name, share, delivers}]; each is liable for the whole",
            )
        )


def downgrade():
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.drop_column("partners")
