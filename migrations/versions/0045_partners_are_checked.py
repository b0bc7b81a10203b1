"""A checklist for each of those who bid together; which lots a bidder could not take when it was admitted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    with op.batch_alter_table("admission_check", schema=None) as batch_op:
        batch_op.add_column(sa.Column("organisation_id", BIG, nullable=True, comment="the lead, or a partner"))
    op.execute(
        "UPDATE admission_check SET organisation_id ="
        " (SELECT bid.organisation_id FROM bid WHERE bid.id = admission_check.bid_id)"
    )
    with op.batch_alter_table("admission_check", schema=None) as batch_op:
        batch_op.alter_column("organisation_id", existing_type=BIG, nullable=False)
        batch_op.drop_constraint(op.f("uq_admission_check_bid_id_code"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_admission_check_bid_id_organisation_id_code"), ["bid_id", "organisation_id", "code"]
        )
        batch_op.create_foreign_key(
            op.f("fk_admission_check_organisation_id_organisation"), "organisation", ["organisation_id"], ["id"]
        )
    with op.batch_alter_table("admission", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "barred_lots",
                JSON,
                nullable=False,
                server_default="{}",
                comment="lot → the condition not met on the day of the decision",
            )
        )


def downgrade():
    with op.batch_alter_table("admission", schema=None) as batch_op:
        batch_op.drop_column("barred_lots")
    op.execute(
        "DELETE FROM admission_check WHERE organisation_id <>"
        " (SELECT bid.organisation_id FROM bid WHERE bid.id = admission_check.bid_id)"
    )
    with op.batch_alter_table("admission_check", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_admission_check_organisation_id_organisation"), type_="foreignkey")
        batch_op.drop_constraint(op.f("uq_admission_check_bid_id_organisation_id_code"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_admission_check_bid_id_code"), ["bid_id", "code"])
        batch_op.drop_column("organisation_id")
