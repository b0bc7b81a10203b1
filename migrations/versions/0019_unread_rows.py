"""Rows that a shadow month could not read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    with op.batch_alter_table("shadow_month", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "wrong_rows", JSON, server_default="[]", nullable=False, comment="the first of them: [row, why]"
            )
        )
        batch_op.add_column(
            sa.Column(
                "wrong_file_id", BIG, nullable=True, comment="all of them as they were sent, with what is wrong"
            )
        )
        batch_op.create_foreign_key(
            op.f("fk_shadow_month_wrong_file_id"), "stored_file", ["wrong_file_id"], ["id"]
        )


def downgrade():
    with op.batch_alter_table("shadow_month", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_shadow_month_wrong_file_id"), type_="foreignkey")
        batch_op.drop_column("wrong_file_id")
        batch_op.drop_column("wrong_rows")
