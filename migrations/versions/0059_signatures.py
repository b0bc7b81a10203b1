"""How each side of a contract signed: second factor, scan or signed PDF; the paper printed for it; codes count once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
LIVE = sa.text("state = 'waiting' OR state = 'counts'")


def upgrade():
    with op.batch_alter_table("account") as batch:
        batch.add_column(sa.Column("totp_counter", KEY, nullable=True, comment="of the last code used: each counts once"))
    with op.batch_alter_table("contract") as batch:
        batch.add_column(
            sa.Column(
                "to_sign_id",
                KEY,
                nullable=True,
                comment="the paper as printed for signatures by hand or by certificate",
            )
        )
        batch.create_foreign_key(op.f("fk_contract_to_sign_id"), "stored_file", ["to_sign_id"], ["id"])
    op.create_table(
        "contract_signature",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("contract_id", KEY, sa.ForeignKey("contract.id", name=op.f("fk_contract_signature_contract_id")), nullable=False),
        sa.Column("side", sa.String(8), nullable=False, comment="provider or fund"),
        sa.Column("method", sa.String(14), nullable=False, comment="demo: one click; open_list: application and admission"),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("person", sa.String(60), nullable=False, comment="who signed or handed in, as four eyes compares"),
        sa.Column("name", sa.String(200), nullable=False, comment="whose signature it is, as typed or in the certificate"),
        sa.Column("at", INSTANT, nullable=False, comment="signed in the house, or handed in"),
        sa.Column(
            "file_id",
            KEY,
            sa.ForeignKey("stored_file.id", name=op.f("fk_contract_signature_file_id")),
            nullable=True,
            comment="scan or signed PDF",
        ),
        sa.Column("reading", JSON, nullable=True, comment="of a signed PDF: verdict, signer, issuer, days, instant"),
        sa.Column("answered_by", sa.String(60), nullable=True, comment="another person, of the fund"),
        sa.Column("answered_name", sa.String(120), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, comment="why refused, or why an unknown issuer is accepted"),
        sa.CheckConstraint("state = 'waiting' OR state = 'counts' OR state = 'refused'", name=op.f("ck_contract_signature_state")),
        sa.CheckConstraint("side = 'provider' OR side = 'fund'", name=op.f("ck_contract_signature_side")),
        sa.CheckConstraint(
            "method = 'second_factor' OR method = 'demo' OR method = 'scan' OR method = 'signed_pdf' OR method = 'open_list'",
            name=op.f("ck_contract_signature_method"),
        ),
        sa.CheckConstraint("answered_by IS NULL OR answered_by <> person", name=op.f("ck_contract_signature_four_eyes")),
        sa.CheckConstraint(
            "(file_id IS NOT NULL) = (method IN ('scan', 'signed_pdf'))", name=op.f("ck_contract_signature_file")
        ),
        sa.CheckConstraint(
            "method <> 'scan' OR state <> 'counts' OR answered_by IS NOT NULL", name=op.f("ck_contract_signature_compared")
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR (answered_by IS NOT NULL AND reason <> '')", name=op.f("ck_contract_signature_refused")
        ),
    )
    op.create_index(op.f("ix_contract_signature_contract_id"), "contract_signature", ["contract_id"])
    op.create_index(
        "uq_contract_signature_live", "contract_signature", ["contract_id", "side"], unique=True,
        sqlite_where=LIVE, postgresql_where=LIVE,
    )


def downgrade():
    op.drop_table("contract_signature")
    with op.batch_alter_table("contract") as batch:
        batch.drop_constraint(op.f("fk_contract_to_sign_id"), type_="foreignkey")
        batch.drop_column("to_sign_id")
    with op.batch_alter_table("account") as batch:
        batch.drop_column("totp_counter")
