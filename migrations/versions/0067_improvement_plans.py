"""Improvement plans of contracts."""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None


KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def _among(column, *values):
    return " OR ".join(f"{column} = '{value}'" for value in values)


def upgrade():
    op.create_table(
        "improvement_plan",
        sa.Column("id", KEY, nullable=False),
        sa.Column("contract_id", KEY, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="1, 2, 3 … within the contract"),
        sa.Column(
            "cause", sa.String(length=20), nullable=False, comment="code of the promise missed three times, or empty"
        ),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.String(length=60), nullable=True, comment="person; null: only offered"),
        sa.Column("opened_by_name", sa.String(length=120), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=60), nullable=True, comment="person of the provider"),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("closed_by", sa.String(length=60), nullable=True, comment="person"),
        sa.Column("closed_by_name", sa.String(length=120), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closing_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('met', 'not_met', 'dropped')) = (closed_by IS NOT NULL AND closing_reason <> '')",
            name=op.f("ck_improvement_plan_closed"),
        ),
        sa.CheckConstraint(
            _among("state", "offered", "opened", "running", "met", "not_met", "dropped"),
            name=op.f("ck_improvement_plan_state"),
        ),
        sa.CheckConstraint(
            "state IN ('offered', 'dropped') OR (opened_by IS NOT NULL AND reason <> '')",
            name=op.f("ck_improvement_plan_opened"),
        ),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_improvement_plan_contract_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement_plan")),
        sa.UniqueConstraint("contract_id", "place", name=op.f("uq_improvement_plan_contract_id_place")),
    )
    with op.batch_alter_table("improvement_plan", schema=None) as batch_op:
        batch_op.create_index(
            "uq_improvement_plan_open",
            ["contract_id", "cause"],
            unique=True,
            sqlite_where=sa.text("cause <> '' AND (state = 'offered' OR state = 'opened' OR state = 'running')"),
            postgresql_where=sa.text("cause <> '' AND (state = 'offered' OR state = 'opened' OR state = 'running')"),
        )

    op.create_table(
        "improvement_measure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("reported_by", sa.String(length=60), nullable=True, comment="person of the provider"),
        sa.Column("reported_at", INSTANT, nullable=True),
        sa.CheckConstraint("(report <> '') = (reported_at IS NOT NULL)", name=op.f("ck_improvement_measure_reported")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_improvement_measure_text")),
        sa.ForeignKeyConstraint(["plan_id"], ["improvement_plan.id"], name=op.f("fk_improvement_measure_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement_measure")),
        sa.UniqueConstraint("plan_id", "place", name=op.f("uq_improvement_measure_plan_id_place")),
    )


def downgrade():
    op.drop_table("improvement_measure")
    op.drop_table("improvement_plan")
