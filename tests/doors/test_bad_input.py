"""Bad input at each door: what the person behind it reads, and that nothing is lost or half kept (issue 2, item 7)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from claims.models import Claim, ClaimDraft, ClaimLine
from core import clock
from core.db import db
from core.roles import Role
from core.tables import xlsx_bytes
from tests.accounts import sign_in
from tests.claims.builders import AT, Fund, eligible, small_fund
from tests.claims.test_api import post, token
from tests.claims.test_views import typed

HEAD = ["claim_no", "line_no", "member_id", "provider_id", "service_start", "code", "quantity", "unit_price", "amount"]


@pytest.fixture
def fund(app: Any) -> Fund:
    return small_fund()


@pytest.fixture
def november() -> Iterator[None]:
    with clock.frozen(AT):
        yield


@pytest.fixture
def clerk(fund: Fund, client: FlaskClient, november: None) -> FlaskClient:
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    return client


def claims() -> int:
    return db.session.execute(select(func.count()).select_from(Claim)).scalar_one()


# ---------------------------------------------------------------- the form


WRONG = {
    "member_id": "M-33",
    "code": "",
    "service_start": "2026-02-30",
    "quantity": "many",
    "unit_price": "5,40",
}
WORDS = (
    "Service: Choose the service.",
    "First day: ",
    "Enter a real date, like 2026-03-27",
    "How many: This is not a quantity.",
    "Price of one: “5,40” could mean 5.400 or 540. Write 5.400 or 540.000.",
)


@pytest.mark.parametrize("act", ["check", "try", "send"])
def test_a_form_with_wrong_fields_names_each_and_keeps_what_was_typed(clerk: FlaskClient, act: str) -> None:
    answer = clerk.post("/claims/new", data=typed(do=act, **WRONG))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "<title>Error: New claim" in page
    assert "There is a problem" in page
    for words in WORDS:
        assert words in page, words
    fields = [f"lines.0.{name}" for name in WRONG if name != "member_id"]
    for name in fields:
        assert f'href="#{name}"' in page, name
        assert f'id="{name}-error"' in page, name
    assert [page.index(f'href="#{name}"') for name in fields] == sorted(page.index(f'href="#{n}"') for n in fields)
    for value in ("M-33", "2026-02-30", "many", "5,40"):
        assert f'value="{value}"' in page, value
    assert claims() == 0


def test_what_was_typed_waits_encrypted_on_the_day_and_comes_back_whole(clerk: FlaskClient) -> None:
    clerk.post("/claims/new", data=typed(do="check", **WRONG))
    row = db.session.execute(select(ClaimDraft)).scalar_one()
    assert b"M-33" not in row.content
    address = f"/claims/new?draft={row.key}"
    today = clerk.get("/today").get_data(as_text=True)
    assert f"Finish your claim {row.key}" in today
    assert address in today
    page = clerk.get(address).get_data(as_text=True)
    assert 'value="M-33"' in page
    assert 'value="5,40"' in page


def test_nobody_else_opens_a_draft_not_even_in_the_same_cooperative(clerk: FlaskClient, fund: Fund) -> None:
    clerk.post("/claims/new", data=typed(do="save"))
    key = db.session.execute(select(ClaimDraft.key)).scalar_one()
    sign_in(clerk, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    answer = clerk.get(f"/claims/new?draft={key}")
    assert answer.status_code == 404
    assert "This draft is no longer here" in answer.get_data(as_text=True)


def test_another_line_keeps_everything_and_its_problem_is_named_by_line(clerk: FlaskClient) -> None:
    page = clerk.post("/claims/new", data=typed(do="add", unit_price="5,40")).get_data(as_text=True)
    assert 'id="lines.1.code"' in page
    assert 'value="5,40"' in page
    assert "There is a problem" not in page
    second = {"lines.1.code": "CON", "lines.1.service_start": "4/11/2026", "lines.1.quantity": "0"}
    answer = clerk.post("/claims/new", data=typed(do="check") | second)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Line 2, How many: Write a quantity above zero." in page
    assert "Line 2, Price of one: Write the amount, or the price of one unit." not in page  # asked once it can be read
    taken = clerk.post("/claims/new", data=typed(do="remove-1") | second).get_data(as_text=True)
    assert 'id="lines.1.code"' not in taken


def test_amounts_and_days_are_said_back_before_they_count_and_must_be_declared(clerk: FlaskClient) -> None:
    data = typed(do="check", service_start="3/11/2026", unit_price="12.000", eligibility_no=eligible())
    page = clerk.post("/claims/new", data=data).get_data(as_text=True)
    for words in ("Check it, then send", "3 November 2026", "12.000", "Contract C-2026-001 pays 10.000", "Change"):
        assert words in page, words
    assert claims() == 0
    answer = clerk.post("/claims/new", data={**data, "do": "send", "declared": ""})
    assert answer.status_code == 422
    assert "Tick that the care was given as it stands here." in answer.get_data(as_text=True)
    assert claims() == 0


def test_a_double_click_makes_one_claim_even_without_an_own_number(clerk: FlaskClient) -> None:
    data = typed(do="send", key="F-ABCDEFGH23", claim_no="")
    first, second = clerk.post("/claims/new", data=data), clerk.post("/claims/new", data=data)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert claims() == 1
    assert "was here already. This is its first answer." in clerk.get(second.location).get_data(as_text=True)
    assert db.session.execute(select(func.count()).select_from(ClaimDraft)).scalar_one() == 0


def test_one_claim_gets_one_answer_by_form_try_and_api(clerk: FlaskClient, fund: Fund) -> None:
    """The same amounts and reasons, whether tried, said back, sent by form or sent by API."""
    amounts = ("12.000", "8.000", "2.000")  # asked, the fund, the member; 2.000 is written off
    reasons = ("PRC-01", "Contract C-2026-001 pays 10.000 since 1 January 2026; 12.000 was asked.", "PRC-04")
    first = typed(unit_price="12.000", eligibility_no=eligible())
    pages = [clerk.post("/claims/new", data={**first, "do": act}) for act in ("try", "check")]
    sent = clerk.post("/claims/new", data=typed(do="send", unit_price="12.000"))
    pages.append(clerk.get(f"{sent.location}/lines/1"))
    for page in (answer.get_data(as_text=True) for answer in pages):
        for words in (*amounts, *reasons):
            assert words in page, words
    who = token(fund.green)
    line = {"code": "CON", "service_start": "2026-11-03", "quantity": "1", "unit_price": "12.000"}
    body = {"claim_no": "A-1", "member_id": "M4472", "eligibility_no": eligible(2), "lines": [line]}
    tried, decided = post(clerk, who, body, path="/dry-run").json, post(clerk, who, body, key="k2").json
    for found in (tried, decided):
        assert (found["submitted"], found["benefit"], found["member_share"], found["write_off"]) == (*amounts, "2.000")
        assert [row["code"] for row in found["lines"][0]["findings"]] == ["PRC-01", "PRC-04"]
    assert tried["lines"] == decided["lines"]


# ---------------------------------------------------------------- the API


def test_an_api_body_of_wrong_types_is_422_with_a_problem_per_field(fund: Fund, client: FlaskClient, november: None):
    line = {"code": 7, "service_start": "soon", "quantity": 2.5, "unit_price": 5.4}
    answer = post(client, token(fund.blue), {"claim_no": ["A"], "member_id": None, "lines": [line]})
    assert answer.status_code == 422
    problems = {problem["where"]: problem["message"] for problem in answer.json["problems"]}
    assert set(problems) == {
        "claim_no",
        "member_id",
        "lines.0.code",
        "lines.0.service_start",
        "lines.0.quantity",
        "lines.0.unit_price",
    }
    assert problems["lines.0.unit_price"] == "Send amounts as text, like “5.400”."
    assert problems["lines.0.quantity"] == "Send quantities as text, like “2.5”."
    assert claims() == 0


@pytest.mark.parametrize("body", [[], "a claim", None, {}])
def test_an_api_body_that_is_no_claim_is_422_in_words(fund: Fund, client: FlaskClient, november: None, body: Any):
    answer = post(client, token(fund.blue), body)
    assert answer.status_code == 422
    assert answer.json["code"] == "invalid_input"
    assert all(problem["message"] for problem in answer.json["problems"])


def test_a_claim_for_an_unknown_member_is_sent_back_by_api_with_the_reason(
    fund: Fund, client: FlaskClient, november: None
):
    line = {"code": "CON", "service_start": "2026-11-03", "quantity": "1", "unit_price": "10.000"}
    found = post(client, token(fund.blue), {"claim_no": "A-1", "member_id": "M0000", "lines": [line]}).json
    assert (found["outcome"], found["state"]) == ("error", "returned")
    assert found["lines"][0]["findings"][0]["code"] == "MEM-01"
    assert found["lines"][0]["findings"][0]["sentence"] == "No member was found under this number."


def test_a_post_without_an_idempotency_key_is_refused_in_words(fund: Fund, client: FlaskClient, november: None):
    answer = client.post("/api/v1/claims", json={}, headers={"Authorization": f"Bearer {token(fund.blue)}"})
    assert answer.status_code == 400
    assert answer.json["code"] == "key_needed"
    assert "Send an Idempotency-Key header" in answer.json["message"]


# ---------------------------------------------------------------- the file


BAD = {  # sheet row → what is wrong there: column, as typed, mended
    3: ("service_start", "2026-13-03", "2026-11-03"),
    120: ("quantity", "one", "1"),
    255: ("unit_price", "ten", "10.000"),
    400: ("provider_id", "RC2", "RC1"),
    612: ("service_start", "", "2026-11-04"),
    777: ("line_no", "first", "1"),
    1001: ("amount", "1e3", "10.000"),
}


def sheet(bad: dict[int, tuple[str, str, str]]) -> bytes:
    """1,000 rows, one claim each; row 1 is the header."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(HEAD)
    for number in range(2, 1002):
        row = [f"F-{number}", "1", "M4471", "RC1", "2026-11-03", "CON", "1", "10.000", "10.000"]
        if number in bad:
            column, value, _mended = bad[number]
            row[HEAD.index(column)] = value
        write.writerow(row)
    return out.getvalue().encode()


def upload(client: FlaskClient, content: bytes, name: str = "october.csv", **more: str) -> Any:
    return client.post("/claims/upload", data={"file": (io.BytesIO(content), name), "mapping": "touiza-claims", **more})


def cells_of(page: str, number: int) -> str:
    """The table row that begins with that sheet row."""
    return next(row for row in page.split("<tr") if re.search(rf"<th[^>]*><bdi[^>]*>{number}</bdi>", row))


def test_seven_wrong_rows_among_a_thousand_come_back_mended_go_in_and_count_once(clerk: FlaskClient) -> None:
    taken = upload(clerk, sheet(BAD))
    assert taken.status_code == 303
    page = clerk.get(taken.location).get_data(as_text=True)
    assert "993 ready, 7 need work" in page
    assert "Download the 7 rows" in page
    for number, (column, value, _mended) in BAD.items():
        assert column in cells_of(page, number), number
        assert value in cells_of(page, number), number
    assert "This is not your own number." in cells_of(page, 400)
    assert claims() == 993

    back = clerk.get(f"{taken.location}/wrong-rows.csv").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(back)))
    assert len(rows) == 7
    assert all(row["error"] for row in rows)
    for row, (column, value, mended) in zip(rows, BAD.values(), strict=True):
        assert row[column] == value
        assert column in row["error"]
        row[column] = mended
    out = io.StringIO()
    write = csv.DictWriter(out, rows[0].keys())
    write.writeheader()
    write.writerows(rows)
    mended = upload(clerk, out.getvalue().encode(), "mended.csv")
    assert "7 ready, 0 need work" in clerk.get(mended.location).get_data(as_text=True)
    assert claims() == 1000

    again = upload(clerk, sheet(BAD))
    assert "Nothing was new: 993 claims were here already." in clerk.get(again.location).get_data(as_text=True)
    assert claims() == 1000
    assert db.session.execute(select(func.count()).select_from(ClaimLine)).scalar_one() == 1000


def test_a_workbook_renamed_to_csv_is_told_apart(clerk: FlaskClient) -> None:
    book = xlsx_bytes(HEAD, [["F-1", "1", "M4471", "RC1", "2026-11-03", "CON", "1", "10.000", "10.000"]])
    answer = upload(clerk, book)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "This is an Excel workbook though its name ends in .csv." in page
    assert "Save it as CSV UTF-8, or give it its name ending .xlsx." in page
    assert "<title>Error:" in page
    assert claims() == 0


def test_fifty_megabytes_are_413_on_a_page_in_words(clerk: FlaskClient) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="claims.csv"\r\n\r\n'
    body = part + bytes(50 * 1024 * 1024) + b"\r\n--x--\r\n"
    answer = clerk.post("/claims/upload", data=body, content_type="multipart/form-data; boundary=x")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 413
    assert "That file is too large" in page
    assert "Send a smaller file, or split it. Nothing was stored." in page
    assert claims() == 0
