"""Requests for completion, refusals, appeals against suspensions, and decisions in writing."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
BEFORE = ("draft", "submitted", "returned", "accredited", "suspended", "withdrawn")
AFTER = (*BEFORE, "refused")
TASKS = ("facts", "service_lines", "sites", "documents")
KINDS = (
    "accredited", "renewed", "refused", "renewal_refused", "suspended", "restored", "withdrawn", "appeal_won",
    "appeal_lost",
)  # fmt: skip


def _one_of(column, values):
    return " OR ".join(f"{column} = {value!r}" for value in values)


def _states(values):
    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_provider_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_provider_state"), _one_of("state", values))


def _of_provider(table):
    return sa.ForeignKeyConstraint(
        ["organisation_id"], ["provider.organisation_id"], name=op.f(f"fk_{table}_organisation_id")
    )


def upgrade():
    _states(AFTER)
    op.create_table(
        "provider_request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("task", sa.String(20), nullable=False, comment="the task it stands at"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True, comment="the last day to answer"),
        sa.Column("asked_by", sa.String(60), nullable=False, comment="person"),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True, comment="sent again"),
        sa.CheckConstraint(_one_of("task", TASKS), name=op.f("ck_provider_request_task")),
        _of_provider("provider_request"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_request")),
    )
    op.create_index(op.f("ix_provider_request_organisation_id"), "provider_request", ["organisation_id"])
    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("appeal_until", sa.Date(), nullable=True, comment="last day to appeal; null: as long as it runs")
        )
        batch_op.add_column(
            sa.Column("lifted_at", INSTANT, nullable=True, comment="an appeal was won: it never was")
        )
    op.create_table(
        "provider_appeal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("suspension_id", KEY, nullable=False),
        sa.Column("state", sa.String(6), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(60), nullable=False, comment="person"),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.String(60), nullable=True, comment="person"),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.CheckConstraint(_one_of("state", ("made", "won", "lost")), name=op.f("ck_provider_appeal_state")),
        sa.CheckConstraint("(state = 'made') = (decided_at IS NULL)", name=op.f("ck_provider_appeal_decided")),
        sa.ForeignKeyConstraint(["suspension_id"], ["suspension.id"], name=op.f("fk_provider_appeal_suspension_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_appeal")),
        sa.UniqueConstraint("suspension_id", name=op.f("uq_provider_appeal_suspension_id")),
    )
    op.create_index(op.f("ix_provider_appeal_state"), "provider_appeal", ["state"])
    op.create_table(
        "provider_decision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, … within the provider"),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("appeal_until", sa.Date(), nullable=True, comment="last day to appeal; null: not possible"),
        sa.Column("lang", sa.String(5), nullable=False, comment="of the letter"),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("signed_by", sa.String(120), nullable=False, comment="name under the letter"),
        sa.CheckConstraint(_one_of("kind", KINDS), name=op.f("ck_provider_decision_kind")),
        _of_provider("provider_decision"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_decision")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_provider_decision_organisation_id_number")),
    )


def downgrade():
    op.drop_table("provider_decision")
    op.drop_table("provider_appeal")
    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.drop_column("lifted_at")
        batch_op.drop_column("appeal_until")
    op.drop_table("provider_request")
    _states(BEFORE)
