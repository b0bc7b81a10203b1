"""A member's account for payments: entered on one desk, confirmed by another person."""

from __future__ import annotations

from typing import Any

from flask import url_for

from core import clock
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import actor, allow, done, load, page
from core.web.access_log import note_access
from core.words import _, _l
from members import queries
from members.models import Member
from members.services import payees
from members.views import blueprint
from payments.papers import ACCOUNT_KINDS
from payments.schemas import AccountForm


@blueprint.get("/<public_id>/account")
@allow(Permission.WRITE_MEMBER_ACCOUNT)
def account(public_id: str) -> Any:
    return _account_page(_member(public_id))


@blueprint.post("/<public_id>/account")
@allow(Permission.WRITE_MEMBER_ACCOUNT)
def enter_account(public_id: str) -> Any:
    member = _member(public_id)
    try:
        payees.enter_account(member, **load(AccountForm()), by=actor())
    except InputErrors as errors:
        return _account_page(member, errors)
    said = _("The account was entered. Someone else confirms it before it pays.")
    return done(url_for(".account", public_id=public_id), said)


@blueprint.post("/<public_id>/account/confirm")
@allow(Permission.WRITE_MEMBER_ACCOUNT)
def confirm_account(public_id: str) -> Any:
    payees.confirm_account(_member(public_id), by=actor(), on=clock.today(fund().zone))
    return done(url_for(".account", public_id=public_id), _("The account was confirmed."))


def _account_page(member: Member, errors: InputErrors | None = None) -> Any:
    note_access(member.public_id)
    row = payees.account_of(member)
    may_confirm = row is not None and row.confirmed_by is None and row.entered_by != actor().person
    return page(
        "members/account.html", errors=errors, member=member, row=row, may_confirm=may_confirm, kinds=ACCOUNT_KINDS
    )


def _member(public_id: str) -> Member:
    row = queries.member(public_id)
    if row is None:
        raise NotFound(_l("We know no member with this number."))
    return row
