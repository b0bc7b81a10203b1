"""People: find, look at, register, give cover."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from core import clock
from core.codes import line_names
from core.config import fund
from core.errors import InputErrors, NotFound, Problem
from core.money import UnreadableAmount, parse_amount
from core.permissions import Permission, may
from core.web import actor, allow, done, load, page
from core.web.access_log import note_access
from core.web.filters import day
from core.words import _, _l
from members import queries, services
from members.models import Household, Member
from members.people import Spell
from members.presentation import WORDS, timeline_of
from members.schemas import NewCover, NewMember
from members.views import blueprint

PAGE = 50


@blueprint.get("")
@allow(Permission.READ_MEMBERS)
def index() -> Any:
    """The latest members, with the search."""
    at = max(request.args.get("page", 1, int), 1)
    counts = queries.counts(clock.today(fund().zone))
    rows = queries.latest_members(PAGE, (at - 1) * PAGE)
    note_access("list", shown=len(rows))
    pages = max(1, -(-counts["members"] // PAGE))
    return page("members/list.html", members=rows, counts=counts, words="", at=at, pages=pages, **WORDS)


@blueprint.post("/search")
@allow(Permission.READ_MEMBERS)
def search() -> Any:
    """By public id, phone or the beginning of the family name: by POST, so that no name stands in a URL."""
    words = request.form.get("words", "").strip()
    rows = queries.search(words) if words else []
    note_access("search", shown=len(rows))
    counts = queries.counts(clock.today(fund().zone))
    return page("members/list.html", members=rows, counts=counts, words=words, at=1, pages=1, **WORDS)


@blueprint.get("/<public_id>")
@allow(Permission.READ_MEMBERS)
def member(public_id: str) -> Any:
    """One member: household, cover, what happened; who looked is written down."""
    row = _member(public_id)
    note_access(row.public_id)
    return _member_page(row)


@blueprint.post("/<public_id>/cover")
@allow(Permission.REGISTER_MEMBERS)
def add_cover(public_id: str) -> Any:
    row = _member(public_id)
    try:
        values = load(NewCover())
        spell = Spell(values["package"], values["cover_from"], values["cover_until"])
        services.add_cover(row, spell, by=actor(), evidence=values["evidence"])
    except InputErrors as errors:
        return _member_page(row, errors) if _may_read() else page("members/new.html", errors=errors)
    return done(_after(row), _("Cover of member %(id)s was entered.", id=row.public_id))


@blueprint.post("/<public_id>/eligibility")
@allow(Permission.ISSUE_ELIGIBILITY)
def issue_eligibility(public_id: str) -> Any:
    """A number to show to a provider; for oneself, or by the registrar for who stands at the desk."""
    member = _own_or_any(public_id)
    row = services.issue_eligibility(member, by=actor(), at=clock.now(), on=clock.today(fund().zone))
    until = day(row.valid_until).striptags()
    message = _("Eligibility number %(number)s holds until %(day)s.", number=row.number, day=until)
    return done(url_for("claims.asked") if not _may_read() else _after(member), message)


@blueprint.get("/new")
@allow(Permission.REGISTER_MEMBERS)
def new() -> Any:
    return page("members/new.html", values=request.args)


@blueprint.post("/new")
@allow(Permission.REGISTER_MEMBERS)
def register() -> Any:
    """A person in a new household, or in one whose number is typed."""
    try:
        values = load(NewMember())
        schema = NewMember()
        household = _household(values)
        row = services.register_member(household, schema.person(values), by=actor(), spell=schema.spell(values))
    except InputErrors as errors:
        return page("members/new.html", errors=errors)
    message = _("Member %(id)s of household %(number)s was registered.", id=row.public_id, number=household.number)
    return done(_after(row), message)


def _member_page(row: Member, errors: InputErrors | None = None) -> Any:
    return page(
        "members/member.html",
        errors=errors,
        member=row,
        people=queries.household_members(row.household_id),
        covered=row.is_covered_on(clock.today(fund().zone)),
        phone=services.phone_of(row),
        events=timeline_of(row, clock.today(fund().zone)),
        may_issue=may(Permission.ISSUE_ELIGIBILITY, actor().roles),
        other_covers=queries.other_covers([row.id]),
        lines=line_names(),
        may_register=may(Permission.REGISTER_MEMBERS, actor().roles),
        may_correct=may(Permission.CORRECT_COVER, actor().roles),
        **WORDS,
    )


def _member(public_id: str) -> Member:
    row = queries.member(public_id)
    if row is None:
        raise NotFound(_l("There is no member with this number."))
    return row


def _own_or_any(public_id: str) -> Member:
    """The registrar's any, else only whom the account stands for: another's number is answered as if it were none."""
    if not _may_read() and public_id not in actor().scopes:
        raise NotFound(_l("There is no member with this number."))
    return _member(public_id)


def _household(values: dict[str, Any]) -> Household:
    if values["household_number"]:
        found = queries.household(values["household_number"].upper())
        if found is None:
            message = _l("There is no household with this number. Leave it blank for a new one.")
            raise InputErrors.at("household_number", message, values["household_number"])
        return found
    income = _income(values["monthly_income"])
    return services.register_household(
        district=values["district"], by=actor(), monthly_income=income, children=values["children"]
    )


def _income(text: str) -> int | None:
    try:
        return parse_amount(text, fund().currency.exponent) if text else None
    except UnreadableAmount as error:
        raise InputErrors([Problem("monthly_income", error.message, text)]) from error


def _may_read() -> bool:
    return may(Permission.READ_MEMBERS, actor().roles)


def _after(row: Member) -> str:
    """A delegate registers members but does not read them."""
    return url_for("members.member", public_id=row.public_id) if _may_read() else url_for("members.new")
