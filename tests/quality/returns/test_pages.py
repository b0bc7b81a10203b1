"""The pages, files and the API of returns; what a stranger, another cooperative and the wrong role meet."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest

from core.accounts import services as accounts
from core.accounts.queries import account_by_id
from core.actors import SYSTEM
from core.db import db, unit_of_work
from core.roles import Role
from quality.returns.models import QualityReturn, SurveyAnswer
from tests.accounts import account_with, sign_in
from tests.quality.returns import builders
from tests.quality.returns.builders import OCTOBER, at, fill, newest, return_of, send, upload

MIXED = b"worker,hours,counted_hours,reference\nW-1,400,400,C-11\nW-2,300,301,C-2\nW-3,100,100,C-12\n"
SURVEY = (
    "provider_id,code,answered_on,mode,proxy,age_band,need,access,dignity,same_carer,told_of_change,would_recommend\n"
    "P-2026-003,R-1,2026-09-01,sms,no,80+,2,5,4,3,,5\n"
    "P-2026-003,R-2,2026-09-01,smoke,no,80+,2,5,4,3,,5\n"
    "P-2026-999,R-3,2026-09-01,sms,no,80+,2,5,4,3,,5\n"
    "P-2026-003,R-4,2026-09-01,paper,yes,80+,2,6,4,3,,5\n"
    "P-2026-003,R-1,2026-09-01,sms,no,80+,2,5,4,3,,5\n"
)


@pytest.fixture
def house(app):
    found = builders.house()
    builders.ask()
    with at(OCTOBER):
        yield found


@pytest.fixture
def clerk(house, client):
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=house[3])
    return client


def address(house, indicator: str = "C-02") -> str:
    return f"/quality/returns/{return_of(house[3], indicator).number}"


def test_a_clerk_fills_and_sends_a_return_page_by_page(house, clerk):
    here = address(house)
    assert here in clerk.get("/quality/returns").text
    sent = clerk.post(f"{here}/rows", data={"file": upload(builders.HOURS, "rows.csv")})
    assert sent.status_code == 303
    typed = {"worker": "W-4", "hours": "10.5", "counted_hours": "0", "reference": ""}
    assert clerk.post(f"{here}/row", data=typed).status_code == 303
    assert clerk.post(f"{here}/row", data={"remove": "W-3"}).status_code == 303
    assert clerk.post(f"{here}/papers", data={"paper": upload(*builders.PAPER)}).status_code == 303
    assert clerk.post(f"{here}/send", data={"name": "Nadia Zerbay"}).status_code == 303
    page = clerk.get(here).text
    assert "Waits for verification" in page
    assert "710.5" in page
    assert "Nadia Zerbay" in page


def test_good_rows_are_kept_and_the_others_come_back_as_a_file(house, clerk):
    here = address(house)
    answer = clerk.post(f"{here}/rows", data={"file": upload(MIXED, "rows.csv")})
    assert answer.status_code == 422
    assert "Of these hours at most all count" in answer.text
    assert [one.subject for one in return_of(house[3], "C-02").rows] == ["W-1", "W-3"]
    (link,) = re.findall(r'href="([^"]+/wrong.csv)"', answer.text)
    wrong = clerk.get(link).text
    assert wrong.lstrip("\ufeff").splitlines()[1].startswith("W-2,300,301,C-2,")
    mended = wrong.replace("301", "300").encode()
    assert clerk.post(f"{here}/rows", data={"file": upload(mended, "mended.csv")}).status_code == 303
    assert len(return_of(house[3], "C-02").rows) == 3


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"worker\nW-1\n", b"%PDF-1.4"])
def test_what_is_no_table_is_refused_in_words(house, clerk, content):
    answer = clerk.post(f"{address(house)}/rows", data={"file": upload(content, "rows.csv")})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


def test_what_was_typed_is_kept_beside_its_error(house, clerk):
    typed = {"worker": "Amira", "hours": "12", "counted_hours": "13", "reference": "C-77"}
    answer = clerk.post(f"{address(house)}/row", data=typed)
    assert answer.status_code == 422
    assert 'value="C-77"' in answer.text
    assert 'href="#worker"' in answer.text


def test_the_file_of_the_rows_can_be_sent_again(house, clerk):
    fill(house[3], "C-02")
    content = clerk.get(f"{address(house)}/rows.csv").data
    assert clerk.post(f"{address(house)}/rows", data={"file": upload(content, "again.csv")}).status_code == 303
    assert len(return_of(house[3], "C-02").rows) == 3


def test_an_incident_is_typed_with_its_hours(house, clerk):
    here = address(house, "C-07")
    typed = {"incident": "E-1", "kind": "missing_child", "happened_on": "2026-08-03", "happened_at": "14:30"}
    assert clerk.post(f"{here}/row", data=typed).status_code == 303
    (row,) = return_of(house[3], "C-07").rows
    assert row.happened_at == dt.datetime(2026, 8, 3, 13, 30, tzinfo=dt.UTC)
    assert clerk.post(f"{here}/row", data=typed | {"incident": "E-2", "kind": "storm"}).status_code == 422
    assert clerk.post(f"{here}/row", data=typed | {"incident": "E-2", "happened_on": "2026-10-01"}).status_code == 422


def test_an_auditor_verifies_on_the_page_and_the_provider_reads_it(house, client):
    number = fill(house[3], "C-02")
    send(number)
    sign_in(client, Role.AUDITOR)
    here = f"/quality/returns/{number}"
    assert here in client.get("/quality/returns").text
    assert "drawn to be looked at" in client.get(here).text
    bad = client.post(f"{here}/judge", data={"answer": "verify", "seen-W-1": "many", "decision": "Papers."})
    assert bad.status_code == 422
    assert 'value="many"' in bad.text
    done = client.post(f"{here}/judge", data={"answer": "verify", "seen-W-1": "300", "decision": "Papers seen."})
    assert done.status_code == 303
    assert newest(number).deduction == Decimal("0.2")
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=house[3])
    page = client.get(here).text
    assert "Papers seen." in page
    assert "Begin a new version" in page


@pytest.mark.parametrize("answer", ["return", "reject"])
def test_a_refusal_reaches_the_provider(house, client, answer):
    number = fill(house[3], "C-02")
    send(number)
    sign_in(client, Role.INSPECTOR)
    assert client.post(f"/quality/returns/{number}/judge", data={"answer": answer}).status_code == 422
    told = {"answer": answer, "decision": "W-3 is unknown."}
    assert client.post(f"/quality/returns/{number}/judge", data=told).status_code == 303
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=house[3])
    assert "W-3 is unknown." in client.get(f"/quality/returns/{number}").text


def test_another_cooperative_finds_nothing_and_changes_nothing(house, client):
    number = fill(house[3], "C-02")
    send(number)
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=house[1])
    here = f"/quality/returns/{number}"
    assert number not in client.get("/quality/returns?state=sent").text
    file = newest(number).papers[0].file_id
    for path in ("", "/rows.csv", f"/papers/{file}", "/files/QI-2026-001-X/wrong.csv"):
        assert client.get(here + path).status_code == 404, path
    for path in ("/rows", "/row", "/figures", "/papers", "/send", "/correct"):
        assert client.post(here + path, data={"name": "Not Us", "reason": "Ours now"}).status_code == 404, path
    assert client.post(f"{here}/judge", data={"answer": "verify", "decision": "Fine."}).status_code == 403
    assert newest(number).state == "sent"


def test_the_fund_does_not_read_drafts(house, client):
    number = fill(house[3], "C-02")
    sign_in(client, Role.AUDITOR)
    page = client.get(f"/quality/returns/{number}").text
    assert "W-1" not in page
    assert client.get(f"/quality/returns/{number}/rows.csv").status_code == 404
    assert client.get(f"/quality/returns/{number}/papers/{newest(number).papers[0].file_id}").status_code == 404


def test_a_list_costs_the_same_statements_whatever_its_length(house, client):
    sign_in(client, Role.AUDITOR)
    before = _statements(lambda: client.get("/quality/returns?state=draft"))
    with unit_of_work():
        row = return_of(house[3], "C-02")
        for place in range(20):
            same = {
                "indicator": "C-02",
                "valid_until": dt.date(2020, 1, 31),
                "due_at": row.due_at,
                "created_at": OCTOBER,
            }
            db.session.add(QualityReturn(
                number=f"QR-2020-{place:03d}", organisation_id=house[1], valid_from=dt.date(2020, 1, place + 1), **same
            ))  # fmt: skip
    assert _statements(lambda: client.get("/quality/returns?state=draft")) == before


def _statements(act) -> int:
    import sqlalchemy as sa

    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert act().status_code == 200
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    return len([one for one in seen if one.lstrip().upper().startswith("SELECT")])


def test_answers_of_members_come_from_the_fund_and_bad_rows_stay_out(house, client):
    sign_in(client, Role.AUDITOR)
    sent = client.post(
        "/quality/surveys/imports", data={"mapping": "touiza-survey", "file": upload(SURVEY.encode(), "s.csv")}
    )
    page = client.get(sent.location).text
    for said in ("sms, ussd, phone, paper", "no such provider", "points from 1 to 5", "there already"):
        assert said in page, said
    assert client.post(sent.location).status_code == 303
    (answer,) = db.session.query(SurveyAnswer).all()
    assert (answer.organisation_id, answer.access, answer.told_of_change) == (house[3], 5, None)


@pytest.mark.parametrize("role", [Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK, Role.INSPECTOR])
def test_nobody_else_brings_in_answers(house, client, role):
    sign_in(client, role, organisation_id=None if role is Role.INSPECTOR else house[3])
    assert client.get("/quality/surveys/imports").status_code == 403
    assert client.post("/quality/surveys/imports").status_code == 403


class TestApi:
    @pytest.fixture
    def api(self, house, client):
        account = account_with(Role.PROVIDER_CLERK, organisation_id=house[3])
        with unit_of_work():
            token = accounts.issue_token(account_by_id(account.id), house[3], label="ours", by=SYSTEM)
        keys = iter(range(100))

        def call(method: str, path: str, **more):
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"k-{next(keys)}"}
            return client.open(f"/api/v1/returns{path}", method=method, headers=headers, **more)

        return call

    def test_rows_by_the_columns_of_the_file_then_send(self, house, api):
        number = return_of(house[3], "C-02").number
        assert {one["indicator"] for one in api("GET", "").json} == {"C-02", "C-07", "X-02"}
        rows = [{"worker": "W-1", "hours": "400", "counted_hours": "400", "reference": "C-11"}]
        assert api("POST", f"/{number}/rows", json={"rows": rows}).status_code == 200
        refused = api("POST", f"/{number}/send", json={"name": "Nadia Zerbay"})
        assert refused.status_code == 422  # no paper yet: papers are added on the page
        with unit_of_work():
            builders.services.attach(newest(number), builders.PAPER, by=builders.desk(house[3]))
        sent = api("POST", f"/{number}/send", json={"name": "Nadia Zerbay"})
        assert (sent.status_code, sent.json["state"], sent.json["numerator"]) == (200, "sent", "400.0000")

    def test_a_wrong_row_names_its_place_and_nothing_is_kept(self, house, api):
        number = return_of(house[3], "C-02").number
        rows = [
            {"worker": "W-1", "hours": "4", "counted_hours": "0"},
            {"worker": "W-2", "hours": "4", "counted_hours": "9"},
        ]
        answer = api("POST", f"/{number}/rows", json={"rows": rows})
        assert answer.status_code == 422
        assert answer.json["problems"][0]["where"] == "rows.1.counted_hours"
        assert newest(number).rows == []

    def test_another_cooperatives_return_does_not_exist(self, house, api):
        builders.ask(builders.JANUARY)
        other = return_of(house[1], "X-01").number
        assert api("GET", f"/{other}").status_code == 404
        assert api("POST", f"/{other}/send", json={"name": "Not Us"}).status_code == 404
