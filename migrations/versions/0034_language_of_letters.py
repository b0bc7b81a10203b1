"""Organisations have a language for their letters."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("organisation") as batch:
        batch.add_column(
            sa.Column("locale", sa.String(5), nullable=True, comment="language of its letters; null: the fund’s first")
        )


def downgrade():
    with op.batch_alter_table("organisation") as batch:
        batch.drop_column("locale")
