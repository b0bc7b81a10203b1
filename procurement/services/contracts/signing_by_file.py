"""Signatures that come as a file: a scan that a second person compares, a signed PDF that is verified."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path

from flask import current_app

from core import audit, clock, files, issued
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import Conflict, Forbidden, InputErrors, Problem
from core.words import _l
from procurement.contract_paper import paper_to_sign
from procurement.models.contract import Contract
from procurement.models.signature import ContractSignature
from procurement.queries.signatures import signatures_of
from procurement.services.contracts.signing import FUND_SIGNERS, add, count, refuse_before_standstill, side_to_sign
from procurement.services.contracts.telling import STREAM
from procurement.signatures import COUNTS, VERDICTS, Reading, read_signed
from procurement.states.contract import CONTRACT, SIGNATURE

TO_SIGN = "contract_to_sign"
SCANS = ("application/pdf", "image/png", "image/jpeg")
LONGEST_NAME = 120


class SignatureRefused(InputErrors):
    """A signed PDF that does not count; `reading` says what was found in it."""

    def __init__(self, reading: Reading, filename: str) -> None:
        self.reading = reading
        words = _l("%(verdict)s. Download the paper here, sign that file and send it as it comes.",
                   verdict=VERDICTS[reading.verdict][0])  # fmt: skip
        super().__init__([Problem("signed", words, filename, reading.verdict)])


def print_to_sign(contract: Contract, *, by: Actor) -> None:
    """The paper that both sides may sign, issued once and kept as it is; the same again changes nothing."""
    side_to_sign(contract, by)
    if contract.to_sign is not None:
        return
    paper = issued.issue(TO_SIGN, contract.number, partial(paper_to_sign, contract), by=by)
    contract.to_sign = files.store(
        paper.content, filename=f"{contract.number}.pdf", media_type="application/pdf",
        organisation_id=contract.organisation_id, by=by,
    )  # fmt: skip
    db.session.flush()


def hand_in_scan(contract: Contract, content: bytes, filename: str, *, name: str, by: Actor) -> ContractSignature:
    """`name`: who signed by hand. It counts once another person of the fund has compared it with the paper."""
    side, paper = side_to_sign(contract, by), _printed(contract)
    media_type = files.check_upload(content, filename, SCANS, "scan")
    if content.startswith(files.read(paper)):
        raise InputErrors.at("scan", _l("This is the file as we issued it. Print it, sign it and scan it."), filename)
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        raise InputErrors.at("name", _l("Say whose signature stands on the paper, in 120 characters at most."), name)
    return _hand_in(contract, side, "scan", name.strip(), content, filename, media_type, by)


def hand_in_signed_pdf(contract: Contract, content: bytes, filename: str, *, by: Actor) -> ContractSignature:
    """It counts at once if it is our paper, wholly signed, and the fund trusts the issuer of the certificate.

    An issuer that the fund does not know waits for a second person; anything else raises `SignatureRefused`.
    """
    side, paper = side_to_sign(contract, by), _printed(contract)
    media_type = files.check_upload(content, filename, SCANS[:1], "signed")
    trusted = Path(current_app.config["TRUSTED_CERTIFICATES"])
    reading = read_signed(content, files.read(paper), trusted=trusted, now=clock.now())
    if reading.verdict not in COUNTS:
        raise SignatureRefused(reading, filename)
    _refuse_same_certificate(contract, reading)
    row = _hand_in(contract, side, "signed_pdf", reading.signer, content, filename, media_type, by)
    row.reading = asdict(reading)
    if reading.verdict == "trusted":
        row.state = SIGNATURE.after(row.state, "confirm")
        count(row, by=by)
    db.session.flush()
    return row


def confirm_signature(row: ContractSignature, *, code: str, reason: str, by: Actor) -> None:
    """The second person: a scan carries the code of our paper, an unknown issuer is accepted for a written reason."""
    target = _to_answer(row, "confirm", by)
    CONTRACT.after(row.contract.state, "sign")
    refuse_before_standstill(row.contract)
    standing = issued.valid_document(TO_SIGN, row.contract.number)
    if row.method == "scan" and (standing is None or issued.plain_code(code) != standing.code):
        words = _l(
            "The paper of this contract carries another code. Read it from the scan; if it is another paper, refuse."
        )
        raise InputErrors.at("code", words, code)
    if row.method == "signed_pdf" and not reason.strip():
        raise InputErrors.at("reason", _l("Say how you know that this certificate is theirs. It stays on record."))
    _answered(row, target, reason, by)
    count(row, by=by)


def refuse_signature(row: ContractSignature, *, reason: str, by: Actor) -> None:
    """It does not count; the side may sign again, in any way."""
    target = _to_answer(row, "refuse", by)
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why. The other side reads it."))
    _answered(row, target, reason, by)
    audit.record(STREAM, Act.SIGNATURE_REFUSED, row.contract.number, by=by, reason=row.reason, after=_said(row))


def _to_answer(row: ContractSignature, action: str, by: Actor) -> str:
    target = SIGNATURE.after(row.state, action)
    if not by.has(*FUND_SIGNERS):
        raise Forbidden(_l("A procurement officer compares what was handed in."))
    by.must_differ_from([row.person], _l("You handed this in, so someone else must compare it."))
    return target


def _answered(row: ContractSignature, target: str, reason: str, by: Actor) -> None:
    row.state, row.reason = target, reason.strip()
    row.answered_by, row.answered_name, row.answered_at = by.person, by.name, clock.now()
    db.session.flush()


def _printed(contract: Contract) -> files.StoredFile:
    if contract.to_sign is None:
        raise Conflict(_l("Print the paper to sign first."))
    return contract.to_sign


def _hand_in(
    contract: Contract, side: str, method: str, name: str, content: bytes, filename: str, media_type: str, by: Actor
) -> ContractSignature:
    row = ContractSignature(
        side=side, method=method, state=SIGNATURE.initial, person=by.person, name=name, at=clock.now(),
    )  # fmt: skip
    row.file = files.store(
        content, filename=filename, media_type=media_type, organisation_id=contract.organisation_id, by=by
    )
    add(contract, row)
    audit.record(STREAM, Act.SIGNATURE_HANDED_IN, contract.number, by=by, after=_said(row))
    return row


def _said(row: ContractSignature) -> dict[str, str]:
    return {"side": row.side, "method": row.method, "sha256": row.file.sha256 if row.file else ""}


def _refuse_same_certificate(contract: Contract, reading: Reading) -> None:
    used = [row.reading for row in signatures_of(contract) if row.state != "refused" and row.reading]
    if any(one["fingerprint"] == reading.fingerprint for one in used):
        raise Forbidden(_l("The other side signed with this certificate, so another one must sign here."))
