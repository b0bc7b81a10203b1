"""Keep what a line used of limits in a column of its own, and the rest as the text that was written."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

POSTGRESQL = """UPDATE line_decision SET detail = detail - 'use',
    "use" = CASE WHEN detail->'use' = '[]' THEN '' ELSE (detail->'use')::text END"""
SQLITE = """UPDATE line_decision SET detail = json_remove(detail, '$.use'),
    "use" = CASE json_array_length(detail, '$.use') WHEN 0 THEN '' ELSE json_extract(detail, '$.use') END"""


def upgrade():
    comment = "what it used of limits, as JSON; empty: nothing"
    op.add_column("line_decision", sa.Column("use", sa.Text(), server_default="", nullable=False, comment=comment))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE)
        return
    op.execute(POSTGRESQL)
    op.alter_column(
        "line_decision",
        "detail",
        existing_type=postgresql.JSONB(),
        type_=sa.JSON(),
        existing_nullable=False,
        comment="findings and trace: claims/encoding.py",
        postgresql_using="detail::text::json",
    )


def downgrade():
    pass
