"""Refused dry runs stand in their log too."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("dry_run") as batch:
        batch.add_column(
            sa.Column(
                "is_refused", sa.Boolean(), nullable=False, server_default=sa.false(), comment="was told nothing of the member"
            )
        )


def downgrade():
    with op.batch_alter_table("dry_run") as batch:
        batch.drop_column("is_refused")
