"""Hours by kind of care, over midnight and on holidays; languages and rooms of sites."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIMES = (
    "opens_minute BETWEEN 0 AND 1439 AND closes_minute > opens_minute AND closes_minute <= opens_minute + 1440",
    "opens_minute >= 0 AND closes_minute > opens_minute",
)
COMMENTS = {
    "weekday": ("0 Monday … 6 Sunday", "0 Monday … 6 Sunday, 7 a public holiday"),
    "closes_minute": (None, "above 1440: on the next day"),
}


def upgrade():
    with op.batch_alter_table("opening_hours") as batch:
        batch.add_column(sa.Column("service_line", sa.String(30), nullable=True, comment="null: all of the site"))
        batch.create_foreign_key(op.f("fk_opening_hours_service_line"), "service_line", ["service_line"], ["code"])
        _checks(batch, "weekday BETWEEN 0 AND 7", TIMES[0])
        _comments(batch, 1)
        batch.drop_index(op.f("ix_opening_hours_site_id"))
        batch.create_index(op.f("ix_opening_hours_site_id_opening_hours_weekday"), ["site_id", "weekday"])
    op.create_table(
        "site_language",
        sa.Column("site_id", KEY, nullable=False),
        sa.Column("language", sa.String(8), nullable=False, comment="ISO 639"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_language_site_id")),
        sa.PrimaryKeyConstraint("site_id", "language", name=op.f("pk_site_language")),
    )
    op.create_index(op.f("ix_site_language_language_site_language_site_id"), "site_language", ["language", "site_id"])
    op.create_table(
        "site_room",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site_id", KEY, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.CheckConstraint("places >= 0", name=op.f("ck_site_room_places")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_room_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_room")),
        sa.UniqueConstraint("site_id", "name", name=op.f("uq_site_room_site_id_name")),
    )


def downgrade():
    op.drop_table("site_room")
    op.drop_table("site_language")
    op.execute("DELETE FROM opening_hours WHERE service_line IS NOT NULL OR weekday = 7")
    with op.batch_alter_table("opening_hours") as batch:
        batch.drop_index(op.f("ix_opening_hours_site_id_opening_hours_weekday"))
        batch.create_index(op.f("ix_opening_hours_site_id"), ["site_id"])
        _comments(batch, 0)
        _checks(batch, "weekday BETWEEN 0 AND 6", TIMES[1])
        batch.drop_constraint(op.f("fk_opening_hours_service_line"), type_="foreignkey")
        batch.drop_column("service_line")


def _checks(batch, weekday, times):
    for name, text in (("weekday", weekday), ("times", times)):
        batch.drop_constraint(op.f(f"ck_opening_hours_{name}"), type_="check")
        batch.create_check_constraint(op.f(f"ck_opening_hours_{name}"), text)


def _comments(batch, which):
    for name, texts in COMMENTS.items():
        batch.alter_column(
            name, existing_type=sa.SmallInteger(), existing_nullable=False, comment=texts[which],
            existing_comment=texts[1 - which],
        )  # fmt: skip
