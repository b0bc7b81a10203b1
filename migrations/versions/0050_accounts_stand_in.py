"""The account before may pay until the new one may be used; equal accounts can be found."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("payee_account", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "stands_in",
                sa.Boolean(),
                server_default=sa.false(),
                nullable=False,
                comment="was current, and pays until the current one may be used",
            )
        )
        batch_op.add_column(
            sa.Column("number_index", sa.LargeBinary(), nullable=True, comment="keyed digest, to find twins")
        )
        batch_op.create_index(batch_op.f("ix_payee_account_number_index"), ["number_index"])


def downgrade():
    with op.batch_alter_table("payee_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payee_account_number_index"))
        batch_op.drop_column("number_index")
        batch_op.drop_column("stands_in")
