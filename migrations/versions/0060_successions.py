"""Successions: who follows a provider, and which site and contract goes on with which."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
KINDS = (
    "authorised", "accredited", "renewed", "refused", "renewal_refused", "suspended", "restored", "withdrawn",
    "appeal_won", "appeal_lost",
)  # fmt: skip
STATES = ("proposed", "accepted", "approved", "declined", "dropped")
LIVING = "state = 'proposed' OR state = 'accepted' OR state = 'approved'"
AWARD = "(award_id IS NOT NULL) = (origin = 'award' AND opened_from = ''{follows})"


def _one_of(column, values):
    return " OR ".join(f"{column} = {value!r}" for value in values)


def _kinds(values):
    with op.batch_alter_table("provider_decision", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_provider_decision_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_provider_decision_kind"), _one_of("kind", values))


def upgrade():
    _kinds((*KINDS, "succeeded", "took_over"))
    op.create_table(
        "provider_succession",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False, comment="who ends"),
        sa.Column("successor_id", KEY, nullable=False),
        sa.Column("takes_over_on", sa.Date(), nullable=False, comment="first day of the successor"),
        sa.Column("legal_reference", sa.String(200), nullable=False, comment="merger, deed, law"),
        sa.Column("file_id", KEY, nullable=False, comment="its evidence"),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("proposed_by", sa.String(60), nullable=False, comment="person"),
        sa.Column("proposed_by_name", sa.String(120), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("accepted_by", sa.String(60), nullable=True, comment="person of the successor"),
        sa.Column("accepted_by_name", sa.String(120), nullable=False),
        sa.Column("approved_by", sa.String(60), nullable=True, comment="another person of the fund"),
        sa.Column("approved_by_name", sa.String(120), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True, comment="approved, declined or dropped"),
        sa.Column("answer", sa.Text(), nullable=False, comment="why it was declined or dropped"),
        sa.CheckConstraint(_one_of("state", STATES), name=op.f("ck_provider_succession_state")),
        sa.CheckConstraint("successor_id <> organisation_id", name=op.f("ck_provider_succession_another")),
        sa.CheckConstraint(
            "accepted_by IS NULL OR accepted_by <> proposed_by", name=op.f("ck_provider_succession_accepted")
        ),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_by IS NOT NULL)", name=op.f("ck_provider_succession_approved")
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR (approved_by <> proposed_by AND approved_by <> accepted_by)",
            name=op.f("ck_provider_succession_four_eyes"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["provider.organisation_id"], name=op.f("fk_provider_succession_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["provider.organisation_id"], name=op.f("fk_provider_succession_successor_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_provider_succession_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_succession")),
    )
    op.create_index(op.f("ix_provider_succession_successor_id"), "provider_succession", ["successor_id"])
    op.create_index(
        "uq_provider_succession_living", "provider_succession", ["organisation_id"], unique=True,
        sqlite_where=sa.text(LIVING), postgresql_where=sa.text(LIVING),
    )  # fmt: skip
    _follow("site", "succeeds_id", "the site that it goes on with, of the unit before")
    _follow("contract", "follows_id", "the contract that it goes on with, of the provider before")
    _award(" AND follows_id IS NULL")


def _follow(table, column, words):
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.add_column(sa.Column(column, KEY, nullable=True, comment=words))
        batch_op.create_foreign_key(op.f(f"fk_{table}_{column}"), table, [column], ["id"])
        batch_op.create_unique_constraint(op.f(f"uq_{table}_{column}"), [column])


def _award(follows):
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_contract_award"), type_="check")
        batch_op.create_check_constraint(op.f("ck_contract_award"), AWARD.format(follows=follows))


def _lose(table, column):
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(op.f(f"uq_{table}_{column}"), type_="unique")
        batch_op.drop_constraint(op.f(f"fk_{table}_{column}"), type_="foreignkey")
        batch_op.drop_column(column)


def downgrade():
    _award("")
    _lose("contract", "follows_id")
    _lose("site", "succeeds_id")
    op.drop_table("provider_succession")
    _kinds(KINDS)
