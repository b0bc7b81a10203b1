"""Promises of contracts are followed period by period, from the first quarter that begins after the upgrade."""

import datetime as dt
import re

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PERIOD = "period = 'month' OR period = 'quarter' OR period = 'year'"
STATES = ("due", "reported", "measured", "missing", "verified", "settled", "objected", "upheld", "rejected")


def _one_of(names):
    return " OR ".join(f"state = '{name}'" for name in names)


def upgrade():
    _terms()
    _periods()
    _begin()


def _terms():
    number = {"nullable": False, "server_default": "0"}
    with op.batch_alter_table("contract_indicator") as batch:
        batch.add_column(sa.Column("period", sa.String(7), nullable=False, server_default="quarter"))
        batch.add_column(sa.Column("followed_from", sa.Date(), nullable=True, comment="null: nobody follows it up"))
        batch.add_column(
            sa.Column(
                "source",
                sa.String(20),
                nullable=False,
                server_default="",
                comment="indicator of the fund that measures it; empty: reported",
            )
        )
        batch.add_column(sa.Column("tolerance", sa.Numeric(18, 6), comment="in its unit", **number))
        batch.add_column(
            sa.Column(
                "malus_rate",
                sa.Numeric(9, 4),
                comment="per cent deducted for a shortfall of the whole (k)",
                **number,
            )
        )
        batch.add_column(
            sa.Column("malus_cap", sa.Numeric(5, 2), comment="most per cent of a period’s accepted value", **number)
        )
        batch.add_column(sa.Column("bonus_rate", sa.Numeric(9, 4), comment="per cent", **number))
        batch.add_column(sa.Column("bonus_cap", sa.Numeric(5, 2), comment="per cent", **number))
        batch.add_column(
            sa.Column(
                "span",
                sa.Numeric(18, 6),
                nullable=True,
                comment="between the anchors of its criterion: divides where 0 is committed",
            )
        )
        batch.create_check_constraint(op.f("ck_contract_indicator_period"), PERIOD)
        batch.create_check_constraint(
            op.f("ck_contract_indicator_rates"), "tolerance >= 0 AND malus_rate >= 0 AND bonus_rate >= 0"
        )
        batch.create_check_constraint(
            op.f("ck_contract_indicator_caps"), "malus_cap BETWEEN 0 AND 100 AND bonus_cap BETWEEN 0 AND 100"
        )


def _periods():
    instant, number = sa.DateTime(timezone=True), sa.Numeric(18, 6)
    op.create_table(
        "kpi_period",
        sa.Column("id", KEY, nullable=False),
        sa.Column("indicator_id", KEY, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("committed", number, nullable=False, comment="as promised on the first day"),
        sa.Column("report_until", sa.Date(), nullable=False, comment="last day to report without a reminder"),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("value", number, nullable=True, comment="as reported or measured"),
        sa.Column("run", sa.String(60), nullable=False, comment="of the fund’s indicator that measured it"),
        sa.Column("note", sa.Text(), nullable=False, comment="the provider’s words"),
        sa.Column("evidence_id", KEY, nullable=True),
        sa.Column("reported_by", sa.String(60), nullable=True, comment="person; empty: measured by the fund"),
        sa.Column("reported_at", instant, nullable=True, comment="or measured"),
        sa.Column("verified_value", number, nullable=True, comment="null: no value"),
        sa.Column("verified_reason", sa.Text(), nullable=False, comment="why it differs from what was reported"),
        sa.Column("verified_by", sa.String(60), nullable=True, comment="person"),
        sa.Column("verified_at", instant, nullable=True),
        sa.Column("settled_at", instant, nullable=True, comment="decisions on claims count until then"),
        sa.Column("base", KEY, nullable=True, comment="minor units: accepted value of the contract’s period"),
        sa.Column("percent", sa.Numeric(9, 4), nullable=True, comment="of the base; below zero a deduction"),
        sa.Column("amount", KEY, nullable=True, comment="minor units, signed as the per cent"),
        sa.Column(
            "is_missed", sa.Boolean(), nullable=True, comment="worse than committed and tolerated, as it stands now"
        ),
        sa.Column("object_until", sa.Date(), nullable=True),
        sa.Column("objection", sa.Text(), nullable=False),
        sa.Column("objection_file_id", KEY, nullable=True),
        sa.Column("objected_by", sa.String(60), nullable=True, comment="person"),
        sa.Column("objected_at", instant, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(60), nullable=True, comment="another person than verified"),
        sa.Column("answered_at", instant, nullable=True),
        sa.Column(
            "corrected_value",
            number,
            nullable=True,
            comment="upheld: the value that counts; null: the deduction falls away whole",
        ),
        sa.Column("corrected_amount", KEY, nullable=True, comment="upheld: what stands in place of the amount"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kpi_period")),
        sa.UniqueConstraint("indicator_id", "valid_from", name=op.f("uq_kpi_period_indicator_id_valid_from")),
        sa.ForeignKeyConstraint(["indicator_id"], ["contract_indicator.id"], name=op.f("fk_kpi_period_indicator_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["stored_file.id"], name=op.f("fk_kpi_period_evidence_id")),
        sa.ForeignKeyConstraint(
            ["objection_file_id"], ["stored_file.id"], name=op.f("fk_kpi_period_objection_file_id")
        ),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_kpi_period_dates")),
        sa.CheckConstraint(_one_of(STATES), name=op.f("ck_kpi_period_state")),
        sa.CheckConstraint(
            "verified_by IS NULL OR reported_by IS NULL OR verified_by <> reported_by",
            name=op.f("ck_kpi_period_four_eyes"),
        ),
        sa.CheckConstraint(
            "answered_by IS NULL OR answered_by <> verified_by", name=op.f("ck_kpi_period_another_judge")
        ),
        sa.CheckConstraint(
            f"({_one_of(STATES[5:])}) = (settled_at IS NOT NULL AND base IS NOT NULL AND amount IS NOT NULL)",
            name=op.f("ck_kpi_period_settled"),
        ),
        sa.CheckConstraint("(state = 'upheld') = (corrected_amount IS NOT NULL)", name=op.f("ck_kpi_period_upheld")),
    )
    op.create_index(op.f("ix_kpi_period_state"), "kpi_period", ["state"])


def _begin():
    """What runs today is followed without money; a code that is no criterion of the catalogue is one of our own."""
    table = sa.table(
        "contract_indicator", sa.column("code", sa.String), sa.column("source", sa.String),
        sa.column("followed_from", sa.Date),
    )  # fmt: skip
    connection = op.get_bind()
    today = connection.execute(sa.select(sa.cast(sa.func.current_date(), sa.String))).scalar_one()
    day = dt.date.fromisoformat(str(today))
    year, month = divmod(day.year * 12 + (day.month - 1) // 3 * 3 + 3, 12)
    connection.execute(table.update().values(followed_from=dt.date(year, month + 1, 1)))
    for code in connection.execute(sa.select(table.c.code).distinct()).scalars().all():
        if not re.match(r"C\d", code):
            connection.execute(table.update().where(table.c.code == code).values(source=code))


def downgrade():
    op.drop_table("kpi_period")
    with op.batch_alter_table("contract_indicator") as batch:
        for name in ("period", "rates", "caps"):
            batch.drop_constraint(op.f(f"ck_contract_indicator_{name}"), type_="check")
        for name in ("span", "bonus_cap", "bonus_rate", "malus_cap", "malus_rate", "tolerance", "source",
                     "followed_from", "period"):  # fmt: skip
            batch.drop_column(name)
