"""Applications to open lists, versions of their terms, dated prices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.numbers import with_check

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
PUBLISHED = sa.text("""
    SELECT id, conditions, minimum_places, valid_from, drafted_by, created_at, published_by, published_at
    FROM open_list WHERE published_by IS NOT NULL ORDER BY id
""")
VERSION = sa.text("""
    INSERT INTO open_list_version (open_list_id, version, state, terms, changes, reason, effective_from, proposed_by,
        proposed_at, decided_by, decided_at)
    VALUES (:id, 1, 'published', :terms, :changes, '', :valid_from, :drafted_by, :created_at, :published_by,
        :published_at)
""").bindparams(sa.bindparam("terms", type_=JSON), sa.bindparam("changes", type_=JSON))
JOINED = sa.text("""
    SELECT c.id, c.organisation_id, c.valid_from, c.signed_by_provider, c.signed_by_fund, c.created_at, c.signed_at,
        l.id AS open_list_id
    FROM contract c JOIN open_list l ON c.origin_reference = l.number
    WHERE c.origin = 'open_list' AND c.state = 'active' AND l.published_by IS NOT NULL ORDER BY c.id
""")
APPLICATION = sa.text("""
    INSERT INTO list_application (number, open_list_id, organisation_id, state, remarks, signed_by, submitted_at,
        checks, confirmed_version, confirmed_at, asked, completion, proposal, reason, decided_by, decided_at, contract_id,
        admitted_on)
    VALUES (:number, :open_list_id, :organisation_id, 'admitted', '', :signed_by_provider, :created_at, :checks, 1,
        :created_at, '', '', 'admit', '', :signed_by_fund, :signed_at, :id, :valid_from)
""").bindparams(sa.bindparam("checks", type_=JSON))


def _states(*names):
    return " OR ".join(f"state = '{name}'" for name in names)


def _carry_over():
    """Published lists get their first version; whoever joined one by contract is on it."""
    connection = op.get_bind()
    op.execute("UPDATE open_list SET version = 1 WHERE published_by IS NOT NULL")
    for row in connection.execute(PUBLISHED).mappings().all():
        query = sa.text("SELECT service, rate FROM open_list_line WHERE open_list_id = :id ORDER BY service")
        rates = {
            line.service: f"{line.rate:f}"
            for line in connection.execute(query.columns(rate=sa.Numeric(18, 6)), {"id": row["id"]})
        }
        terms = {
            "conditions": row["conditions"],
            "evidence": [],
            "minimum_places": row["minimum_places"],
            "rates": {name: _plain(rate) for name, rate in rates.items()},
        }
        connection.execute(VERSION, {**row, "terms": terms, "changes": []})
    rows = connection.execute(JOINED).mappings().all()
    for place, row in enumerate(rows, 1):
        connection.execute(APPLICATION, {**row, "number": with_check(f"J-2025-{place:03d}"), "checks": []})


def _plain(rate):
    return rate.rstrip("0").rstrip(".") if "." in rate else rate


def upgrade():
    op.create_table(
        "list_application",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False, comment="public number, J-2026-014-K"),
        sa.Column("open_list_id", BIG, nullable=False),
        sa.Column("organisation_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False, comment="in the applicant’s words"),
        sa.Column("signed_by", sa.String(length=60), nullable=False, comment="person, for the provider"),
        sa.Column("submitted_at", INSTANT, nullable=False),
        sa.Column(
            "checks",
            JSON,
            nullable=False,
            comment="[[condition, is_met]] at the last sending or proposal",
        ),
        sa.Column("confirmed_version", sa.Integer(), nullable=False, comment="of the terms, by the provider"),
        sa.Column("confirmed_at", INSTANT, nullable=False),
        sa.Column("asked", sa.Text(), nullable=False, comment="what is missing"),
        sa.Column("complete_by", sa.Date(), nullable=True, comment="last day, inclusive"),
        sa.Column("completion", sa.Text(), nullable=False, comment="the answer"),
        sa.Column("proposal", sa.String(length=6), nullable=True, comment="admit or refuse"),
        sa.Column("reason_code", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, comment="the provider reads it"),
        sa.Column("acted_by", sa.String(length=60), nullable=True, comment="first officer of the pending or last act"),
        sa.Column("decided_by", sa.String(length=60), nullable=True, comment="second officer"),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("contract_id", BIG, nullable=True),
        sa.Column("admitted_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True, comment="last day on the list, or day before a suspension"),
        sa.CheckConstraint(
            "(state <> 'admitted' AND state <> 'suspended') OR (contract_id IS NOT NULL AND admitted_on IS NOT NULL)",
            name=op.f("ck_list_application_admitted"),
        ),
        sa.CheckConstraint(
            "(state <> 'refused' AND state <> 'suspended' AND state <> 'removed') OR reason_code IS NOT NULL",
            name=op.f("ck_list_application_reason"),
        ),
        sa.CheckConstraint(
            "proposal IS NULL OR proposal = 'admit' OR proposal = 'refuse'", name=op.f("ck_list_application_proposal")
        ),
        sa.CheckConstraint(
            _states(
                "submitted",
                "incomplete",
                "checked",
                "admitted",
                "suspended",
                "refused",
                "removed",
                "left",
                "withdrawn",
                "lapsed",
            ),
            name=op.f("ck_list_application_state"),
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR acted_by IS NULL OR decided_by <> acted_by",
            name=op.f("ck_list_application_four_eyes"),
        ),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_list_application_contract_id")),
        sa.ForeignKeyConstraint(["open_list_id"], ["open_list.id"], name=op.f("fk_list_application_open_list_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_list_application_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_application")),
        sa.UniqueConstraint("contract_id", name=op.f("uq_list_application_contract_id")),
        sa.UniqueConstraint("number", name=op.f("uq_list_application_number")),
    )
    with op.batch_alter_table("list_application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_application_open_list_id"), ["open_list_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_list_application_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(
            "uq_list_application_living",
            ["open_list_id", "organisation_id"],
            unique=True,
            sqlite_where=sa.text(_states("submitted", "incomplete", "checked", "admitted", "suspended")),
            postgresql_where=sa.text(_states("submitted", "incomplete", "checked", "admitted", "suspended")),
        )

    op.create_table(
        "open_list_version",
        sa.Column("id", BIG, nullable=False),
        sa.Column("open_list_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=True, comment="given at publication"),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "terms",
            JSON,
            nullable=False,
            comment="as `procurement.listing` writes them",
        ),
        sa.Column(
            "changes",
            JSON,
            nullable=False,
            comment="[{where, label, before, after}], empty for the first",
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.String(length=60), nullable=True, comment="another person"),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.CheckConstraint("(state = 'published') = (version IS NOT NULL)", name=op.f("ck_open_list_version_version")),
        sa.CheckConstraint(
            "state <> 'published' OR (decided_by IS NOT NULL AND decided_by <> proposed_by)",
            name=op.f("ck_open_list_version_four_eyes"),
        ),
        sa.CheckConstraint(_states("proposed", "published", "dropped"), name=op.f("ck_open_list_version_state")),
        sa.ForeignKeyConstraint(["open_list_id"], ["open_list.id"], name=op.f("fk_open_list_version_open_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_list_version")),
        sa.UniqueConstraint("open_list_id", "version", name=op.f("uq_open_list_version_open_list_id_version")),
    )
    with op.batch_alter_table("open_list_version", schema=None) as batch_op:
        batch_op.create_index(
            "uq_open_list_version_proposed",
            ["open_list_id"],
            unique=True,
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        )

    op.create_table(
        "list_appeal",
        sa.Column("id", BIG, nullable=False),
        sa.Column("application_id", BIG, nullable=False),
        sa.Column("against", sa.String(length=10), nullable=False, comment="refused, suspended or removed"),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=60), nullable=True, comment="person"),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "against = 'refused' OR against = 'suspended' OR against = 'removed'", name=op.f("ck_list_appeal_against")
        ),
        sa.CheckConstraint(
            "state = 'pending' OR (decided_by IS NOT NULL AND answer <> '')", name=op.f("ck_list_appeal_decided")
        ),
        sa.CheckConstraint(_states("pending", "upheld", "declined"), name=op.f("ck_list_appeal_state")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["list_application.id"], name=op.f("fk_list_appeal_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_appeal")),
    )
    with op.batch_alter_table("list_appeal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_appeal_application_id"), ["application_id"], unique=False)
        batch_op.create_index(
            "uq_list_appeal_pending",
            ["application_id"],
            unique=True,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )

    with op.batch_alter_table("open_list", schema=None) as batch_op:
        evidence = sa.Column("evidence", JSON, nullable=False, comment="kinds of documents that must be valid")
        least = sa.Column("least_applicants", sa.Integer(), nullable=False, comment="fewer by gathers_until: failed")
        gathers = sa.Column("gathers_until", sa.Date(), nullable=True, comment="last day to count; null: no minimum")
        version = sa.Column("version", sa.Integer(), nullable=False, comment="of the published terms; 0: none yet")
        for column, default in ((evidence, "[]"), (least, "0"), (gathers, None), (version, "0")):
            column.server_default = None if default is None else sa.DefaultClause(sa.text(f"'{default}'"))
            batch_op.add_column(column)
        batch_op.drop_constraint(op.f("ck_open_list_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_open_list_state"), _states("draft", "published", "closed", "failed"))
    with op.batch_alter_table("open_list_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("valid_from", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("valid_until", sa.Date(), nullable=True, comment="null: as long as the list"))
        batch_op.drop_constraint(op.f("uq_open_list_line_open_list_id_service"), type_="unique")
        batch_op.create_check_constraint(
            op.f("ck_open_list_line_dates"), "valid_until IS NULL OR valid_until >= valid_from"
        )
    op.execute(
        "UPDATE open_list_line SET valid_from = (SELECT valid_from FROM open_list WHERE open_list.id = open_list_id)"
    )
    with op.batch_alter_table("open_list_line", schema=None) as batch_op:
        batch_op.alter_column("valid_from", existing_type=sa.Date(), nullable=False)
        batch_op.create_unique_constraint(
            op.f("uq_open_list_line_open_list_id_service_valid_from"), ["open_list_id", "service", "valid_from"]
        )
    with op.batch_alter_table("open_list", schema=None) as batch_op:
        for name, kind in (("evidence", JSON), ("least_applicants", sa.Integer()), ("version", sa.Integer())):
            batch_op.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    _carry_over()


def downgrade():
    op.execute("DELETE FROM open_list_line WHERE valid_until IS NOT NULL")
    with op.batch_alter_table("open_list_line", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_open_list_line_open_list_id_service_valid_from"), type_="unique")
        batch_op.drop_constraint(op.f("ck_open_list_line_dates"), type_="check")
        batch_op.create_unique_constraint(op.f("uq_open_list_line_open_list_id_service"), ["open_list_id", "service"])
        batch_op.drop_column("valid_until")
        batch_op.drop_column("valid_from")
    op.execute("UPDATE open_list SET state = 'closed' WHERE state = 'failed'")
    with op.batch_alter_table("open_list", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_open_list_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_open_list_state"), _states("draft", "published", "closed"))
        for name in ("version", "gathers_until", "least_applicants", "evidence"):
            batch_op.drop_column(name)
    for table in ("list_appeal", "open_list_version", "list_application"):
        op.drop_table(table)
