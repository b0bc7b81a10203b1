"""The house's own pages: the trail, the outbox, papers that can be checked, search, health, limits, errors."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from core import audit, issued, outbox, work
from core.actors import SYSTEM
from core.acts import Act
from core.db import db, unit_of_work
from core.logs import without_personal_data
from core.roles import Role
from core.web import operations, search
from core.web.limits import limiter
from tests.accounts import sign_in
from tests.tampering import unguarded


def issue(content: bytes = b"paper", number: str = "R-2026-001-K") -> issued.Issued:
    with unit_of_work():
        return issued.issue("remittance", number, lambda code: content + code.encode(), by=SYSTEM, amount="12.000 TZD")


def test_a_paper_can_be_checked_by_anyone_and_names_no_person(app, client):
    paper = issue()
    answer = client.get(f"/verify/{paper.document.code}")
    assert answer.status_code == 200
    assert all(said in answer.text for said in ("Valid", "R-2026-001-K", "12.000 TZD", paper.document.sha256[:16]))


def test_a_code_typed_carelessly_is_found(app, client):
    paper = issue()
    typed = paper.document.code.lower().replace("-", " ")
    answer = client.post("/verify", data={"code": typed})
    assert answer.location == f"/verify/{paper.document.code}"


def test_an_altered_code_is_not_found(app, client):
    issue()
    answer = client.get("/verify/AAAA-BBBB-CCCC")
    assert answer.status_code == 404
    assert "We do not know this code" in answer.text


def test_the_same_content_is_the_same_paper(app):
    assert issue().document.code == issue().document.code


def test_new_content_withdraws_the_paper_before(app, client):
    first = issue().document.code
    second = issue(b"corrected").document.code
    assert first != second
    assert "Withdrawn" in client.get(f"/verify/{first}").text
    assert "Valid" in client.get(f"/verify/{second}").text


def test_the_trail_shows_entries_with_their_hashes_and_filters_them(app, client):
    with unit_of_work():
        audit.record("money", Act.RUN_PREPARED, "R-7", by=SYSTEM)
        audit.record("money", Act.RUN_PREPARED, "R-8", by=SYSTEM)
        start = next(audit.entries_like(Act.RUN_PREPARED)).digest.hex()[:12]
    sign_in(client, Role.AUDITOR)
    answer = client.get("/trail?subject=R-7")
    assert "R-7" in answer.text
    assert start in answer.text
    assert "R-8" not in answer.text


def test_the_check_of_the_trail_runs_as_work_and_shows_its_result(app, client):
    sign_in(client, Role.AUDITOR)
    assert client.post("/trail/check").status_code == 303
    assert "Running" in client.get("/trail").text
    work.run_due()
    assert "In order" in client.get("/trail").text
    with unit_of_work(), unguarded(db.session.connection()):
        db.session.execute(text("UPDATE audit_entry SET actor_name = 'someone else'"))
    with unit_of_work():
        work.enqueue("trail.verify", "again", {})
    work.run_due()
    assert "Broken" in client.get("/trail").text


def test_the_outbox_shows_what_waits_and_what_left(app, client):
    with unit_of_work():
        outbox.enqueue("claims/decided", purpose="claims", arguments={"number": "C-1"}, address="a@example.org")
    sign_in(client, Role.ADMINISTRATOR)
    answer = client.get("/outbox?state=queued")
    assert "claims/decided" in answer.text
    assert "a@example.org" not in answer.text
    assert "claims/decided" not in client.get("/outbox?state=sent").text


def test_my_language_is_kept_with_my_account(app, client):
    account = sign_in(client, Role.AUDITOR)
    assert client.post("/account/language", data={"language": "xx"}).status_code == 422
    assert client.post("/account/language", data={"language": "ar"}).status_code == 303
    other_device = app.test_client()
    other_device.post(f"/demo/sign-in/{account.id}")
    assert 'dir="rtl"' in other_device.get("/account").text


def test_an_exact_number_jumps_to_its_record(app, client, monkeypatch):
    monkeypatch.setattr(search, "_resolvers", {})
    search.add_resolver("ZZ", lambda number, who: f"/found/{number}" if number == "ZZ-1" else None)
    sign_in(client, Role.AUDITOR)
    assert client.post("/search", data={"words": " zz-1 "}).location == "/found/ZZ-1"
    refused = client.post("/search", data={"words": "zz-2"})
    assert refused.status_code == 422
    assert 'value="zz-2"' in refused.text


def test_health_says_alive_and_ready(app, client):
    assert client.get("/health/live").json == {"status": "alive"}
    ready = client.get("/health/ready").json
    assert (ready["status"], ready["worker"]) == ("ready", "never seen")


def test_health_is_not_ready_without_the_database(app, client, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def fail() -> bool:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(operations.queries, "answers", fail)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_metrics_are_for_administrators_and_collectors(app, client, monkeypatch):
    assert client.get("/metrics").status_code == 302
    monkeypatch.setitem(app.config, "METRICS_TOKEN", "collect-me")
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 302
    answer = client.get("/metrics", headers={"Authorization": "Bearer collect-me"})
    assert "touiza_requests_total" in answer.text
    assert client.get("/trail", headers={"Authorization": "Bearer collect-me"}).status_code == 302


@pytest.fixture
def limited(app, monkeypatch):
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.reset()
    yield app
    limiter.reset()


def test_checking_papers_is_limited_per_address(limited, client):
    answers = [client.get("/verify/AAAA-BBBB-CCCC") for _ in range(31)]
    assert [answer.status_code for answer in answers[:30]] == [404] * 30
    assert answers[30].status_code == 429
    assert "Too many tries" in answers[30].text
    assert answers[30].headers["Retry-After"]


def test_trying_passwords_is_limited_per_account_whatever_the_address(limited, client):
    form = {"email": "a@example.org", "password": "guess"}
    statuses = [
        client.post("/login", data=form, environ_base={"REMOTE_ADDR": f"10.0.0.{n}"}).status_code for n in range(11)
    ]
    assert statuses[10] == 429
    assert 429 not in statuses[:10]


def test_an_oversized_upload_is_refused_in_words(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    body = b"x" * (50 * 1024 * 1024)
    page = client.post("/account/language", data=body, content_type="application/x-www-form-urlencoded")
    assert page.status_code == 413
    assert "too large" in page.text
    answer = client.post("/api/v1/any", data=body, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 413
    assert answer.json["code"] == "request_entity_too_large"


def test_a_form_from_elsewhere_is_refused_in_words(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    answer = client.post("/verify", data={"code": "x"})
    assert answer.status_code == 400
    assert "came from elsewhere" in answer.text


def test_logs_blank_what_could_name_a_person_and_cannot_be_forged():
    event = without_personal_data(None, "info", {"event": "a\nb", "email": "a@example.org", "status": 200})
    assert json.loads(json.dumps(event)) == {"event": "a b", "email": "…", "status": 200}
