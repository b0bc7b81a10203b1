"""Qualifications of professionals."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("professional", schema=None) as batch_op:
        batch_op.add_column(sa.Column("qualification", sa.String(length=60), server_default="", nullable=False))


def downgrade():
    with op.batch_alter_table("professional", schema=None) as batch_op:
        batch_op.drop_column("qualification")
