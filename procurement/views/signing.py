"""Signing a contract on the screen: by second factor, on paper, by certificate; and what a second person compares."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from core import files
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission, may
from core.web import actor, allow, done, page, second_factor
from core.web.limits import factor_limit
from core.words import _, _l
from procurement.models.contract import Contract
from procurement.models.signature import ContractSignature
from procurement.queries.contracts import contracts_to_sign
from procurement.queries.signatures import signatures_of
from procurement.services import contracts as services
from procurement.signature_words import METHODS, side_words
from procurement.signatures import VERDICTS
from procurement.states.contract import SIGNATURE
from procurement.views.contracts import as_file, blueprint, own_organisation, readable


@blueprint.get("/<number>/sign")
@allow(Permission.SIGN_CONTRACT)
def sign_page(number: str) -> Any:
    """The three ways."""
    return _page(readable(number))


@blueprint.post("/<number>/sign")
@allow(Permission.SIGN_CONTRACT)
@factor_limit
def sign(number: str) -> Any:
    contract = readable(number)
    try:
        second_factor.confirm(request.form.get("code", ""))
    except InputErrors as errors:
        return _page(contract, errors)
    services.sign(contract, by=actor(), method="demo" if fund().is_demo else "second_factor")
    return _signed(contract)


@blueprint.post("/<number>/sign/paper")
@allow(Permission.SIGN_CONTRACT)
def print_to_sign(number: str) -> Any:
    services.print_to_sign(readable(number), by=actor())
    return done(url_for(".sign_page", number=number), _("The paper is ready. Download it below."))


@blueprint.get("/<number>/sign/paper.pdf")
@allow(Permission.SIGN_CONTRACT)
def paper_to_sign(number: str) -> Any:
    contract = readable(number)
    if contract.to_sign is None:
        raise NotFound(_l("This paper was not printed yet."))
    return as_file(files.read(contract.to_sign), "application/pdf", f"{number}.pdf", kind="attachment")


@blueprint.post("/<number>/sign/scan")
@allow(Permission.SIGN_CONTRACT)
def hand_in_scan(number: str) -> Any:
    contract, (content, filename) = readable(number), _uploaded("scan")
    try:
        name = request.form.get("name", "")
        services.hand_in_scan(contract, content, filename, name=name, by=actor())
    except InputErrors as errors:
        return _page(contract, errors)
    return done(url_for(".show", number=number), _("The scan is here. Another person of the fund compares it."))


@blueprint.post("/<number>/sign/certificate")
@allow(Permission.SIGN_CONTRACT)
def hand_in_signed(number: str) -> Any:
    contract, (content, filename) = readable(number), _uploaded("signed")
    try:
        row = services.hand_in_signed_pdf(contract, content, filename, by=actor())
    except services.SignatureRefused as refused:
        return _page(contract, refused, refused.reading)
    except InputErrors as errors:
        return _page(contract, errors)
    if row.state == "waiting":
        words = _("The signature is valid, but the fund does not know its issuer. Another person decides about it.")
        return done(url_for(".signature", number=number, key=row.id), words)
    return _signed(contract)


@blueprint.get("/<number>/signatures/<int:key>")
@allow(Permission.READ_CONTRACTS)
def signature(number: str, key: int) -> Any:
    return _signature_page(_found(readable(number), key))


@blueprint.get("/<number>/signatures/<int:key>/file")
@allow(Permission.READ_CONTRACTS)
def signature_file(number: str, key: int) -> Any:
    """As it was handed in; never shown inside a page of ours."""
    row = _found(readable(number), key)
    if row.file is None:
        raise NotFound(_l("Nothing was handed in for this signature."))
    return as_file(files.read(row.file), row.file.media_type, row.file.filename, kind="attachment")


@blueprint.post("/<number>/signatures/<int:key>/answer")
@allow(Permission.ANSWER_SIGNATURE)
def answer_signature(number: str, key: int) -> Any:
    row, reason = _found(readable(number), key), request.form.get("reason", "")
    try:
        if request.form.get("answer") == "refuse":
            services.refuse_signature(row, reason=reason, by=actor())
            return done(url_for(".show", number=number), _("The signature is refused. Its side may sign again."))
        services.confirm_signature(row, code=request.form.get("code", "")[:60], reason=reason, by=actor())
    except InputErrors as errors:
        return _signature_page(row, errors)
    return _signed(row.contract)


def _signed(contract: Contract) -> Any:
    if contract.state == "active":
        words = _("Contract %(number)s is signed by both sides and in force.", number=contract.number)
    else:
        words = _("Contract %(number)s is signed by one side. The other side signs next.", number=contract.number)
    return done(url_for(".show", number=contract.number), words)


def _uploaded(name: str) -> tuple[bytes, str]:
    sent = request.files.get(name)
    return (sent.read(), sent.filename or "") if sent else (b"", "")


def _found(contract: Contract, key: int) -> ContractSignature:
    row = next((row for row in signatures_of(contract) if row.id == key), None)
    if row is None:
        raise NotFound(_l("This contract has no such signature."))
    return row


def _page(contract: Contract, errors: InputErrors | None = None, reading: Any = None) -> Any:
    mine = own_organisation()
    context: dict[str, Any] = {
        "can_sign": contract in contracts_to_sign(actor(), mine),
        "side": side_words("fund" if mine is None else "provider"),
        "has_factor": second_factor.has_factor(), "reading": reading, "verdicts": VERDICTS,
    }  # fmt: skip
    return page("procurement/sign.html", errors=errors, contract=contract, **context)


def _signature_page(row: ContractSignature, errors: InputErrors | None = None) -> Any:
    may_answer = row.state == "waiting" and may(Permission.ANSWER_SIGNATURE, actor().roles)
    context: dict[str, Any] = {
        "side": side_words(row.side), "methods": METHODS, "states": SIGNATURE.states, "verdicts": VERDICTS,
        "reading": row.reading, "is_own": row.person == actor().person, "may_answer": may_answer,
    }  # fmt: skip
    return page("procurement/signature.html", errors=errors, row=row, contract=row.contract, **context)
