"""Facts about organisations: each figure stated once, with its day and its evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
SOURCES = ("registration", "renewal", "own", "import", "opening", "bid", "kpi", "return")


def _source(table):
    said = " OR ".join(f"source = '{name}'" for name in SOURCES)
    return sa.CheckConstraint(said, name=op.f(f"ck_{table}_source"))


def upgrade():
    op.create_table(
        "organisation_fact",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("code", sa.String(40), nullable=False, comment="of plan part facts"),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False, comment="first day of the period; a day’s own"),
        sa.Column("valid_until", sa.Date(), nullable=False, comment="the day, or the last of the period"),
        sa.Column("value", sa.Numeric(16, 4), nullable=True, comment="in the unit of the plan; yes is 1"),
        sa.Column("amount", KEY, nullable=True, comment="money, minor units"),
        sa.Column("source", sa.String(12), nullable=False),
        sa.Column("reference", sa.String(60), nullable=False, comment="number of the tender, contract or file"),
        sa.Column(
            "evidence", sa.Text(), nullable=False, comment="where it is proved; counts and numbers of papers, no names"
        ),
        sa.Column("file_id", KEY, nullable=True),
        sa.Column("supersedes_id", KEY, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, comment="of a correction"),
        sa.Column("stated_by", sa.String(60), nullable=False, comment="person"),
        sa.Column("stated_by_name", sa.String(120), nullable=False),
        sa.Column("stated_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "period = 'day' OR period = 'quarter' OR period = 'year'", name=op.f("ck_organisation_fact_period")
        ),
        _source("organisation_fact"),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_organisation_fact_dates")),
        sa.CheckConstraint("(period = 'day') = (valid_from = valid_until)", name=op.f("ck_organisation_fact_day")),
        sa.CheckConstraint("(value IS NULL) <> (amount IS NULL)", name=op.f("ck_organisation_fact_one_figure")),
        sa.CheckConstraint("value IS NULL OR value >= 0", name=op.f("ck_organisation_fact_value")),
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name=op.f("ck_organisation_fact_amount")),
        sa.CheckConstraint("supersedes_id IS NULL OR reason <> ''", name=op.f("ck_organisation_fact_reason")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_fact_organisation_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_organisation_fact_file_id")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["organisation_fact.id"], name=op.f("fk_organisation_fact_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_fact")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_organisation_fact_supersedes_id")),
    )
    op.create_index("ix_organisation_fact_day", "organisation_fact", ["organisation_id", "code", "valid_until"])
    op.create_table(
        "fact_verification",
        sa.Column("fact_id", KEY, nullable=False),
        sa.Column("verified_by", sa.String(60), nullable=False, comment="person, another than who said it"),
        sa.Column("verified_by_name", sa.String(120), nullable=False),
        sa.Column("verified_at", INSTANT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False, comment="what was looked at"),
        sa.ForeignKeyConstraint(["fact_id"], ["organisation_fact.id"], name=op.f("fk_fact_verification_fact_id")),
        sa.PrimaryKeyConstraint("fact_id", name=op.f("pk_fact_verification")),
    )
    op.create_table(
        "fact_use",
        sa.Column("id", KEY, nullable=False),
        sa.Column("fact_id", KEY, nullable=False),
        sa.Column("source", sa.String(12), nullable=False, comment="who took it"),
        sa.Column("reference", sa.String(60), nullable=False),
        sa.Column("used_at", INSTANT, nullable=False),
        _source("fact_use"),
        sa.ForeignKeyConstraint(["fact_id"], ["organisation_fact.id"], name=op.f("fk_fact_use_fact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_use")),
        sa.UniqueConstraint("fact_id", "source", "reference", name=op.f("uq_fact_use_fact_id_source_reference")),
    )


def downgrade():
    op.drop_table("fact_use")
    op.drop_table("fact_verification")
    op.drop_table("organisation_fact")
