"""A tender may weigh the record of bidders; it is kept with the bid when the bids are opened."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
COMMENT = "its record when bids were opened, where the tender weighs it: scoring/record.py"


def _blocks(*names):
    with op.batch_alter_table("criterion") as batch:
        batch.drop_constraint(op.f("ck_criterion_block"), type_="check")
        batch.create_check_constraint(op.f("ck_criterion_block"), f"block IN {names!r}")


def upgrade():
    _blocks("price", "quality", "social", "record")
    op.add_column("bid", sa.Column("record", JSON, nullable=True, comment=COMMENT))


def downgrade():
    op.drop_column("bid", "record")
    op.execute("DELETE FROM criterion WHERE block = 'record'")
    _blocks("price", "quality", "social")
