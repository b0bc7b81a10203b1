"""A shadow month: the old system's results beside ours; the small fund first, then the real sample."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from claims import services
from claims.shadow import comparing
from claims.shadow import services as shadow
from claims.shadow.models import ShadowMonth
from claims.shadow.reading import Layout
from claims.shadow.services import OldFile
from core.config import fund as fund_settings
from core.db import db, unit_of_work
from core.errors import InputErrors
from core.organisations import Organisation
from core.roles import Role
from core.tables import FileRefused
from tests.accounts import sign_in
from tests.claims.builders import AT, CLERK, OFFICER, ZONE, Fund, claim

HEAD = (
    "claim_no,line_no,member_id,provider_id,service_start,code,quantity,unit_price,amount,currency,paid_then,why_then"
)
WHO: dict[str, Any] = {"by": OFFICER, "at": AT, "zone": ZONE}


def old_file(*rows: str, paid: str = "paid_then", reason: str = "why_then") -> OldFile:
    return OldFile("\n".join([HEAD, *rows]).encode(), "old.csv", Layout("touiza-claims", paid, reason))


@pytest.fixture
def month(fund: Fund) -> OldFile:
    """Asked and paid then: 10 and 8 (as ours); 12 and 12; 100 and 90 twice on days that share a ceiling; 10 and 0."""
    number = db.session.execute(select(Organisation.number).where(Organisation.id == fund.blue)).scalar_one()
    currency = fund_settings().currency.code
    db.session.rollback()

    def row(no: str, member: str, day: str, code: str, price: str, then: str, why: str = "") -> str:
        return f"{no},1,{member},{number},{day},{code},1,{price},{price},{currency},{then},{why}"

    return old_file(
        row("O-1", "M4471", "2026-10-01", "CON", "10.000", "8.000"),
        row("O-2", "M4471", "2026-10-02", "CON", "12.000", "12.000"),
        row("O-4", "M4472", "2026-10-09", "DAY", "100.000", "90.000"),
        row("O-3", "M4471", "2026-10-05", "DAY", "100.000", "90.000"),
        row("O-5", "M4471", "2026-10-06", "CON", "10.000", "0.000", "late"),
        row("O-6", "M0000", "2026-10-06", "CON", "10.000", "7.000"),
    )


def compared(file: OldFile) -> comparing.Comparison:
    return shadow.compare(file, currency=fund_settings().currency, **WHO)[1]


def counts() -> dict[str, int]:
    tables = db.metadata.sorted_tables
    return {table.name: db.session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


def test_every_difference_has_a_cause_and_the_causes_add_up(month: OldFile) -> None:
    found = compared(month)
    assert (found.old, found.ours, found.equal, len(found.lines)) == (207_000, 174_000, 1, 6)
    assert [(each.code, each.old_reason, each.direction, each.lines, each.difference) for each in found.causes] == [
        ("BEN-06", "", "old_more", 1, 40_000),
        ("", "", "old_less", 1, -10_000),
        ("", "late", "only_ours", 1, -8_000),
        ("MEM-01", "", "only_old", 1, 7_000),
        ("PRC-01", "", "old_more", 1, 4_000),
    ]
    assert sum(each.difference for each in found.causes) == found.old - found.ours


def test_a_shadow_month_writes_nothing_and_does_not_see_claims_that_live_here(month: OldFile, fund: Fund) -> None:
    with unit_of_work():
        services.submit(claim(fund, "O-1"), by=CLERK, at=AT, zone=ZONE)
    before = counts()
    with unit_of_work():
        found = compared(month)
    assert counts() == before
    assert (found.old, found.ours) == (207_000, 174_000)


def test_a_column_that_is_not_there_is_named(month: OldFile) -> None:
    file = OldFile(month.content, month.filename, Layout("touiza-claims", "paid_before"))
    with pytest.raises(FileRefused, match="paid_before"):
        compared(file)
    with pytest.raises(InputErrors, match="Name the column"):
        compared(OldFile(month.content, month.filename, Layout("touiza-claims", "")))


def test_an_officer_compares_a_month_and_others_look_at_it(month: OldFile, client: FlaskClient) -> None:
    sign_in(client, Role.CLAIMS_OFFICER)
    form = {"mapping": "touiza-claims", "paid": "paid_then", "reason": "why_then"}
    missing = client.post("/claims/shadow", data={**form, "paid": "x", "file": (io.BytesIO(month.content), "old.csv")})
    assert (missing.status_code, "These columns are missing: x" in missing.text) == (422, True)
    sent = client.post(
        "/claims/shadow", data={**form, "file": (io.BytesIO(month.content), "old.csv")}, follow_redirects=True
    )
    assert "33.000" in sent.text
    assert "late" in sent.text
    sign_in(client, Role.FINANCE_OFFICER)
    assert "207.000" in client.get("/claims/shadow").text
    place = "/claims/shadow/" + db.session.execute(select(ShadowMonth.number)).scalar_one()
    lines = client.get(f"{place}/lines.csv").text.splitlines()
    assert len(lines) == 7
    assert client.post("/claims/shadow", data=form).status_code == 403
