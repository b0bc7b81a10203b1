"""Sign-in by Flask-Security-Too on Flask-Login; in demo mode only, one-click cards."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, abort, redirect, render_template, url_for
from flask_login import login_user
from flask_security import Security, SQLAlchemyUserDatastore

from core.accounts import queries
from core.accounts.models import Account, RoleName
from core.config import fund
from core.db import db
from core.permissions import Permission
from core.web.access import allow

blueprint = Blueprint("accounts", __name__)
datastore = SQLAlchemyUserDatastore(db, Account, RoleName)


def init_app(app: Flask) -> None:
    app.config.setdefault("SECURITY_PASSWORD_SALT", app.config["SECRET_KEY"])
    app.config.setdefault("SECURITY_PASSWORD_HASH", "argon2")
    app.config.setdefault("SECURITY_POST_LOGIN_VIEW", "/today")
    app.config.setdefault("SECURITY_POST_LOGOUT_VIEW", "/")
    Security(app, datastore)
    app.register_blueprint(blueprint)


@blueprint.get("/")
@allow(Permission.PUBLIC)
def start() -> Any:
    """The public start page; in the demo, the cards to walk in."""
    return render_template("start.html", cards=queries.demo_accounts() if fund().is_demo else [])


@blueprint.post("/demo/sign-in/<int:account_id>")
@allow(Permission.PUBLIC)
def demo_sign_in(account_id: int) -> Any:
    """One click in the demo; elsewhere this address does not exist."""
    account = queries.demo_account(account_id) if fund().is_demo else None
    if account is None:
        abort(404)
    login_user(account)
    return redirect(url_for("shell.today"), 303)
