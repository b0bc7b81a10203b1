"""A shadow month: the old system's results beside ours; the small fund first, then the real sample."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
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


def with_corrections(month: OldFile, *more: str) -> OldFile:
    """Further rows, whose last cell is the claim that they correct."""
    head, *rows = month.content.decode().splitlines()
    lines = [f"{head},prior_claim_no", *(f"{row}," for row in rows), *more]
    return OldFile("\n".join(lines).encode(), "old.csv", month.layout)


def row_like(month: OldFile, number: str, old: str, *, price: str, then: str, prior: str = "", **cells: str) -> str:
    """The row of claim `old` with another number, price, payment and claim that it corrects."""
    names = [*HEAD.split(","), "prior_claim_no"]
    row = next(line for line in month.content.decode().splitlines() if line.startswith(old)).split(",")
    values = dict(zip(names, [*row, ""], strict=True)) | {"claim_no": number, "unit_price": price, "amount": price}
    return ",".join((values | {"paid_then": then, "prior_claim_no": prior} | cells).values())


def test_a_claim_that_another_of_the_file_corrects_ends_and_uses_nothing(month: OldFile) -> None:
    plain = compared(month)
    corrected = row_like(month, "O-3b", "O-3", price="60.000", then="60.000", prior="O-3")
    found = compared(with_corrections(month, corrected))
    by_claim = {line.claim_no: line for line in found.lines}
    assert (by_claim["O-3"].state, by_claim["O-3"].ours, by_claim["O-3"].code) == ("replaced", 0, "replaced")
    assert by_claim["O-3b"].ours == 60_000
    assert by_claim["O-4"].ours == 90_000, "the ceiling of 150 has 40 more than when 100 were asked"
    assert {line.claim_no: line.ours for line in plain.lines}["O-4"] == 50_000
    assert sum(each.difference for each in found.causes) == found.old - found.ours


def test_a_second_correction_of_the_same_claim_and_one_that_leads_back_to_itself(month: OldFile) -> None:
    first = row_like(month, "O-3b", "O-3", price="60.000", then="60.000", prior="O-3")
    second = row_like(month, "O-3c", "O-3", price="70.000", then="70.000", prior="O-3")
    circle = row_like(month, "O-9", "O-5", price="10.000", then="8.000", prior="O-9", service_start="2026-10-20")
    by_claim = {line.claim_no: line for line in compared(with_corrections(month, first, second, circle)).lines}
    assert (by_claim["O-3c"].code, by_claim["O-3c"].ours) == ("ADM-07", 0)
    assert by_claim["O-9"].ours == 8_000


def test_a_correction_that_would_be_sent_back_replaces_nothing(month: OldFile) -> None:
    wrong = row_like(month, "O-3b", "O-3", price="60.000", then="0.000", prior="O-3", member_id="M0000")
    by_claim = {line.claim_no: line for line in compared(with_corrections(month, wrong)).lines}
    assert (by_claim["O-3"].ours, by_claim["O-3b"].state) == (100_000, "returned")


def test_rows_that_cannot_be_read_are_listed_with_their_reason(
    month: OldFile, client: FlaskClient, app: Flask, tmp_path: Path
) -> None:
    content = month.content + b"\nO-7,1,M4471,P-0,2026-10-07,CON,one,10.000,10.000,,8.000,"
    sign_in(client, Role.CLAIMS_OFFICER)
    form = {"mapping": "touiza-claims", "paid": "paid_then", "reason": "why_then"}
    sent = client.post("/claims/shadow", data=form | {"file": (io.BytesIO(content), "old.csv")}, follow_redirects=True)
    assert "Row 8" in sent.text
    assert "quantity" in sent.text
    number = db.session.execute(select(ShadowMonth.number)).scalar_one()
    assert "O-7" in client.get(f"/claims/shadow/{number}/unread.csv").text
    file = tmp_path / "old.csv"
    file.write_bytes(content)
    told = app.test_cli_runner().invoke(args=["claims", "shadow", str(file), "--paid", "paid_then"])
    assert "row 8 was not read: quantity" in told.output, told.output


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
