"""The pages: list, form, upload, why, review; and that nobody sees another's claims by any door."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from claims import services
from claims.models import Claim, ClaimReceipt
from claims.queries import records
from core import clock, work
from core.config import fund as current_fund
from core.db import db, unit_of_work
from core.roles import Role
from tests.accounts import sign_in
from tests.claims.builders import AT, CLERK, ZONE, Fund, claim, eligible, line

HEAD = "claim_no,line_no,member_id,provider_id,service_start,code,quantity,unit_price,amount\r\n"


@pytest.fixture(autouse=True)
def november():
    with clock.frozen(AT):
        yield


def send(sent, **more: Any):
    with unit_of_work():
        return services.submit(sent, **{"by": CLERK, "at": AT, "zone": ZONE, **more})


def text_of(response) -> str:
    return response.get_data(as_text=True)


def typed(**more: str) -> dict[str, str]:
    """One line as the form names its fields; `more` says what differs."""
    line = {"code": "CON", "service_start": "2026-11-03", "quantity": "1", "unit_price": "10.000"}
    line |= {name: more.pop(name) for name in list(more) if name in line}
    values = {"member_id": "M4471", "claim_no": "A-1", "declared": "yes", **more}
    return {**values, **{f"lines.0.{name}": value for name, value in line.items()}}


def stored() -> int:
    return db.session.execute(select(func.count()).select_from(Claim)).scalar_one()


def test_a_clerk_sends_a_claim_by_form_and_reads_why(fund: Fund, client: FlaskClient) -> None:
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    answer = client.post("/claims/new", data=typed(unit_price="12.000"), follow_redirects=True)
    assert answer.status_code == 200, text_of(answer)
    number = db.session.execute(select(Claim.number)).scalar_one()
    assert number in text_of(answer)
    page = text_of(client.get(f"/claims/{number}/lines/1"))
    for words in (
        "Why the fund pays 8.000 of the 12.000 TZD you asked",
        "Contract C-2026-001 pays 10.000 since 1 January 2026; 12.000 was asked.",
        "PRC-01",
        "you write off",
        "PRC-04",
        "Appeal this decision",
        "No person changed it.",
    ):
        assert words in page, words
    assert number in text_of(client.get("/claims"))
    letter = client.get(f"/claims/{number}/letter.pdf")
    assert letter.data.startswith(b"%PDF-")


def test_the_form_shows_the_answer_first_and_stores_no_claim(fund: Fund, client: FlaskClient) -> None:
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    answer = client.post("/claims/new", data=typed(do="try", eligibility_no=eligible()))
    assert "The answer would be" in text_of(answer)
    assert "8.000" in text_of(answer)
    assert stored() == 0


def test_a_form_with_mistakes_is_422_keeps_what_was_typed_and_leaves_a_receipt(fund: Fund, client: FlaskClient) -> None:
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    answer = client.post("/claims/new", data=typed(unit_price="5,40", quantity="many", service_start="tomorrow"))
    page = text_of(answer)
    assert answer.status_code == 422
    assert "5,40” could mean 5.400 or 540. Write 5.400" in page
    assert 'value="5,40"' in page
    assert 'value="many"' in page
    assert "Enter a real date" in page
    assert stored() == 0
    receipt = db.session.execute(select(ClaimReceipt)).scalar_one()
    assert receipt.organisation_id == fund.blue
    assert "5,40" not in str(receipt.problems)


def test_a_number_used_for_another_claim_is_said_at_the_field(fund: Fund, client: FlaskClient) -> None:
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    client.post("/claims/new", data=typed())
    answer = client.post("/claims/new", data=typed(quantity="2"))
    assert answer.status_code == 422
    assert "already used for a different claim" in text_of(answer)


def upload(client: FlaskClient, rows: str, **more: str):
    file = (io.BytesIO((HEAD + rows).encode()), "claims.csv")
    return client.post("/claims/upload", data={"file": file, "mapping": "touiza-claims", **more})


def test_good_rows_of_a_file_go_through_and_wrong_rows_come_back(fund: Fund, client: FlaskClient) -> None:
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    good = "F-1,1,M4471,RC1,2026-11-03,CON,1,10.000,10.000\r\nF-1,2,M4471,RC1,2026-11-04,CON,1,10.000,10.000\r\n"
    wrong = "F-2,1,M4471,RC1,2026-13-03,CON,1,10.000,10.000\r\nF-3,1,M4471,RC2,2026-11-03,CON,1,10.000,10.000\r\n"
    tried = upload(client, good + wrong, do="try")
    assert "What the answers would be" in text_of(tried)
    assert stored() == 0
    taken = upload(client, good + wrong)
    assert taken.status_code == 303
    page = text_of(client.get(taken.location))
    assert "This is not your own number." in page
    back = client.get(f"{taken.location}/wrong-rows.csv")
    assert text_of(back).count("\r\n") == 3
    assert "2026-13-03" in text_of(back)
    assert stored() == 1


def test_a_large_file_is_received_and_says_that_the_decisions_follow(
    fund: Fund, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    monkeypatch.setitem(client.application.config, "CLAIM_LINES_AT_ONCE", 1)
    rows = "F-1,1,M4471,RC1,2026-11-03,CON,1,10.000,10.000\r\nF-2,1,M4471,RC1,2026-11-04,CON,1,10.000,10.000\r\n"
    taken = upload(client, rows)
    report = text_of(client.get(taken.location))
    assert "2 claims were received. The decisions follow in a few minutes." in report
    assert "Received, decision follows" in report
    listed = text_of(client.get("/claims?state=received"))
    assert "the decision follows" in listed
    (number,) = re.findall(r"/claims/(2026-11-[^\"]+)\"", listed)[:1]
    assert "the decision follows" in text_of(client.get(f"/claims/{number}"))
    assert client.get(f"/claims/{number}/lines/1").status_code == 404
    assert client.post(f"/claims/{number}/letter").status_code == 404
    work.run_due(100)
    assert "Received, decision follows" not in text_of(client.get(taken.location))
    assert "decision follows" not in text_of(client.get(f"/claims/{number}"))


def test_the_same_file_again_adds_nothing(fund: Fund, client: FlaskClient) -> None:
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    rows = "F-1,1,M4471,RC1,2026-11-03,CON,1,10.000,10.000\r\nF-2,1,M0000,RC1,2026-11-03,CON,1,10.000,10.000\r\n"
    upload(client, rows)
    assert stored() == 2
    again = upload(client, rows)
    assert again.status_code == 303
    upload(client, rows + "\r\n")
    assert stored() == 2


def test_a_file_that_is_none_is_422(fund: Fund, client: FlaskClient) -> None:
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    answer = client.post("/claims/upload", data={"mapping": "touiza-claims"})
    assert answer.status_code == 422
    wrong = client.post(
        "/claims/upload", data={"mapping": "touiza-claims", "file": (io.BytesIO(b"a,b\n1,2\n"), "claims.csv")}
    )
    assert wrong.status_code == 422
    assert "These columns are missing" in text_of(wrong)


def test_a_cooperative_never_sees_the_claims_of_another(fund: Fund, client: FlaskClient) -> None:
    outcome = send(claim(fund))
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.green)
    for path in (
        f"/claims/{outcome.number}",
        f"/claims/{outcome.number}/lines/1",
        f"/claims/{outcome.number}/letter.pdf",
    ):
        assert client.get(path).status_code == 404, path
    assert outcome.number not in text_of(client.get("/claims"))
    assert outcome.number not in text_of(client.get("/claims/download.csv"))
    assert outcome.number not in text_of(client.get("/today"))
    assert client.get("/claims/review").status_code == 403


def test_a_member_account_sees_no_list_of_all_claims(fund: Fund, client: FlaskClient) -> None:
    outcome = send(claim(fund))
    sign_in(client, Role.MEMBER)
    assert outcome.number not in text_of(client.get("/claims"))
    assert client.get(f"/claims/{outcome.number}").status_code == 404


def test_a_claim_sent_back_waits_on_the_clerks_day(fund: Fund, client: FlaskClient) -> None:
    outcome = send(claim(fund, member="M0000"))
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    assert outcome.number in text_of(client.get("/today"))
    page = text_of(client.get(f"/claims/{outcome.number}/lines/1"))
    assert "No member was found under this number." in page
    assert "Check the member’s number" in page


def test_the_list_downloads_as_a_sheet(fund: Fund, client: FlaskClient) -> None:
    outcome = send(claim(fund))
    sign_in(client, Role.CLAIMS_OFFICER)
    rows = client.get("/claims/download.csv").get_data().decode("utf-8-sig").splitlines()
    assert rows[0].startswith("Claim,Your number,Member")
    assert rows[1].startswith(f"{outcome.number},A-1,M4471")
    assert ",10.000,8.000," in rows[1]
    assert client.get("/claims/download.xlsx").data.startswith(b"PK")
    assert client.get("/claims/download.pdf").status_code == 404


def test_filters_find_by_number_state_and_month(fund: Fund, client: FlaskClient) -> None:
    one, two = send(claim(fund, "A-1")), send(claim(fund, "A-2", line("XXX")))
    sign_in(client, Role.CLAIMS_OFFICER)
    found = text_of(client.get(f"/claims?words={one.number[:13]}"))
    assert one.number in found
    assert two.number not in found
    assert one.number not in text_of(client.get("/claims?state=returned"))
    assert "No claim fits this filter." in text_of(client.get("/claims?month=2026-01"))


def test_the_reader_sees_amounts_in_the_currency_of_the_fund(fund: Fund) -> None:
    assert current_fund().currency.exponent == 3
    outcome = send(claim(fund))
    assert records.claim_by_number(outcome.number)[1].benefit == 8_000


def test_the_ordinary_share_is_decided_and_only_a_cut_is_decided_in_part(fund: Fund, client: FlaskClient) -> None:
    plain = send(claim(fund, "A-1"))
    cut = send(claim(fund, "A-2", line("CON", dt.date(2026, 11, 4), price=12_000)))
    limited = send(claim(fund, "A-3", line("DAY", quantity=2, price=100_000)))
    sign_in(client, Role.CLAIMS_OFFICER)
    rows = text_of(client.get("/claims")).split("<tr role")
    words = {number: _status_in(next(row for row in rows if number in row)) for number in (plain.number, cut.number)}
    assert words == {plain.number: "Decided", cut.number: "Decided in part"}
    in_part = text_of(client.get("/claims?state=in_part"))
    assert limited.number in in_part
    assert cut.number in in_part
    assert plain.number not in in_part


def _status_in(row: str) -> str:
    return row.split('class="tag')[1].split("</svg>")[1].split("</span>")[0]


def test_a_service_is_called_by_its_name_and_counted_in_its_unit(fund: Fund, client: FlaskClient) -> None:
    send(claim(fund, "A-1", line("VIS", quantity=8, price=5_400)))
    send(claim(fund, "A-2", line("XX-9")))
    sign_in(client, Role.CLAIMS_OFFICER)
    page = text_of(client.get("/claims"))
    assert "Home care visit, 8 visits" in page
    assert "unknown service XX-9, 1" in page


def test_a_correction_begins_with_the_claim_as_it_was_sent(fund: Fund, client: FlaskClient) -> None:
    outcome = send(claim(fund, "A-1", line("CON", price=12_000)))
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    page = text_of(client.get(f"/claims/new?corrects={outcome.number}"))
    for words in ('value="M4471"', 'value="12.000"', 'value="2026-11-03"', 'id="prior_claim_no"', 'value="A-1"'):
        assert words in page, words
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.green)
    assert client.get(f"/claims/new?corrects={outcome.number}").status_code == 404
