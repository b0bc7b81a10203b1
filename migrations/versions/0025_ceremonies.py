"""Passphrases chosen alone, a rehearsal, interests declared twice, minutes of openings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
DUTY_BEFORE = "duty IN ('officer', 'evaluator')"
DUTY_AFTER = "duty IN ('officer', 'holder', 'evaluator', 'desk')"
PRICE_INTEREST = "price_interest IN ('', 'none', 'potential', 'yes')"
ENVELOPE_BEFORE = "envelope IN ('quality', 'price')"
ENVELOPE_AFTER = "envelope = 'rehearsal' OR envelope = 'quality' OR envelope = 'price'"


def upgrade():
    with op.batch_alter_table("tender", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("rehearsal", JSON, nullable=True, comment="keys, halves and sealed dummy bid of the rehearsal")
        )
        batch_op.add_column(
            sa.Column("rehearsed_at", INSTANT, nullable=True, comment="enough officers opened the dummy bid")
        )
    with op.batch_alter_table("tender_person", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "share", JSON, nullable=True, comment="officer, holder: salt, cost, public half of the passphrase"
            )
        )
        batch_op.add_column(sa.Column("enrolled_at", INSTANT, nullable=True, comment="when the passphrase was chosen"))
        batch_op.add_column(
            sa.Column(
                "price_interest",
                sa.String(length=10),
                nullable=False,
                server_default="",
                comment="declared again before prices are shown",
            )
        )
        batch_op.add_column(sa.Column("price_interest_text", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("price_declared_at", INSTANT, nullable=True))
        batch_op.add_column(
            sa.Column(
                "replaces", sa.String(length=120), nullable=False, server_default="", comment="name of who withdrew"
            )
        )
        batch_op.alter_column(
            "duty",
            existing_type=sa.String(length=10),
            comment="officer, holder (a key for the worst case), evaluator, desk",
        )
        batch_op.drop_constraint(op.f("ck_tender_person_duty"), type_="check")
        batch_op.create_check_constraint(op.f("ck_tender_person_duty"), DUTY_AFTER)
        batch_op.create_check_constraint(op.f("ck_tender_person_price_interest"), PRICE_INTEREST)
    with op.batch_alter_table("opening_key", schema=None) as batch_op:
        batch_op.alter_column("sealed_passphrase", new_column_name="sealed_key", existing_type=sa.LargeBinary())
        batch_op.alter_column("envelope", existing_type=sa.String(length=8), type_=sa.String(length=10))
        batch_op.drop_constraint(op.f("ck_opening_key_envelope"), type_="check")
        batch_op.create_check_constraint(op.f("ck_opening_key_envelope"), ENVELOPE_AFTER)
    op.create_table(
        "opening_minutes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("tender_id", BIG, nullable=False),
        sa.Column("envelope", sa.String(length=10), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column(
            "content", JSON, nullable=False, comment="officers, manifest root, key, each bid with its outcome, oddities"
        ),
        sa.Column(
            "sha256", sa.String(length=64), nullable=False, comment="of the canonical content; what the officers sign"
        ),
        sa.CheckConstraint("envelope = 'quality' OR envelope = 'price'", name=op.f("ck_opening_minutes_envelope")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_opening_minutes_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_minutes")),
        sa.UniqueConstraint("tender_id", "envelope", name=op.f("uq_opening_minutes_tender_id_envelope")),
    )
    op.create_table(
        "minutes_signature",
        sa.Column("id", BIG, nullable=False),
        sa.Column("minutes_id", BIG, nullable=False),
        sa.Column("person", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["minutes_id"], ["opening_minutes.id"], name=op.f("fk_minutes_signature_minutes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_signature")),
        sa.UniqueConstraint("minutes_id", "person", name=op.f("uq_minutes_signature_minutes_id_person")),
    )


def downgrade():
    op.drop_table("minutes_signature")
    op.drop_table("opening_minutes")
    with op.batch_alter_table("opening_key", schema=None) as batch_op:
        batch_op.alter_column("sealed_key", new_column_name="sealed_passphrase", existing_type=sa.LargeBinary())
        batch_op.drop_constraint(op.f("ck_opening_key_envelope"), type_="check")
        batch_op.create_check_constraint(op.f("ck_opening_key_envelope"), ENVELOPE_BEFORE)
        batch_op.alter_column("envelope", existing_type=sa.String(length=10), type_=sa.String(length=8))
    with op.batch_alter_table("tender_person", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_tender_person_price_interest"), type_="check")
        batch_op.drop_constraint(op.f("ck_tender_person_duty"), type_="check")
        batch_op.create_check_constraint(op.f("ck_tender_person_duty"), DUTY_BEFORE)
        for name in ("replaces", "price_declared_at", "price_interest_text", "price_interest", "enrolled_at", "share"):
            batch_op.drop_column(name)
    with op.batch_alter_table("tender", schema=None) as batch_op:
        batch_op.drop_column("rehearsed_at")
        batch_op.drop_column("rehearsal")
