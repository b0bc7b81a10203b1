"""Audit cases to their end."""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STATES = ("opened", "provisional", "replied", "decided", "appealed", "closed")
SOURCES = ("indicator", "screen", "sample", "complaint", "inspection", "other")
REFERRALS = ("prosecutor", "licensing", "child_protection", "labour")
FINDINGS = ("no_error", "data_error", "improve", "recover", "refused")
TEXTS = {
    "plan": "what is looked at, where, by whom",
    "provisional_text": None,
    "rule": "how the amount was found, as the provider reads it",
    "reply": None,
    "appeal": None,
    "ruling": None,
}
PERSONS = {
    "concluded_by": "person",
    "replied_by": "person of the provider",
    "decided_by": "another person than who concluded",
    "appealed_by": "person of the provider",
    "ruled_by": "a third person",
}
NAMES = ("concluded_by_name", "decided_by_name", "ruled_by_name")
AMOUNTS = {
    "provisional_amount": "minor units to take back",
    "amount": "minor units to take back, as decided",
    "amount_before": "minor units that the ruling found",
}
INSTANTS = {
    "conclude_due_at": None,
    "concluded_at": None,
    "reply_due_at": None,
    "replied_at": None,
    "decision_due_at": None,
    "decided_at": None,
    "accepted_at": "the provider will not appeal",
    "appeal_due_at": None,
    "appealed_at": None,
    "ruled_at": None,
}
FILLED = ("source", "source_reference", "is_safeguarding", "referred_to", *TEXTS, *NAMES, *AMOUNTS)
"""Not null: a default fills the rows that are there, and goes again."""


def _among(column, values):
    return " OR ".join(f"{column} = '{value}'" for value in values)


def _columns():
    text = {"nullable": False, "server_default": ""}
    yield sa.Column("source", sa.String(length=12), nullable=False, server_default="other")
    yield sa.Column("source_reference", sa.String(length=60), comment="number of complaint, screen, sample", **text)
    yield sa.Column(
        "is_safeguarding", sa.Boolean(), nullable=False, server_default=sa.false(),
        comment="someone’s safety: the fast lane",
    )  # fmt: skip
    yield sa.Column("provisional", sa.String(length=12), nullable=True, comment="finding that the provider replies to")
    yield sa.Column("referred_to", sa.String(length=20), **text)
    yield from (sa.Column(name, sa.Text(), comment=comment, **text) for name, comment in TEXTS.items())
    yield from (sa.Column(name, sa.String(length=120), **text) for name in NAMES)
    yield from (sa.Column(name, sa.String(length=60), nullable=True, comment=said) for name, said in PERSONS.items())
    yield from (sa.Column(name, INSTANT, nullable=True, comment=comment) for name, comment in INSTANTS.items())
    for name, comment in AMOUNTS.items():
        yield sa.Column(name, KEY, nullable=False, server_default="0", comment=comment)


def _checks():
    return {
        "state": _among("state", STATES),
        "source": _among("source", SOURCES),
        "finding": f"finding IS NULL OR {_among('finding', FINDINGS)}",
        "referred_to": f"referred_to = '' OR {_among('referred_to', REFERRALS)}",
        "closed": "state <> 'closed' OR (finding IS NOT NULL AND closed_at IS NOT NULL)",
        "provisional": "state = 'opened' OR closed_at IS NOT NULL OR provisional IS NOT NULL",
        "decided": "state <> 'decided' OR (finding IS NOT NULL AND decided_by IS NOT NULL)",
        "four_eyes": "decided_by IS NULL OR decided_by <> concluded_by",
        "third_person": "ruled_by IS NULL OR (ruled_by <> decided_by AND ruled_by <> concluded_by)",
        "appealed": "state <> 'appealed' OR appealed_at IS NOT NULL",
        "amount": "amount >= 0 AND provisional_amount >= 0",
        "recover": "amount = 0 OR finding = 'recover'",
    }


OLD_CHECKS = {
    "state": "state = 'opened' OR state = 'closed'",
    "finding": "finding IS NULL OR finding IN ('no_error', 'data_error', 'improve', 'recover')",
    "closed": "(state = 'closed') = (finding IS NOT NULL AND closed_at IS NOT NULL)",
}


def upgrade():
    with op.batch_alter_table("audit_case", schema=None) as batch_op:
        for name in OLD_CHECKS:
            batch_op.drop_constraint(op.f(f"ck_audit_case_{name}"), type_="check")
        batch_op.alter_column("state", type_=sa.String(length=12), existing_type=sa.String(length=8), nullable=False)
        batch_op.alter_column(
            "finding_text", existing_type=sa.Text(), existing_nullable=False,
            comment="reasons, as the provider reads them",
        )  # fmt: skip
        for column in _columns():
            batch_op.add_column(column)
    with op.batch_alter_table("audit_case", schema=None) as batch_op:
        for name in FILLED:
            batch_op.alter_column(name, server_default=None)
        for name, condition in _checks().items():
            batch_op.create_check_constraint(op.f(f"ck_audit_case_{name}"), condition)
    _create_parts()


def _create_parts():
    op.create_table(
        "audit_case_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False, comment="fund, provider"),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("file_id", KEY, nullable=True),
        sa.Column("written_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("written_by_name", sa.String(length=120), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "kind = 'evidence' OR kind = 'interview' OR kind = 'note'", name=op.f("ck_audit_case_entry_kind")
        ),
        sa.CheckConstraint("side = 'fund' OR side = 'provider'", name=op.f("ck_audit_case_entry_side")),
        sa.CheckConstraint("text <> '' OR file_id IS NOT NULL", name=op.f("ck_audit_case_entry_something")),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_audit_case_entry_case_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_audit_case_entry_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_case_entry")),
    )
    with op.batch_alter_table("audit_case_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_case_entry_case_id"), ["case_id"], unique=False)

    op.create_table(
        "audit_instalment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False, comment="1, 2, 3 … within the case"),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", KEY, nullable=False, comment="minor units"),
        sa.Column("posted_at", INSTANT, nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_audit_instalment_amount")),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_audit_instalment_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_instalment")),
        sa.UniqueConstraint("case_id", "place", name=op.f("uq_audit_instalment_case_id_place")),
    )
    with op.batch_alter_table("audit_instalment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_instalment_due_on"), ["due_on"], unique=False)

    op.create_table(
        "audit_recommendation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False, comment="1, 2, 3 … within the case"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False, comment="what the provider says it did"),
        sa.Column("reported_by", sa.String(length=60), nullable=True, comment="person of the provider"),
        sa.Column("reported_at", INSTANT, nullable=True),
        sa.Column("is_met", sa.Boolean(), nullable=True, comment="null: not checked since the last report"),
        sa.Column("checked_by", sa.String(length=60), nullable=True, comment="person"),
        sa.Column("checked_at", INSTANT, nullable=True),
        sa.CheckConstraint("text <> ''", name=op.f("ck_audit_recommendation_text")),
        sa.CheckConstraint("is_met IS NULL OR checked_by IS NOT NULL", name=op.f("ck_audit_recommendation_checked")),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_audit_recommendation_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_recommendation")),
        sa.UniqueConstraint("case_id", "place", name=op.f("uq_audit_recommendation_case_id_place")),
    )


def downgrade():
    op.drop_table("audit_recommendation")
    op.drop_table("audit_instalment")
    op.drop_table("audit_case_entry")
    with op.batch_alter_table("audit_case", schema=None) as batch_op:
        for name in _checks():
            batch_op.drop_constraint(op.f(f"ck_audit_case_{name}"), type_="check")
    op.execute("DELETE FROM audit_case WHERE state NOT IN ('opened', 'closed')")
    with op.batch_alter_table("audit_case", schema=None) as batch_op:
        for column in _columns():
            batch_op.drop_column(column.name)
        batch_op.alter_column("state", type_=sa.String(length=8), existing_type=sa.String(length=12), nullable=False)
        for name, condition in OLD_CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_audit_case_{name}"), condition)
