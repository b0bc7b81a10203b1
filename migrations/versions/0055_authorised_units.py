"""Two stages, authorised and accredited, each decided on a checklist; who is accredited was authorised that day."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STATES = ("draft", "submitted", "returned", "accredited", "suspended", "withdrawn", "refused")
KINDS = (
    "accredited", "renewed", "refused", "renewal_refused", "suspended", "restored", "withdrawn", "appeal_won",
    "appeal_lost",
)  # fmt: skip
CARRY = """INSERT INTO authorisation (organisation_id, valid_from, valid_until, decided_by, decided_at, reason)
SELECT organisation_id, valid_from, valid_until, decided_by, decided_at, reason FROM accreditation"""


def _one_of(column, values):
    return " OR ".join(f"{column} = {value!r}" for value in values)


def _allow(table, column, values):
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_{table}_{column}"), _one_of(column, values))


def _of_provider(table):
    return sa.ForeignKeyConstraint(
        ["organisation_id"], ["provider.organisation_id"], name=op.f(f"fk_{table}_organisation_id")
    )


def upgrade():
    _allow("provider", "state", (*STATES[:3], "authorised", *STATES[3:]))
    _allow("provider_decision", "kind", ("authorised", *KINDS))
    op.create_table(
        "authorisation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(60), nullable=False, comment="person"),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_authorisation_dates")),
        _of_provider("authorisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorisation")),
    )
    op.create_index(
        op.f("ix_authorisation_organisation_id_authorisation_valid_from"),
        "authorisation",
        ["organisation_id", "valid_from"],
    )
    op.create_table(
        "provider_requirement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("key", sa.String(30), nullable=False, comment="as plan part providers names it"),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False, comment="paper, version, places, or what a person saw"),
        sa.Column("valid_until", sa.Date(), nullable=True, comment="last day of the evidence; null: has none"),
        sa.Column(
            "is_finding",
            sa.Boolean(),
            nullable=False,
            comment="a person’s words; nothing else in the register shows it",
        ),
        sa.Column("checked_by", sa.String(60), nullable=False, comment="person"),
        sa.Column("checked_at", INSTANT, nullable=False),
        sa.CheckConstraint(_one_of("stage", ("authorised", "accredited")), name=op.f("ck_provider_requirement_stage")),
        _of_provider("provider_requirement"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_requirement")),
    )
    op.create_index(op.f("ix_provider_requirement_organisation_id"), "provider_requirement", ["organisation_id"])
    op.execute(CARRY)


def downgrade():
    op.drop_table("provider_requirement")
    op.drop_table("authorisation")
    op.execute("UPDATE provider SET state = 'submitted' WHERE state = 'authorised'")
    op.execute("DELETE FROM provider_decision WHERE kind = 'authorised'")
    _allow("provider_decision", "kind", KINDS)
    _allow("provider", "state", STATES)
