"""Texts in other languages are a part of the plan; the table that nobody wrote goes."""

import sqlalchemy as sa
from alembic import op

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_table("text")


def downgrade():
    op.create_table(
        "text",
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("locale", sa.String(5), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", "locale", name=op.f("pk_text")),
    )
