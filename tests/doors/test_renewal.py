"""The next period of an accreditation: asked for on the screen, granted by a registrar, without gap or overlap."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from core import audit, clock
from core.db import db
from core.roles import Role
from providers import queries
from providers.models import Accreditation
from providers.services import reminding
from tests.accounts import sign_in
from tests.claims.builders import Fund
from tests.doors.register import FOURTEENTH, NUMBER, claimed, mails, seen
from tests.providers.builders import PDF, ask_facts

HOME = f"/providers/{NUMBER}/renewal"


def spells(fund: Fund) -> list[tuple[str, str]]:
    query = select(Accreditation).where(Accreditation.organisation_id == fund.blue).order_by(Accreditation.valid_from)
    return [(f"{row.valid_from}", f"{row.valid_until}") for row in db.session.execute(query).scalars()]


def sent_paper(client: FlaskClient, kind: str, until: str = "", content: bytes = PDF) -> tuple[int, str]:
    form = {"kind": kind, "valid_until": until, "file": (io.BytesIO(content), f"{kind}.pdf")}
    answer = client.post(f"{HOME}/papers", data=form)
    return answer.status_code, answer.text


def sent_renewal(client: FlaskClient, fund: Fund) -> None:
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund.blue)
    assert client.post(f"{HOME}/begin").status_code == 303
    for kind, until in (("statutes", ""), ("licence", "2028-01-31"), ("insurance", "2027-06-30")):
        assert sent_paper(client, kind, until)[0] == 303
    assert client.post(f"{HOME}/send", data={"changes": "nothing"}).status_code == 303
    client.post("/logout")


def test_a_renewal_asks_for_what_runs_out_and_takes_over_the_rest(fund: Fund, client: FlaskClient) -> None:
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund.blue)
    assert "Begin the renewal" in client.get(f"/providers/{NUMBER}").text
    assert client.post(f"{HOME}/begin").status_code == 303
    assert sent_paper(client, "licence", "2026-11-15")[0] == 303  # its last day is that of the accreditation
    assert sent_paper(client, "insurance", "2026-11-16")[0] == 303
    status, text = sent_paper(client, "statutes", content=b"Article 1. Each member has one vote.")
    assert status == 422
    assert "PDF" in text
    page = client.get(HOME).text
    assert page.count("Taken over") == 1
    assert page.count("Send a new one") == 2
    answer = client.post(f"{HOME}/send", data={"changes": "We moved."})
    assert answer.status_code == 422
    assert "We moved." in answer.text
    assert "valid on 16 November 2026" in answer.text


def test_sent_in_time_and_decided_late_it_follows_without_a_gap(fund: Fund, client: FlaskClient) -> None:
    sent_renewal(client, fund)
    with clock.frozen(FOURTEENTH + dt.timedelta(days=5)):
        assert "Review the renewal of Blue Door Home Care" in seen(client, "/today", Role.REGISTRAR)
        assert "PRV-01" in claimed(client, fund, 17)
        sign_in(client, Role.REGISTRAR)
        wrong = client.post(f"{HOME}/grant", data={"valid_until": "2026-11-10", "renewal_reason": ""})
        assert wrong.status_code == 422
        assert "its last day lies before" in wrong.text
        right = {"valid_until": "2028-11-15", "renewal_reason": "All papers are there."}
        assert client.post(f"{HOME}/grant", data=right).status_code == 303
        client.post("/logout")
        assert spells(fund) == [("2026-01-01", "2026-11-15"), ("2026-11-16", "2028-11-15")]
        assert "PRV-01" not in claimed(client, fund, 18)
    assert not list(audit.verify())


def test_sent_too_late_it_begins_when_it_is_granted_and_the_gap_stays(fund: Fund, client: FlaskClient) -> None:
    with clock.frozen(FOURTEENTH + dt.timedelta(days=4)):
        sent_renewal(client, fund)
    with clock.frozen(FOURTEENTH + dt.timedelta(days=6)):
        sign_in(client, Role.REGISTRAR)
        assert (
            client.post(f"{HOME}/grant", data={"valid_until": "2028-11-15", "renewal_reason": "x"}).status_code == 303
        )
        assert spells(fund)[1] == ("2026-11-20", "2028-11-15")
        assert not queries.is_accredited(fund.blue, dt.date(2026, 11, 19))


@pytest.mark.parametrize(("action", "word"), [("send_back", "Mend your renewal"), ("refuse", "accreditation ends")])
def test_a_renewal_that_is_not_granted_tells_why(fund: Fund, client: FlaskClient, action: str, word: str) -> None:
    sent_renewal(client, fund)
    sign_in(client, Role.REGISTRAR)
    assert client.post(f"{HOME}/{action}", data={"reasons": " "}).status_code == 422
    assert client.post(f"{HOME}/{action}", data={"reasons": "The licence names another house."}).status_code == 303
    client.post("/logout")
    assert word in seen(client, "/today", Role.PROVIDER_MANAGER, fund)
    assert len(spells(fund)) == 1


def test_a_renewal_is_its_own_people_s_business(fund: Fund, client: FlaskClient) -> None:
    sent_renewal(client, fund)
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund.green)
    assert client.get(HOME).status_code == 404
    assert client.post(f"{HOME}/begin").status_code == 404
    assert client.post(f"{HOME}/grant").status_code == 403
    assert client.post("/providers/P-2026-002/renewal/begin").status_code == 409  # its end lies years away


def test_a_paper_that_runs_out_is_told_of_once(fund: Fund, client: FlaskClient) -> None:
    sent_renewal(client, fund)
    with clock.frozen(dt.datetime(2027, 6, 20, 9, 0, tzinfo=dt.UTC)):
        for _tick in range(2):
            reminding.remind()
    assert [said for said in mails() if "paper" in said] == ["A paper of your registration: valid until 30 June 2027"]


def test_a_renewal_asks_for_figures_that_are_too_old_and_notes_the_use_of_the_others(
    fund: Fund, client: FlaskClient
) -> None:
    ask_facts()
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund.blue)
    client.post(f"{HOME}/begin")
    for kind, until in (("statutes", ""), ("licence", "2028-01-31"), ("insurance", "2027-06-30")):
        sent_paper(client, kind, until)
    facts = f"/providers/{NUMBER}/facts/due"
    board = {"board_members": "7", "women_on_board": "3", "said_of": "2025-11-20", "evidence": "minutes"}
    staff = {"workers": "20", "worker_members": "15", "women": "12", "said_of": "2025-11-01", "evidence": "payroll"}
    assert [client.post(facts, data=form).status_code for form in (board, staff)] == [303, 303]
    assert "Said too long ago, or never: All workers, Members among the workers, Women" in client.get(HOME).text
    answer = client.post(f"{HOME}/send", data={"changes": "nothing"})
    assert answer.status_code == 422
    assert "Say or confirm: All workers" in answer.text
    assert "Say or confirm: Women in the governing body" not in answer.text
    assert client.post(facts, data=staff | {"said_of": "2026-11-10"}).location.endswith(HOME)
    assert client.post(f"{HOME}/send", data={"changes": "nothing"}).status_code == 303
    assert {row.fact.code for row in queries.uses(fund.blue)} == {
        "workers", "worker_members", "women", "board_members", "women_on_board"
    }  # fmt: skip
