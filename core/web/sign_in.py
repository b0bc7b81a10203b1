"""Sign-in by Flask-Security-Too on Flask-Login: second factor for the fund's staff, reset by mail.

In the demo, and only there, one-click cards sign in without a password and no second factor is asked.
"""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Flask, abort, redirect, render_template, request, url_for
from flask_login import login_user, user_logged_out
from flask_security import MailUtil, Security, SQLAlchemyUserDatastore
from flask_security.signals import user_authenticated

from core import audit, outbox
from core.accounts import queries
from core.accounts.models import Account, RoleName
from core.acts import Act
from core.config import fund
from core.db import db
from core.permissions import Permission
from core.roles import Role
from core.web.access import actor_of, allow
from core.web.home import work_of
from core.web.second_factor import EachCodeOnce

blueprint = Blueprint("accounts", __name__)
FRONT_DOORS = (
    Role.PROCUREMENT_OFFICER,
    Role.PROVIDER_CLERK,
    Role.CLAIMS_REVIEWER,
    Role.FINANCE_OFFICER,
    Role.AUDITOR,
    Role.REGISTRAR,
)
datastore = SQLAlchemyUserDatastore(db, Account, RoleName)


class OutboxMail(MailUtil):
    """Flask-Security's messages leave like all others: by a row in the outbox, after the commit."""

    def send_mail(
        self, template: str, subject: str, recipient: Any, sender: Any, body: str | None, html: Any, **kwargs: Any
    ) -> None:
        """Queue `body` for `recipient`."""
        outbox.enqueue(
            f"security/{template}",
            purpose="sign_in",
            address=str(recipient),
            arguments={"subject": str(subject), "body": body},
        )


def init_app(app: Flask) -> None:
    defaults = {
        "SECURITY_PASSWORD_SALT": app.config["SECRET_KEY"],
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_LENGTH_MIN": 12,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_TWO_FACTOR": not app.config["DEMO"],
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_REQUIRED": False,  # Account.check_tf_required says for whom
        "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": not app.config["DEMO"],
        "SECURITY_TOTP_SECRETS": {1: app.config["DATA_KEY"]},
        "SECURITY_TOTP_ISSUER": app.config["FUND_NAME"],
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_VERIFY_URL": "/sign-in-again",  # /verify is where papers are checked
        "SECURITY_POST_LOGIN_VIEW": "/today",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_EMAIL_SENDER": "no-reply@localhost",
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},  # no name server decides who may sign in
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [{"email": {"mapper": _lower, "case_insensitive": True}}],
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": not app.config["DEMO"],
    }
    for name, value in defaults.items():
        app.config.setdefault(name, value)
    Security(app, datastore, mail_util_cls=OutboxMail, totp_cls=EachCodeOnce)
    user_logged_out.connect(_forget, app)
    user_authenticated.connect(_note_sign_in, app)
    app.register_blueprint(blueprint)


@blueprint.get("/")
@allow(Permission.PUBLIC)
def start() -> Any:
    """The public start page; in the demo, one card per role of the road with the work behind it, then everybody."""
    accounts = queries.demo_accounts() if fund().is_demo else []
    first = {account.assignments[0].role: account for account in reversed(accounts)}
    cards = [_card(first[role]) for role in FRONT_DOORS if role in first]
    shown = {card["id"] for card in cards}
    others = [_card(account, counts=False) for account in accounts if account.id not in shown]
    return render_template("start.html", cards=cards, others=others)


@blueprint.post("/demo/sign-in/<int:account_id>")
@allow(Permission.PUBLIC)
def demo_sign_in(account_id: int) -> Any:
    """One click in the demo; elsewhere this address does not exist."""
    account = queries.demo_account(account_id) if fund().is_demo else None
    if account is None:
        abort(404)
    login_user(account)
    audit.record("access", Act.SIGNED_IN, f"account {account.id}", by=actor_of(account), reason="demo card")
    return redirect(url_for("shell.today"), 303)


def _card(account: Account, *, counts: bool = True) -> dict[str, Any]:
    assignment = account.assignments[0]
    return {
        "id": account.id,
        "name": account.name,
        "role": assignment.role,
        "organisation": assignment.organisation.name if assignment.organisation else "",
        "count": sum(item.bucket != "waiting" for item in work_of(actor_of(account))) if counts else 0,
    }


def _lower(identity: str) -> str:
    return identity.strip().lower()


def _forget(_app: Flask, user: Account | None = None, **_extra: Any) -> None:
    """Signing out ends every sign-in of the account: its cookies name a value that is no more."""
    if isinstance(user, Account):
        user.fs_uniquifier = secrets.token_hex(32)


def _note_sign_in(_app: Flask, user: Account, **_extra: Any) -> None:
    audit.record("access", Act.SIGNED_IN, f"account {user.id}", by=actor_of(user), reason=request.endpoint or "")
