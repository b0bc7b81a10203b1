"""Hours of a site-month as they were claimed, by whom and when they were counted."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("site_month") as batch:
        batch.add_column(sa.Column("claimed_minutes", sa.Integer(), nullable=True, comment="null: not counted yet"))
        batch.add_column(
            sa.Column("claimed_by", sa.String(60), server_default="", nullable=False, comment="who counted: person")
        )
        batch.add_column(sa.Column("claimed_at", core.db.Instant(), nullable=True))
        batch.create_check_constraint(op.f("ck_site_month_claimed"), "claimed_minutes >= 0")


def downgrade():
    with op.batch_alter_table("site_month") as batch:
        batch.drop_constraint(op.f("ck_site_month_claimed"), type_="check")
        for name in ("claimed_at", "claimed_by", "claimed_minutes"):
            batch.drop_column(name)
