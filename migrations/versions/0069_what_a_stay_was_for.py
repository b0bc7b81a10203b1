"""What a stay was for, how it began and how it ended."""

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

COLUMNS = (
    ("diagnosis", 12, "principal, at discharge"),
    ("discharge_group", 12, "diagnosis-related group"),
    ("admission", 9, "planned, unplanned, transfer from a hospital, or not said"),
    ("discharged_to", 8, "home, transfer to a hospital, died, or not said"),
)


def upgrade():
    with op.batch_alter_table("stay", schema=None) as batch_op:
        for name, length, comment in COLUMNS:
            column = sa.Column(name, sa.String(length=length), server_default="", nullable=False, comment=comment)
            batch_op.add_column(column)
        batch_op.create_check_constraint(
            op.f("ck_stay_admission"), "admission IN ('', 'planned', 'unplanned', 'transfer')"
        )
        batch_op.create_check_constraint(
            op.f("ck_stay_discharged_to"), "discharged_to IN ('', 'home', 'transfer', 'died')"
        )


def downgrade():
    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_stay_admission"), type_="check")
        batch_op.drop_constraint(op.f("ck_stay_discharged_to"), type_="check")
        for name, _length, _comment in COLUMNS:
            batch_op.drop_column(name)
