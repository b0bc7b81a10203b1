"""Members are told of decisions once, unless they want no messages."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "claim_told",
        sa.Column("claim_id", core.db.BigId, autoincrement=False, nullable=False),
        sa.Column("version", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("told_at", core.db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("claim_id", "version", name=op.f("pk_claim_told")),
    )
    with op.batch_alter_table("account") as batch:
        batch.add_column(
            sa.Column(
                "wants_messages",
                sa.Boolean(),
                server_default=sa.true(),
                nullable=False,
                comment="of what was decided and paid; sign-in is always told",
            )
        )
    for name in ("claims.messages", "claims.cash_messages"):  # nobody is told of what is long past
        op.execute(
            f"INSERT INTO event_cursor (name, last_event_id) SELECT '{name}', COALESCE(MAX(id), 0) FROM event"  # noqa: S608
        )


def downgrade():
    op.execute("DELETE FROM event_cursor WHERE name IN ('claims.messages', 'claims.cash_messages')")
    with op.batch_alter_table("account") as batch:
        batch.drop_column("wants_messages")
    op.drop_table("claim_told")
