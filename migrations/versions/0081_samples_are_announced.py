"""Samples are announced before they are drawn, ask for papers, and are judged line by line."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
ERRORS = (
    "none", "no_papers", "not_given", "quantity", "price", "code", "entitlement", "duplicate", "underpaid", "other",
)  # fmt: skip


def _among(column, *values):
    return " OR ".join(f"{column} = '{value}'" for value in values)


def _text(name, length, comment=None, default=""):
    kind = sa.String(length=length) if length else sa.Text()
    return sa.Column(name, kind, nullable=False, server_default=default, comment=comment)


ADDED = (
    _text("state", 10, default="drawn"),
    _text("design", 10, default="attribute"),
    _text("covered", 10, "which decided lines: paid, decided", "asked"),
    _text("services", 0, "service codes of the frame; empty: all", "[]"),
    _text("frame_lines", 0, "claim line of each row; empty: its id is one"),
    _text("frame_key", 64, "makes the ids opaque; for auditors and the audited"),
    sa.Column("persons", sa.Integer(), nullable=False, server_default="0", comment="members in the frame; 0: not counted"),
    sa.Column(
        "is_restricted", sa.Boolean(), nullable=False, server_default=sa.false(),
        comment="lines of restricted services are in the frame",
    ),
    _text("rules", 0, "numbers of the plan on the day of the announcement", "{}"),
    _text("strata", 0, "bounds and sizes: quality/samples/drawing.py", "[]"),
    _text("source", 300, "what will give the words, said before; empty: old sample"),
    sa.Column("source_on", sa.Date(), nullable=True, comment="day on which the words come out"),
    _text("announced_by", 60, "person"),
    sa.Column("announced_at", INSTANT, nullable=True),
    sa.Column("ended_by", sa.String(length=60), nullable=True, comment="person who judged or dropped it"),
    sa.Column("ended_at", INSTANT, nullable=True),
    _text("reason", 0, "why it was dropped"),
    _text("intent", 0, "what shows intent; empty: none is claimed"),
    sa.Column("result", sa.Text(), nullable=True, comment="every value of the estimate; null: not judged"),
    sa.Column("recoverable", KEY, nullable=True, comment="minor units that may be taken back"),
    sa.Column("case_number", sa.String(length=24), nullable=True),
)  # fmt: skip


def upgrade():
    with op.batch_alter_table("audit_sample") as batch:
        for column in ADDED:
            batch.add_column(column._copy())
        batch.alter_column(
            "announced", new_column_name="words", existing_type=sa.String(length=200), existing_nullable=False,
            existing_comment="public words fixed before the draw", comment="what came out; empty: not yet drawn",
        )  # fmt: skip
        batch.alter_column(
            "size", existing_type=sa.Integer(), existing_nullable=False, comment="lines; for units of money, hits"
        )
        batch.alter_column(
            "drawn_by", existing_type=sa.String(length=60), nullable=True, existing_comment="person"
        )
        batch.alter_column("drawn_at", existing_type=INSTANT, nullable=True)
    _carry_over()
    with op.batch_alter_table("audit_sample") as batch:
        batch.drop_index("ix_audit_sample_case_id")
        batch.drop_constraint("fk_audit_sample_case_id", type_="foreignkey")
        batch.drop_column("case_id")
        batch.create_foreign_key(op.f("fk_audit_sample_case_number"), "audit_case", ["case_number"], ["number"])
        batch.create_index(op.f("ix_audit_sample_case_number"), ["case_number"])
        for name, check in _checks().items():
            batch.create_check_constraint(op.f(f"ck_audit_sample_{name}"), check)
        for column in ADDED:
            if column.server_default is not None:
                batch.alter_column(
                    column.name, existing_type=column.type, existing_nullable=False, existing_comment=column.comment,
                    server_default=None,
                )  # fmt: skip
    _lines()
    _new_tables()


def _checks():
    return {
        "state": _among("state", "announced", "drawn", "judged", "dropped"),
        "design": _among("design", "attribute", "variable", "stratified", "monetary"),
        "drawn": "(seed = '') = (drawn_at IS NULL)",
        "order": "announced_at IS NULL OR drawn_at IS NULL OR drawn_at > announced_at",
        "judged": "(state = 'judged') = (recoverable IS NOT NULL)",
    }


def _carry_over():
    """What was drawn before announcements stays drawn, and repeats: its ids are its claim lines."""
    link = op.get_bind()
    link.execute(
        sa.text(
            "UPDATE audit_sample SET announced_by = drawn_by, case_number = "
            "(SELECT number FROM audit_case WHERE audit_case.id = audit_sample.case_id)"
        )
    )
    rows = link.execute(sa.text("SELECT id, frame_size, frame_value, size, spares FROM audit_sample")).all()
    for key, lines, value, size, spares in rows:
        stratum = {"number": 1, "above": None, "until": None, "lines": lines, "value": value}
        strata = json.dumps([stratum | {"size": size, "spares": spares, "is_certain": False}], separators=(",", ":"))
        link.execute(sa.text("UPDATE audit_sample SET strata = :strata WHERE id = :key"), {"strata": strata, "key": key})


def _lines():
    with op.batch_alter_table("audit_sample_line") as batch:
        batch.add_column(sa.Column("mark", sa.String(length=64), nullable=False, server_default="", comment="its id in the frame"))
        batch.add_column(sa.Column("stratum", sa.Integer(), nullable=False, server_default="1"))
    op.execute(sa.text("UPDATE audit_sample_line SET mark = line"))
    with op.batch_alter_table("audit_sample_line") as batch:
        batch.alter_column(
            "mark", existing_type=sa.String(length=64), existing_nullable=False, existing_comment="its id in the frame",
            server_default=None,
        )  # fmt: skip
        batch.alter_column("stratum", existing_type=sa.Integer(), existing_nullable=False, server_default=None)


def _of_line(table, column="position"):
    return sa.ForeignKeyConstraint(
        ["sample_id", column], ["audit_sample_line.sample_id", "audit_sample_line.position"],
        name=op.f(f"fk_{table}_sample_id_{column}"),
    )  # fmt: skip


def _key(table, *columns):
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _new_tables():
    op.create_table(
        "sample_spare",
        sa.Column("sample_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="of the spare"),
        sa.Column("replaces", sa.Integer(), nullable=False, comment="position of the line that is left out"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("used_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("used_at", INSTANT, nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_sample_spare_reason")),
        _of_line("sample_spare"),
        _of_line("sample_spare", "replaces"),
        _key("sample_spare", "sample_id", "position"),
        sa.UniqueConstraint("sample_id", "replaces", name=op.f("uq_sample_spare_sample_id_replaces")),
    )
    op.create_table(
        "sample_finding",
        sa.Column("sample_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("allowed", KEY, nullable=False, comment="minor units that should have been paid"),
        sa.Column("error", sa.String(length=12), nullable=False),
        sa.Column("evidence", sa.String(length=300), nullable=False, comment="which paper, page or record shows it"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("found_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("found_by_name", sa.String(length=120), nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.CheckConstraint(_among("error", *ERRORS), name=op.f("ck_sample_finding_error")),
        sa.CheckConstraint("allowed >= 0 AND version >= 1", name=op.f("ck_sample_finding_sums")),
        _of_line("sample_finding"),
        _key("sample_finding", "sample_id", "position", "version"),
    )
    op.create_table(
        "sample_request",
        sa.Column("sample_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False, comment="last day, included"),
        sa.Column("extension", sa.Text(), nullable=False, comment="why there is more time; empty: there is not"),
        sa.Column("reminded_at", INSTANT, nullable=True),
        _of_line("sample_request"),
        _key("sample_request", "sample_id", "position"),
    )
    op.create_table(
        "sample_paper",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sample_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("file_id", KEY, nullable=False),
        sa.Column("sent_by", sa.String(length=60), nullable=False, comment="person"),
        sa.Column("sent_by_name", sa.String(length=120), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        _of_line("sample_paper"),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_sample_paper_file_id")),
        _key("sample_paper", "id"),
    )
    op.create_index(op.f("ix_sample_paper_sample_id"), "sample_paper", ["sample_id"])


def downgrade():
    for name in ("sample_paper", "sample_request", "sample_finding", "sample_spare"):
        op.drop_table(name)
    with op.batch_alter_table("audit_sample_line") as batch:
        batch.drop_column("stratum")
        batch.drop_column("mark")
    link = op.get_bind()
    for table in ("audit_sample_line", "audit_sample"):
        key = "sample_id" if table == "audit_sample_line" else "id"
        link.execute(sa.text(f"DELETE FROM {table} WHERE {key} IN (SELECT id FROM audit_sample WHERE seed = '')"))
    with op.batch_alter_table("audit_sample") as batch:
        for name in _checks():
            batch.drop_constraint(op.f(f"ck_audit_sample_{name}"), type_="check")
        batch.drop_constraint(op.f("fk_audit_sample_case_number"), type_="foreignkey")
        batch.drop_index(op.f("ix_audit_sample_case_number"))
        batch.add_column(sa.Column("case_id", KEY, nullable=True))
    link.execute(
        sa.text(
            "UPDATE audit_sample SET case_id = "
            "(SELECT id FROM audit_case WHERE audit_case.number = audit_sample.case_number)"
        )
    )
    with op.batch_alter_table("audit_sample") as batch:
        for column in ADDED:
            batch.drop_column(column.name)
        batch.create_foreign_key(op.f("fk_audit_sample_case_id"), "audit_case", ["case_id"], ["id"])
        batch.create_index("ix_audit_sample_case_id", ["case_id"])
        batch.alter_column(
            "words", new_column_name="announced", existing_type=sa.String(length=200), existing_nullable=False,
            existing_comment="what came out; empty: not yet drawn", comment="public words fixed before the draw",
        )  # fmt: skip
        batch.alter_column("drawn_by", existing_type=sa.String(length=60), nullable=False, existing_comment="person")
        batch.alter_column("drawn_at", existing_type=INSTANT, nullable=False)
        batch.alter_column(
            "size", existing_type=sa.Integer(), existing_nullable=False,
            existing_comment="lines; for units of money, hits", comment=None,
        )  # fmt: skip
