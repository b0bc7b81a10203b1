"""Signing in with a password, outside the demo: argon2, second factor for the fund's staff, no way round."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_security import hash_password

from app import create_app
from core.accounts import services
from core.accounts.models import Account
from core.accounts.queries import account_by_email
from core.actors import SYSTEM
from core.db import db, unit_of_work
from core.outbox import OutboxMessage
from core.roles import Role
from tests.conftest import Visitor, settings

PASSWORD = "correct horse battery staple"


@pytest.fixture
def fund(tmp_path) -> Iterator[Flask]:
    """An app as a fund runs it: no demo, real password hashes (cheap ones)."""
    real = {
        "DEMO": False,
        "SQLALCHEMY_DATABASE_URI": "sqlite://",
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SESSION_COOKIE_SECURE": False,
    }
    app = create_app({**settings(tmp_path), **real})
    app.test_client_class = Visitor
    with app.app_context():
        db.create_all()
        yield app
        db.session.rollback()
        db.engine.dispose()


def account(email: str, role: Role) -> Account:
    with unit_of_work():
        services.ensure_roles()
        made = services.create_account(email=email, name="Someone", by=SYSTEM, password=hash_password(PASSWORD))
        services.assign(made, role, by=SYSTEM, valid_from=dt.date(2000, 1, 1))
    return made


def sign_in(client, email: str, password: str = PASSWORD):
    return client.post("/login", data={"email": email, "password": password})


def test_the_password_is_kept_as_argon2id_and_opens_the_door(fund):
    assert account("m@example.org", Role.MEMBER).password.startswith("$argon2id$")
    client = fund.test_client()
    assert sign_in(client, "M@Example.org").location == "/today"
    assert client.get("/account").status_code == 200


def test_staff_of_the_fund_must_set_up_a_second_factor_before_anything_else(fund):
    account("f@example.org", Role.FINANCE_OFFICER)
    client = fund.test_client()
    answer = sign_in(client, "f@example.org")
    assert answer.location == "/tf-setup"
    assert client.get("/today").location.startswith("/login")
    page = client.get("/tf-setup")
    assert page.status_code == 200
    assert "second factor" in page.text


def test_a_second_factor_once_set_up_is_asked_each_time(fund):
    with unit_of_work():
        made = account("f@example.org", Role.FINANCE_OFFICER)
        fund.extensions["security"].datastore.tf_set(
            made, "authenticator", totp_secret=fund.extensions["security"]._totp_factory.generate_totp_secret()
        )
    for _ in range(2):
        client = fund.test_client()
        assert sign_in(client, "f@example.org").location.startswith("/tf-validate")
        assert client.get("/today").location.startswith("/login")


def test_an_unknown_person_and_a_wrong_password_get_the_same_answer(fund):
    account("m@example.org", Role.MEMBER)
    wrong = sign_in(fund.test_client(), "m@example.org", "wrong password here")
    unknown = sign_in(fund.test_client(), "x@example.org", "wrong password here")
    plain = [re.sub(r'value="[^"]*"', "", answer.text) for answer in (wrong, unknown)]
    assert wrong.status_code == unknown.status_code
    assert plain[0] == plain[1]


def test_an_old_cookie_is_dead_after_signing_out(fund):
    account("m@example.org", Role.MEMBER)
    client = fund.test_client()
    sign_in(client, "m@example.org")
    stolen = client.get_cookie("session").value
    client.post("/logout")
    thief = fund.test_client()
    thief.set_cookie("session", stolen)
    assert thief.get("/account").location.startswith("/login")


def test_a_closed_account_is_cut_off_at_once(fund):
    account("m@example.org", Role.MEMBER)
    client = fund.test_client()
    sign_in(client, "m@example.org")
    with unit_of_work():
        account_by_email("m@example.org").active = False
    assert client.get("/account").location.startswith("/login")
    assert sign_in(fund.test_client(), "m@example.org").location is None


def test_the_demo_door_does_not_exist_outside_the_demo(fund):
    with unit_of_work():
        services.ensure_roles()
        made = services.create_account(email="d@example.org", name="Demo", by=SYSTEM)
    assert fund.test_client().post(f"/demo/sign-in/{made.id}").status_code == 404


def test_a_reset_lies_in_the_outbox_and_an_unknown_address_gets_the_same_answer(fund):
    account("m@example.org", Role.MEMBER)
    known = fund.test_client().post("/reset", data={"email": "m@example.org"})
    unknown = fund.test_client().post("/reset", data={"email": "x@example.org"})
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    messages = db.session.query(OutboxMessage).all()
    assert [message.address for message in messages] == ["m@example.org"]
    assert "/reset/" in messages[0].arguments["body"]


def test_a_reset_link_changes_the_password_once(fund):
    account("m@example.org", Role.MEMBER)
    fund.test_client().post("/reset", data={"email": "m@example.org"})
    link = re.search(r"/reset/[^\s\"<]+", db.session.query(OutboxMessage).one().arguments["body"]).group()
    db.session.rollback()
    new = "another long password 7"
    client = fund.test_client()
    assert client.post(link, data={"password": new, "password_confirm": new}).status_code == 302
    assert sign_in(fund.test_client(), "m@example.org", new).location == "/today"
    again = fund.test_client().post(link, data={"password": PASSWORD, "password_confirm": PASSWORD})
    assert sign_in(fund.test_client(), "m@example.org", new).location == "/today", again.text


def test_a_short_password_is_refused(fund):
    account("m@example.org", Role.MEMBER)
    client = fund.test_client()
    sign_in(client, "m@example.org")
    form = {"password": PASSWORD, "new_password": "short", "new_password_confirm": "short"}
    assert "12" in client.post("/change", data=form).text


def test_a_code_of_the_second_factor_counts_once_and_for_its_own_minute(fund):
    from flask_login import login_user

    from core.errors import Forbidden, InputErrors
    from core.web import second_factor

    with unit_of_work():
        made = account("f@example.org", Role.FINANCE_OFFICER)
    factory = fund.extensions["security"].totp_factory
    with fund.test_request_context():
        login_user(made)
        with pytest.raises(Forbidden, match="no second factor"):
            second_factor.confirm("000000")
        made.tf_totp_secret = factory.generate_totp_secret()
        code = factory.generate_totp_password(made.tf_totp_secret)
        with pytest.raises(InputErrors, match="wrong, too old"):
            second_factor.confirm("12345x")
        second_factor.confirm(f" {code[:3]} {code[3:]} ")
        with pytest.raises(InputErrors, match="used before"):
            second_factor.confirm(code)
