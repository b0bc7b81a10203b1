"""Tenders announce what a quality score is made of and pays; contracts keep it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COMMENT = "what the quality score of its contracts is made of and pays: procurement/scored.py"


def upgrade():
    op.add_column("tender", sa.Column("score_terms", JSON, nullable=True, comment=COMMENT))
    op.create_table(
        "contract_score",
        sa.Column("contract_id", BIG, nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False, comment="1, 2, 3 … within the contract"),
        sa.Column("valid_from", sa.Date(), nullable=False, comment="first day of a contract year"),
        sa.Column("terms", JSON, nullable=False, comment="as `procurement.scored` writes them"),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_contract_score_contract_id_contract")),
        sa.PrimaryKeyConstraint("contract_id", "place", name=op.f("pk_contract_score")),
    )


def downgrade():
    op.drop_table("contract_score")
    op.drop_column("tender", "score_terms")
