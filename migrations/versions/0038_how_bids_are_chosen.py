"""How bids are chosen between is published with each tender; tenders of before keep the rules they were published with."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

LADDER = '["social_economy", "quality", "price"]'
RULES = '[{"code": "ua_prozorro", "numbers": {"others": "40", "next": "30"}, "is_in_points": false}]'


def upgrade():
    with op.batch_alter_table("tender") as batch:
        batch.add_column(
            sa.Column(
                "tie_ladder",
                core.db.Json,
                nullable=False,
                server_default=LADDER,
                comment="codes of the steps that break a tie, in order",
            )
        )
        batch.add_column(
            sa.Column(
                "low_price_rules",
                core.db.Json,
                nullable=False,
                server_default=RULES,
                comment="[{code, numbers, is_in_points}] beside the labour floor",
            )
        )
        batch.add_column(
            sa.Column("social_minimum", sa.Numeric(5, 2), nullable=True, comment="points of the social block")
        )
        batch.add_column(
            sa.Column(
                "most_to_price", sa.Integer(), nullable=True, comment="best bids whose price is opened (max-pass)"
            )
        )
        batch.add_column(
            sa.Column(
                "is_renormalised",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="the best on a question gets its full weight",
            )
        )
        batch.add_column(
            sa.Column(
                "are_averages_frozen",
                sa.Boolean(),
                nullable=False,
                server_default=sa.true(),
                comment="prices rejected later still count in relative formulas",
            )
        )
    with op.batch_alter_table("tender") as batch:
        for name in ("tie_ladder", "low_price_rules", "is_renormalised", "are_averages_frozen"):
            batch.alter_column(name, server_default=None)
    with op.batch_alter_table("criterion") as batch:
        batch.add_column(
            sa.Column("gate", sa.Numeric(18, 6), nullable=True, comment="least (or most) that may be promised")
        )
    with op.batch_alter_table("lot") as batch:
        batch.add_column(
            sa.Column(
                "price_field",
                core.db.Json,
                nullable=True,
                comment="lowest, highest and mean price, where kept frozen",
            )
        )
    with op.batch_alter_table("bid") as batch:
        batch.add_column(
            sa.Column(
                "fell_short",
                sa.Text(),
                nullable=False,
                server_default="",
                comment="why its price stays shut: a minimum, a gate, not among the best",
            )
        )
    op.execute("UPDATE bid SET fell_short = 'Under the quality minimum.' WHERE state = 'below_minimum'")


def downgrade():
    with op.batch_alter_table("lot") as batch:
        batch.drop_column("price_field")
    with op.batch_alter_table("bid") as batch:
        batch.drop_column("fell_short")
    with op.batch_alter_table("criterion") as batch:
        batch.drop_column("gate")
    with op.batch_alter_table("tender") as batch:
        for name in ("tie_ladder", "low_price_rules", "social_minimum", "most_to_price", "is_renormalised",
                     "are_averages_frozen"):  # fmt: skip
            batch.drop_column(name)
