"""One table for the files of every room."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

COMMON = "number, sha256, filename, file_id, rows_ready, rows_wrong, created_at, kept_at"
KIND = (
    "CASE WHEN layout LIKE '%attendance%' THEN 'attendance' WHEN layout LIKE '%visits%' THEN 'visits' ELSE 'stays' END"
)


def _id():
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "imported_file",
        sa.Column("id", _id(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False, comment="public number, CI-2026-014-K"),
        sa.Column("room", sa.String(length=20), nullable=False),
        sa.Column("layout", sa.String(length=80), nullable=False, comment="name of the mapping"),
        sa.Column(
            "subject", sa.String(length=40), nullable=False, comment="what the rows are of, if the layout is silent"
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("file_id", _id(), nullable=False),
        sa.Column("organisation_id", _id(), nullable=True, comment="null: the fund’s file"),
        sa.Column("rows_ready", sa.Integer(), nullable=False),
        sa.Column("rows_wrong", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "kept_at", sa.DateTime(timezone=True), nullable=True, comment="null: only checked, nothing stored yet"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_imported_file_file_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_imported_file_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_file")),
        sa.UniqueConstraint("number", name=op.f("uq_imported_file_number")),
        sa.UniqueConstraint(
            "room", "organisation_id", "sha256", "layout", "subject",
            name=op.f("uq_imported_file_room_organisation_id_sha256_layout_subject"),
        ),
    )  # fmt: skip
    _move("member_import", "members", "NULL")
    _move("care_import", "care", "organisation_id")
    op.drop_table("member_import")
    op.drop_table("care_import")


def _move(table, room, organisation):
    op.execute(
        f"INSERT INTO imported_file ({COMMON}, room, layout, subject, organisation_id) "  # noqa: S608 - our own names
        f"SELECT {COMMON}, '{room}', mapping, '', {organisation} FROM {table} ORDER BY id"
    )


def downgrade():
    _old("member_import")
    _old(
        "care_import",
        sa.Column("kind", sa.String(length=20), nullable=False, comment="attendance, visits or stays"),
        sa.Column("organisation_id", _id(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_care_import_organisation_id")),
    )
    _move_back("member_import", "members", "", "")
    _move_back("care_import", "care", ", kind, organisation_id", f", {KIND}, organisation_id")
    op.drop_table("imported_file")


def _move_back(table, room, names, values):
    op.execute(
        f"INSERT INTO {table} ({COMMON}, mapping{names}) "  # noqa: S608 - our own names
        f"SELECT {COMMON}, layout{values} FROM imported_file WHERE room = '{room}' ORDER BY id"
    )


def _old(table, *more):
    keys = ("organisation_id", "sha256", "mapping") if table == "care_import" else ("sha256", "mapping")
    op.create_table(
        table,
        sa.Column("id", _id(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("mapping", sa.String(length=80), nullable=False),
        sa.Column("file_id", _id(), nullable=False),
        sa.Column("rows_ready", sa.Integer(), nullable=False),
        sa.Column("rows_wrong", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        *more,
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f(f"fk_{table}_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("number", name=op.f(f"uq_{table}_number")),
        sa.UniqueConstraint(*keys, name=op.f(f"uq_{table}_{'_'.join(keys)}")),
    )
