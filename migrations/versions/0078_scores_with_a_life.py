"""Scores with a life, objections, settlements, and the record that tenders read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
STATES = (
    "state = 'computed' OR state = 'notified' OR state = 'accepted' OR state = 'contested' OR state = 'reviewed' OR "
    "state = 'decided' OR state = 'final' OR state = 'published' OR state = 'superseded'"
)
NEW = (
    sa.Column("state", sa.String(length=10), nullable=False, server_default="computed"),
    sa.Column("terms", JSON, nullable=True, comment="plan version it was reckoned by, and since when it holds"),
    sa.Column("cause", sa.String(length=200), nullable=False, server_default="", comment="why it was computed again"),
    sa.Column("notified_at", INSTANT, nullable=True),
    sa.Column("answered_by", sa.String(length=60), nullable=True, comment="person of the provider"),
    sa.Column("answered_at", INSTANT, nullable=True),
    sa.Column("review_until", sa.Date(), nullable=True, comment="last day of the fund to decide"),
    sa.Column("reviewed_by", sa.String(length=60), nullable=True, comment="not the person who computed it"),
    sa.Column("reviewed_by_name", sa.String(length=120), nullable=False, server_default=""),
    sa.Column("reviewed_at", INSTANT, nullable=True),
    sa.Column("decision", sa.Text(), nullable=False, server_default="", comment="reasons, as the provider reads"),
    sa.Column("decided_by", sa.String(length=60), nullable=True, comment="not the person who computed it"),
    sa.Column("decided_by_name", sa.String(length=120), nullable=False, server_default=""),
    sa.Column("decided_at", INSTANT, nullable=True),
    sa.Column("final_at", INSTANT, nullable=True),
    sa.Column("published_at", INSTANT, nullable=True),
)
CHECKS = {
    "state": STATES,
    "reviewed_by_another": "reviewed_by IS NULL OR reviewed_by <> created_by",
    "decided_by_another": "decided_by IS NULL OR decided_by <> created_by",
    "reasons": "(decided_at IS NULL) = (decision = '')",
    "told": "state = 'computed' OR state = 'superseded' OR contest_until IS NOT NULL",
    "final": "NOT (state = 'final' OR state = 'published') OR final_at IS NOT NULL",
}


def upgrade():
    _grow_scores()
    _objections()
    _settlements()
    with op.batch_alter_table("provider") as batch:
        batch.add_column(
            sa.Column(
                "record_score", sa.Numeric(precision=6, scale=3), nullable=True,
                comment="mean of the published scores that a tender may look at; null: none yet",
            )
        )  # fmt: skip
        batch.add_column(sa.Column("record_periods", sa.SmallInteger(), nullable=False, server_default="0"))


def _grow_scores():
    with op.batch_alter_table("quality_score") as batch:
        for column in NEW:
            batch.add_column(column)
        batch.alter_column(
            "contest_until", existing_type=sa.Date(), nullable=True, comment="last day to accept or contest"
        )
    _publish_what_was_published()
    with op.batch_alter_table("quality_score") as batch:
        for name, condition in CHECKS.items():
            batch.create_check_constraint(op.f(f"ck_quality_score_{name}"), condition)
        batch.create_index(op.f("ix_quality_score_state"), ["state"])


def _publish_what_was_published():
    """Until now a score was published when it was computed; an older version was replaced by a newer one."""
    op.execute(
        "UPDATE quality_score SET state = 'published', notified_at = created_at, final_at = created_at, "
        "published_at = created_at"
    )
    op.execute(
        "UPDATE quality_score SET state = 'superseded' WHERE EXISTS (SELECT 1 FROM quality_score AS newer WHERE "
        "newer.organisation_id = quality_score.organisation_id AND newer.period = quality_score.period AND "
        "newer.version > quality_score.version)"
    )
    table = sa.table("quality_score", sa.column("id"), sa.column("limiters", JSON))
    connection = op.get_bind()
    for key, limiters in connection.execute(sa.select(table.c.id, table.c.limiters)).all():
        if limiters:
            told = [{"limiter": name, "shown_by": ""} for name in limiters]
            connection.execute(sa.update(table).where(table.c.id == key).values(limiters=told))


def _objections():
    op.create_table(
        "score_objection",
        sa.Column("id", KEY, nullable=False),
        sa.Column("score_id", KEY, nullable=False),
        sa.Column("indicator", sa.String(length=10), nullable=False),
        sa.Column(
            "case_reference", sa.String(length=60), nullable=False, comment="of the case row; empty: the component"
        ),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("filed_by", sa.String(length=60), nullable=False, comment="person of the provider"),
        sa.Column("filed_at", INSTANT, nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False, comment="empty: not reviewed"),
        sa.Column("finding", sa.Text(), nullable=False, comment="what the review found"),
        sa.CheckConstraint(
            "ground = 'data_error' OR ground = 'attribution' OR ground = 'exclusion' OR ground = 'method' OR "
            "ground = 'force_majeure'",
            name=op.f("ck_score_objection_ground"),
        ),
        sa.CheckConstraint(
            "outcome = '' OR outcome = 'declined' OR outcome = 'recounted' OR outcome = 'left_out'",
            name=op.f("ck_score_objection_outcome"),
        ),
        sa.CheckConstraint("statement <> ''", name=op.f("ck_score_objection_statement")),
        sa.CheckConstraint("(outcome = '') = (finding = '')", name=op.f("ck_score_objection_finding")),
        sa.ForeignKeyConstraint(["score_id"], ["quality_score.id"], name=op.f("fk_score_objection_score_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_objection")),
    )
    with op.batch_alter_table("score_objection") as batch:
        batch.create_index(op.f("ix_score_objection_score_id"), ["score_id"])
    op.create_table(
        "score_objection_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("objection_id", KEY, nullable=False),
        sa.Column("file_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_score_objection_file_file_id")),
        sa.ForeignKeyConstraint(
            ["objection_id"], ["score_objection.id"], name=op.f("fk_score_objection_file_objection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_objection_file")),
    )
    with op.batch_alter_table("score_objection_file") as batch:
        batch.create_index(op.f("ix_score_objection_file_objection_id"), ["objection_id"])


def _settlements():
    op.create_table(
        "quality_settlement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False, comment="public number, Q-2026-001-X"),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("carried", KEY, nullable=False, comment="left in the pool by settlements before"),
        sa.Column("unreturned", KEY, nullable=False, comment="withholds that this settlement does not return"),
        sa.Column("top_up", KEY, nullable=False, comment="what the fund adds"),
        sa.Column("simulated_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("simulated_by_name", sa.String(length=120), nullable=False),
        sa.Column("simulated_at", INSTANT, nullable=False),
        sa.Column("released_by", sa.String(length=60), nullable=True, comment="another person"),
        sa.Column("released_by_name", sa.String(length=120), nullable=False),
        sa.Column("released_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state = 'simulated' OR state = 'released' OR state = 'dropped'", name=op.f("ck_quality_settlement_state")
        ),
        sa.CheckConstraint("top_up >= 0", name=op.f("ck_quality_settlement_top_up")),
        sa.CheckConstraint(
            "released_by IS NULL OR released_by <> simulated_by", name=op.f("ck_quality_settlement_four_eyes")
        ),
        sa.CheckConstraint(
            "(state = 'released') = (released_by IS NOT NULL)", name=op.f("ck_quality_settlement_released")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_settlement")),
        sa.UniqueConstraint("number", name=op.f("uq_quality_settlement_number")),
    )
    with op.batch_alter_table("quality_settlement") as batch:
        batch.create_index(op.f("ix_quality_settlement_period"), ["period"])
        batch.create_index(
            "uq_quality_settlement_simulated",
            ["state"],
            unique=True,
            sqlite_where=sa.text("state = 'simulated'"),
            postgresql_where=sa.text("state = 'simulated'"),
        )
    _settlement_lines()


def _settlement_lines():
    money = (
        ("accepted", "accepted tariff value of the contract in the period"),
        ("withheld", "hA"),
        ("returned", None),
        ("suspended", "kept by a gate until cured"),
        ("bonus_due", "before the pool is shared"),
        ("bonus", None),
        ("promises", "what promises of the contract took or gave in the period"),
        ("effect", None),
        ("posted_before", None),
        ("bonus_before", None),
        ("difference", None),
        ("cured", "of the suspended part, given back"),
    )
    checks = {
        "state": "state = 'none' OR state = 'suspended' OR state = 'returned' OR state = 'forfeited'",
        "cured": "cured BETWEEN 0 AND suspended",
        "effect": "effect = returned + bonus - withheld",
        "difference": "difference = effect - posted_before",
        "parts": "bonus BETWEEN 0 AND bonus_due AND returned BETWEEN 0 AND withheld",
        "closed": "(closed_by IS NULL) = (reason = '')",
    }
    name = "quality_settlement_line"
    op.create_table(
        name,
        sa.Column("settlement_id", KEY, nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("contract_id", KEY, nullable=False),
        sa.Column("score_id", KEY, nullable=False),
        sa.Column("score", sa.Numeric(precision=6, scale=3), nullable=True, comment="null: insufficient data"),
        sa.Column(
            "is_final", sa.Boolean(), nullable=False, comment="not final: no deduction, and the undisputed bonus"
        ),
        *(sa.Column(column, KEY, nullable=False, comment=comment) for column, comment in money),
        sa.Column("state", sa.String(length=10), nullable=False, comment="of a suspended withhold"),
        sa.Column("cure_until", sa.Date(), nullable=True),
        sa.Column("closed_by", sa.String(length=60), nullable=True, comment="person who returned or forfeited"),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        *(sa.CheckConstraint(condition, name=op.f(f"ck_{name}_{check}")) for check, condition in checks.items()),
        sa.ForeignKeyConstraint(["settlement_id"], ["quality_settlement.id"], name=op.f(f"fk_{name}_settlement_id")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f(f"fk_{name}_contract_id")),
        sa.ForeignKeyConstraint(["score_id"], ["quality_score.id"], name=op.f(f"fk_{name}_score_id")),
        sa.PrimaryKeyConstraint("settlement_id", "place", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("settlement_id", "contract_id", name=op.f(f"uq_{name}_settlement_id_contract_id")),
    )
    with op.batch_alter_table(name) as batch:
        batch.create_index(op.f(f"ix_{name}_contract_id"), ["contract_id"])
        batch.create_index(op.f(f"ix_{name}_score_id"), ["score_id"])


def downgrade():
    op.drop_table("quality_settlement_line")
    op.drop_table("quality_settlement")
    op.drop_table("score_objection_file")
    op.drop_table("score_objection")
    with op.batch_alter_table("provider") as batch:
        batch.drop_column("record_periods")
        batch.drop_column("record_score")
    op.execute("UPDATE quality_score SET contest_until = period_until WHERE contest_until IS NULL")
    with op.batch_alter_table("quality_score") as batch:
        batch.drop_index(op.f("ix_quality_score_state"))
        for name in CHECKS:
            batch.drop_constraint(op.f(f"ck_quality_score_{name}"), type_="check")
        batch.alter_column("contest_until", existing_type=sa.Date(), nullable=False, comment=None)
        for column in NEW:
            batch.drop_column(column.name)
