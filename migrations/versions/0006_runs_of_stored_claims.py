"""Runs: stored claims that wait for a decision; shards with a run, a stage and a holder."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "claim_waiting",
        sa.Column("partition", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("household_id", BIG, autoincrement=False, nullable=False),
        sa.Column("claim_id", BIG, autoincrement=False, nullable=False),
        sa.Column("member_id", BIG, nullable=True),
        sa.Column(
            "lines", sa.SmallInteger(), nullable=False, comment="how many, so that shards are equal in size"
        ),
        sa.Column(
            "settles_with",
            BIG,
            nullable=True,
            comment="decided; its provider's contract has a budget or a volume",
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_claim_waiting_member_id")),
        sa.ForeignKeyConstraint(["settles_with"], ["organisation.id"], name=op.f("fk_claim_waiting_settles_with")),
        sa.PrimaryKeyConstraint("partition", "household_id", "claim_id", name=op.f("pk_claim_waiting")),
    )
    with op.batch_alter_table("claim_waiting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_waiting_claim_id"), ["claim_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_claim_waiting_settles_with_claim_waiting_claim_id"),
            ["settles_with", "claim_id"],
            unique=False,
        )
    with op.batch_alter_table("shard", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("run", sa.String(length=40), server_default="", nullable=False, comment="what it is a part of")
        )
        batch_op.add_column(
            sa.Column(
                "stage", sa.SmallInteger(), server_default="0", nullable=False, comment="its turn within the run"
            )
        )
        batch_op.add_column(
            sa.Column(
                "holder", sa.String(length=80), server_default="", nullable=False, comment="who has the lease"
            )
        )
        batch_op.create_index(batch_op.f("ix_shard_run_shard_stage"), ["run", "stage"], unique=False)


def downgrade():
    with op.batch_alter_table("shard", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shard_run_shard_stage"))
        batch_op.drop_column("holder")
        batch_op.drop_column("stage")
        batch_op.drop_column("run")
    op.drop_table("claim_waiting")
