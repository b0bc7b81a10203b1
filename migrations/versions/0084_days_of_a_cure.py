"""A suspended withhold says on which day its gate was cured: that day decides, not the one on which it is written."""

import sqlalchemy as sa
from alembic import op

revision = "0084"
down_revision = "0083"
branch_labels = None
depends_on = None

TABLE, CHECK = "quality_settlement_line", "ck_quality_settlement_line_cured_in_time"
COMMENT = "day on which the gate was cured; null: it was not"


def upgrade():
    with op.batch_alter_table(TABLE) as batch:
        batch.add_column(sa.Column("cured_on", sa.Date(), nullable=True, comment=COMMENT))
    op.execute(
        f"UPDATE {TABLE} SET cured_on = CASE WHEN DATE(closed_at) < cure_until THEN DATE(closed_at) ELSE cure_until END "
        "WHERE state = 'returned'"
    )
    with op.batch_alter_table(TABLE) as batch:
        batch.create_check_constraint(op.f(CHECK), "state <> 'returned' OR cured_on <= cure_until")


def downgrade():
    with op.batch_alter_table(TABLE) as batch:
        batch.drop_constraint(op.f(CHECK), type_="check")
        batch.drop_column("cured_on")
