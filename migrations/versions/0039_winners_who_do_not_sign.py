"""A winner who does not sign: the award is set aside, its contract lapses; the day on which signing began."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
BOTH = "signed_by_provider IS NOT NULL AND signed_by_fund IS NOT NULL"
BEFORE = ("state = 'drawn' OR state = 'active' OR state = 'ended'", f"state = 'drawn' OR ({BOTH})")
AFTER = (f"{BEFORE[0]} OR state = 'lapsed'", f"state = 'drawn' OR state = 'lapsed' OR ({BOTH})")


def _contract_states(state, signed):
    with op.batch_alter_table("contract", schema=None) as batch_op:
        for name, words in (("state", state), ("signed", signed)):
            batch_op.drop_constraint(op.f(f"ck_contract_{name}"), type_="check")
            batch_op.create_check_constraint(op.f(f"ck_contract_{name}"), words)


def upgrade():
    _contract_states(*AFTER)
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("signing_began_on", sa.Date(), nullable=True, comment="the fund’s day of the first signature")
        )
        if op.get_bind().dialect.name == "postgresql":
            batch_op.alter_column(
                "state",
                existing_type=sa.String(length=12),
                comment="drawn, active, ended; lapsed: never signed",
                existing_comment="drawn, active, ended",
            )
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "set_aside_code",
                sa.String(length=20),
                nullable=False,
                server_default="",
                comment="signingRefusal, when the winner did not sign",
            )
        )
        batch_op.add_column(sa.Column("set_aside_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("set_aside_by", sa.String(length=120), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("set_aside_at", INSTANT, nullable=True))


def downgrade():
    with op.batch_alter_table("award", schema=None) as batch_op:
        for name in ("set_aside_at", "set_aside_by", "set_aside_reason", "set_aside_code"):
            batch_op.drop_column(name)
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.drop_column("signing_began_on")
    _contract_states(*BEFORE)
