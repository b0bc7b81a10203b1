"""Fields of bids that others do not read until a day."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "withheld_field",
        sa.Column("id", core.db.BigId, nullable=False),
        sa.Column("bid_id", core.db.BigId, nullable=False),
        sa.Column(
            "field", sa.String(8), nullable=False, comment="BT-195: price, points by criterion, reason of the award"
        ),
        sa.Column("reason_code", sa.String(10), nullable=False, comment="BT-197"),
        sa.Column("reason", sa.Text(), nullable=False, comment="BT-196, as others read it"),
        sa.Column("withheld_until", sa.Date(), nullable=False, comment="BT-198: the last day; shown from the next"),
        sa.Column("withheld_by", sa.String(120), nullable=False),
        sa.Column("withheld_at", core.db.Instant(), nullable=False),
        sa.CheckConstraint(
            "field = 'price' OR field = 'points' OR field = 'reason'", name=op.f("ck_withheld_field_field")
        ),
        sa.CheckConstraint(
            "reason_code = 'eo-int' OR reason_code = 'fair-comp' OR reason_code = 'law-enf' OR reason_code = 'oth-int'"
            " OR reason_code = 'rd-ser'",
            name=op.f("ck_withheld_field_reason_code"),
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_withheld_field_reason")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_withheld_field_bid_id_bid")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withheld_field")),
    )
    op.create_index(op.f("ix_withheld_field_bid_id"), "withheld_field", ["bid_id"])


def downgrade():
    op.drop_table("withheld_field")
