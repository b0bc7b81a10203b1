"""Restricted claims."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "is_restricted",
                sa.Boolean(),
                server_default=sa.false(),
                nullable=False,
                comment="with a service that nobody outside may infer",
            )
        )
    # claims that are here already: the catalogue knows which services are restricted
    op.execute(
        "UPDATE claim SET is_restricted = true WHERE EXISTS ("
        "SELECT 1 FROM claim_line JOIN service ON service.code = claim_line.service "
        "WHERE claim_line.partition = claim.partition AND claim_line.claim_id = claim.id AND service.is_restricted)"
    )


def downgrade():
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_column("is_restricted")
