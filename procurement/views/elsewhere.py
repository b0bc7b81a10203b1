"""Procedures published elsewhere: a file read, a preview, kept as drafts, linked, given back, led here."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.utils import secure_filename

from core.errors import InputErrors, NotFound
from core.permissions import Permission, may
from core.web import actor, allow, done, page
from core.words import _, _l, ngettext
from procurement.foreign import decimal_of
from procurement.models.elsewhere import ElsewhereProcedure
from procurement.ocds.exact import exact_json
from procurement.queries import elsewhere as queries
from procurement.services import elsewhere as verbs
from procurement.services.correcting import correct, said
from procurement.states.elsewhere import ELSEWHERE
from procurement.views import drafting
from procurement.views.prefilled import typed
from procurement.views.tenders import is_staff

blueprint = Blueprint("elsewhere", __name__, url_prefix="/tenders/elsewhere")


@blueprint.get("")
@allow(Permission.READ_TENDERS)
def index() -> Any:
    return _list()


@blueprint.post("")
@allow(Permission.DRAFT_TENDER)
def check() -> Any:
    """Read a file; each release becomes a preview that counts for nothing yet."""
    upload = request.files.get("file")
    try:
        if upload is None or not upload.filename:
            raise InputErrors.at("file", _l("Choose a file: a release or a release package, as JSON."))
        rows = verbs.check_file(upload.read(), secure_filename(upload.filename) or "file", by=actor())
    except InputErrors as errors:
        return _list(errors)
    told = ngettext("%(num)s release was read.", "%(num)s releases were read.", len(rows))
    to = url_for(".show", number=rows[0].number) if len(rows) == 1 else url_for(".index")
    return done(to, told)


@blueprint.get("/<number>")
@allow(Permission.READ_TENDERS)
def show(number: str) -> Any:
    return _page(_procedure(number))


@blueprint.post("/<number>")
@allow(Permission.DRAFT_TENDER)
def act(number: str) -> Any:
    """Keep, drop, correct or link: the button says which."""
    row, answer = _procedure(number), request.form.get("answer", "")
    try:
        if answer == "correct":
            correct(row, {name: request.form[name] for name in said(row.draft) if name in request.form}, by=actor())
        elif answer == "link":
            verbs.link(row, queries.procedure(request.form.get("other", "").strip()), by=actor())
        elif answer == "drop":
            verbs.drop(row, by=actor())
        else:
            verbs.keep([row], by=actor())
    except (InputErrors, NotFound) as error:
        errors = error if isinstance(error, InputErrors) else InputErrors.at("other", error.message)
        return _page(row, errors)
    return done(url_for(".show", number=number), _("%(number)s: %(state)s.", number=number, state=_word(row)))


@blueprint.get("/<number>/release.json")
@allow(Permission.READ_TENDERS)
def given_back(number: str) -> Response:
    """The release as it came, with the corrections made here."""
    return Response(exact_json(verbs.export(_procedure(number))), mimetype="application/json")


def form_of(number: str) -> MultiDict[str, str]:
    """The draft form of a tender of our own, filled with what is known of that procedure."""
    return typed(_procedure(number).draft, drafting.empty())


def _procedure(number: str) -> ElsewhereProcedure:
    if not is_staff(actor()):
        raise NotFound(_l("There is no %(number)s here.", number=number))
    return queries.procedure(number)


def _list(errors: InputErrors | None = None) -> Any:
    if not is_staff(actor()):
        raise NotFound(_l("There is nothing here for you."))
    rows, may_read = queries.procedures(), may(Permission.DRAFT_TENDER, actor().roles)
    return page("tenders/elsewhere_list.html", errors=errors, rows=rows, words=ELSEWHERE.states, may_read=may_read)


def _page(row: ElsewhereProcedure, errors: InputErrors | None = None) -> Any:
    draft = row.draft
    return page(
        "tenders/elsewhere.html", errors=errors, values=request.form if errors else said(draft), row=row, draft=draft,
        word=_word(row), grouped=grouped, others=queries.of_one_procedure(row),
        may_act=may(Permission.DRAFT_TENDER, actor().roles),
    )  # fmt: skip


def grouped(amount: str, currency: str) -> str:
    """An amount of any currency as people read it: 117,000,000 NOK."""
    number = decimal_of(amount)
    text = amount if number is None else f"{number.normalize():,f}"
    return f"{text} {currency}".strip()


def _word(row: ElsewhereProcedure) -> Any:
    return ELSEWHERE.states[row.state]
