"""Framework agreements: a lot may have several members, each with its own award and a place of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIVING = sa.text("state <> 'sent_back' AND state <> 'annulled'")


def upgrade():
    with op.batch_alter_table("tender") as batch:
        batch.add_column(
            sa.Column(
                "framework",
                sa.String(8),
                nullable=False,
                server_default="",
                comment="ranking or choice: how call-offs are given; empty: none",
            )
        )
        batch.create_check_constraint(op.f("ck_tender_framework"), "framework IN ('', 'ranking', 'choice')")
    with op.batch_alter_table("lot") as batch:
        batch.add_column(
            sa.Column(
                "members",
                sa.Integer(),
                nullable=False,
                server_default="1",
                comment="most bidders that may win it; above 1 in a framework only",
            )
        )
        batch.create_unique_constraint(op.f("uq_lot_id_members"), ["id", "members"])
        batch.create_check_constraint(op.f("ck_lot_members"), "members >= 1")
    with op.batch_alter_table("award") as batch:
        batch.drop_index("uq_award_living")
        batch.add_column(
            sa.Column("place", sa.Integer(), nullable=False, server_default="1", comment="1 to the places of the lot")
        )
        batch.add_column(
            sa.Column("places", sa.Integer(), nullable=False, server_default="1", comment="as the lot has members")
        )
        batch.add_column(sa.Column("lead_id", KEY, nullable=True, comment="the first of those proposed together"))
        batch.create_foreign_key(op.f("fk_award_lead_id"), "award", ["lead_id"], ["id"])
        batch.create_foreign_key("places_of_lot", "lot", ["lot_id", "places"], ["id", "members"])
        batch.create_check_constraint(op.f("ck_award_place"), "place BETWEEN 1 AND places")
        batch.create_index(
            "uq_award_living", ["lot_id", "place"], unique=True, sqlite_where=LIVING, postgresql_where=LIVING
        )
        batch.create_index(
            "uq_award_member", ["lot_id", "bid_id"], unique=True, sqlite_where=LIVING, postgresql_where=LIVING
        )


def downgrade():
    with op.batch_alter_table("award") as batch:
        batch.drop_index("uq_award_member")
        batch.drop_index("uq_award_living")
        batch.drop_constraint("places_of_lot", type_="foreignkey")
        batch.drop_constraint(op.f("fk_award_lead_id"), type_="foreignkey")
        batch.drop_constraint(op.f("ck_award_place"), type_="check")
        for name in ("place", "places", "lead_id"):
            batch.drop_column(name)
        batch.create_index("uq_award_living", ["lot_id"], unique=True, sqlite_where=LIVING, postgresql_where=LIVING)
    with op.batch_alter_table("lot") as batch:
        batch.drop_constraint(op.f("uq_lot_id_members"), type_="unique")
        batch.drop_constraint(op.f("ck_lot_members"), type_="check")
        batch.drop_column("members")
    with op.batch_alter_table("tender") as batch:
        batch.drop_constraint(op.f("ck_tender_framework"), type_="check")
        batch.drop_column("framework")
