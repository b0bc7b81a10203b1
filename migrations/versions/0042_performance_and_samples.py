"""Measures of the contract without points, and sample bids tried before publication."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("tender") as batch:
        batch.add_column(
            sa.Column(
                "performance",
                core.db.Json,
                nullable=False,
                server_default="[]",
                comment="measures of the contract without points, as of the catalogue",
            )
        )
        batch.add_column(
            sa.Column(
                "sample_bids",
                core.db.Json,
                nullable=True,
                comment="[{lot, name, price, points}] tried before publication",
            )
        )


def downgrade():
    with op.batch_alter_table("tender") as batch:
        batch.drop_column("sample_bids")
        batch.drop_column("performance")
