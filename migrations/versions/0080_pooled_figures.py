"""One figure over all providers where restricted services may be counted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0080"
down_revision = "0079"
branch_labels = None
depends_on = None

COMMENT = "all providers with restricted services: quality/pooled.py; null: not kept"


def upgrade():
    with op.batch_alter_table("indicator_run", schema=None) as batch_op:
        kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
        batch_op.add_column(sa.Column("pooled", kind, nullable=True, comment=COMMENT))


def downgrade():
    with op.batch_alter_table("indicator_run", schema=None) as batch_op:
        batch_op.drop_column("pooled")
