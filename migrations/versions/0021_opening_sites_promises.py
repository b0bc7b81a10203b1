"""Sites and promises among the opening records."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BEFORE = "kind IN ('contracts', 'accreditations', 'grants', 'use', 'payables')"
AFTER = "kind IN ('contracts', 'accreditations', 'grants', 'use', 'payables', 'sites', 'promises')"


def upgrade():
    with op.batch_alter_table("opening_file", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("made", JSON, server_default="[]", nullable=False, comment="ids, of kinds without a mark")
        )
        batch_op.drop_constraint(op.f("ck_opening_file_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_opening_file_kind"), AFTER)


def downgrade():
    with op.batch_alter_table("opening_file", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_opening_file_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_opening_file_kind"), BEFORE)
        batch_op.drop_column("made")
