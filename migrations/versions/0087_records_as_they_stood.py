"""When records were first known, and what was replaced or removed since: figures of closed periods can be counted again."""

import sqlalchemy as sa
from alembic import op

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
RECORDS = ("attendance", "visit", "stay", "roster_shift")
REPLACED = op.f("ix_record_correction_record_kind_record_correction_corrected_at")


def upgrade():
    for table in RECORDS:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("recorded_at", INSTANT, nullable=True, comment="null: before this was kept"))
    with op.batch_alter_table("record_correction") as batch:
        batch.alter_column("member_id", existing_type=KEY, nullable=True, comment="null: of a site")
        batch.create_index(REPLACED, ["record_kind", "corrected_at"], unique=False)
    _majeure(sa.Column("id", KEY, nullable=False), key=["id"], unique=True)


def downgrade():
    _majeure(key=["site_id", "day"], unique=False)
    op.execute("DELETE FROM record_correction WHERE member_id IS NULL")
    with op.batch_alter_table("record_correction") as batch:
        batch.drop_index(REPLACED)
        batch.alter_column("member_id", existing_type=KEY, nullable=False, comment=None)
    for table in RECORDS:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("recorded_at")


def _majeure(*more, key, unique):
    """The same few rows under another key."""
    names = ("site_id", "day", "reason", "document", "recorded_by", "recorded_at")
    kinds = (KEY, sa.Date(), sa.String(80), sa.String(80), sa.String(60), INSTANT)
    known = sa.table("force_majeure", *(sa.column(name, kind) for name, kind in zip(names, kinds, strict=True)))
    rows = [dict(row) for row in op.get_bind().execute(sa.select(known)).mappings()]
    op.drop_table("force_majeure")
    comments = {"document": "order, report or letter that shows it", "recorded_by": "person"}
    columns = [
        sa.Column(name, kind, nullable=False, comment=comments.get(name))
        for name, kind in zip(names, kinds, strict=True)
    ]
    alone = [sa.UniqueConstraint("site_id", "day", name=op.f("uq_force_majeure_site_id_day"))] if unique else []
    op.create_table(
        "force_majeure",
        *more,
        *columns,
        sa.CheckConstraint("reason <> '' AND document <> ''", name=op.f("ck_force_majeure_words")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_force_majeure_site_id")),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_force_majeure")),
        *alone,
    )
    if rows:
        op.bulk_insert(known, rows)
