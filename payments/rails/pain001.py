"""ISO 20022: credit transfers out as pain.001.001.09, results in as pain.002 or camt.054."""

from __future__ import annotations

import datetime as dt
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from core.money import to_decimal
from payments.rails.base import AccountKind, Batch, Result, Transfer, check
from payments.rails.letters import plain_letters
from payments.rails.results import read_results

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
NAME_LENGTH, TEXT_LENGTH = 70, 140  # banks cut names at 70 although the schema allows 140


class Pain001:
    """Bank file of a payment run."""

    name = "pain001"
    media_type = "application/xml"

    def export(self, batch: Batch) -> bytes:
        """The message: one payment instruction with a transfer for each payee, the same bytes each time."""
        check(batch)
        root = Element("Document", xmlns=NAMESPACE)
        message = SubElement(root, "CstmrCdtTrfInitn")
        _group_header(message, batch)
        instruction = _instruction(message, batch)
        for transfer in batch.transfers:
            _transfer(instruction, transfer, batch)
        indent(root)
        content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
        return content + b"\n"

    def parse_result(self, content: bytes) -> list[Result]:
        return read_results(content)


def _group_header(message: Element, batch: Batch) -> None:
    header = SubElement(message, "GrpHdr")
    _text(header, "MsgId", batch.number)
    _text(header, "CreDtTm", batch.released_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _sums(header, batch)
    _text(SubElement(header, "InitgPty"), "Nm", plain_letters(batch.debtor, NAME_LENGTH))


def _instruction(message: Element, batch: Batch) -> Element:
    instruction = SubElement(message, "PmtInf")
    _text(instruction, "PmtInfId", batch.number)
    _text(instruction, "PmtMtd", "TRF")
    _text(instruction, "BtchBookg", "true")
    _sums(instruction, batch)
    _text(SubElement(instruction, "ReqdExctnDt"), "Dt", batch.value_on.isoformat())
    _text(SubElement(instruction, "Dbtr"), "Nm", plain_letters(batch.debtor, NAME_LENGTH))
    account = SubElement(instruction, "DbtrAcct")
    _account(account, batch.debtor_account_kind, batch.debtor_account)
    _text(account, "Ccy", batch.currency.code)
    _agent(SubElement(instruction, "DbtrAgt"), batch.debtor_bank)
    _text(instruction, "ChrgBr", "SLEV" if batch.currency.code == "EUR" else "SHAR")
    return instruction


def _sums(parent: Element, batch: Batch) -> None:
    """Number and sum of the transfers, against which the bank checks the file."""
    _text(parent, "NbOfTxs", str(len(batch.transfers)))
    _text(parent, "CtrlSum", to_decimal(batch.total, batch.currency.exponent))


def _transfer(instruction: Element, transfer: Transfer, batch: Batch) -> None:
    entry = SubElement(instruction, "CdtTrfTxInf")
    _text(SubElement(entry, "PmtId"), "EndToEndId", transfer.end_to_end_id)
    amount = SubElement(SubElement(entry, "Amt"), "InstdAmt", Ccy=batch.currency.code)
    amount.text = to_decimal(transfer.amount, batch.currency.exponent)
    if transfer.bank:
        _agent(SubElement(entry, "CdtrAgt"), transfer.bank)
    _text(SubElement(entry, "Cdtr"), "Nm", plain_letters(transfer.creditor, NAME_LENGTH))
    _account(SubElement(entry, "CdtrAcct"), transfer.account_kind, transfer.account)
    if transfer.text:
        _text(SubElement(entry, "RmtInf"), "Ustrd", plain_letters(transfer.text, TEXT_LENGTH))


def _account(parent: Element, kind: AccountKind, account: str) -> None:
    identity = SubElement(parent, "Id")
    if kind is AccountKind.IBAN:
        _text(identity, "IBAN", "".join(account.split()).upper())
        return
    other = SubElement(identity, "Othr")
    _text(other, "Id", account.strip())
    scheme = SubElement(other, "SchmeNm")
    if kind is AccountKind.WALLET:
        _text(scheme, "Prtry", "WALLET")
    else:
        _text(scheme, "Cd", "BBAN")


def _agent(parent: Element, bank: str) -> None:
    institution = SubElement(parent, "FinInstnId")
    if _is_bic(bank):
        _text(institution, "BICFI", bank)
    else:
        _text(SubElement(institution, "Othr"), "Id", bank or "NOTPROVIDED")


def _is_bic(bank: str) -> bool:
    return len(bank) in (8, 11) and bank.isascii() and bank.isalnum() and bank.isupper() and bank[:6].isalpha()


def _text(parent: Element, name: str, value: str) -> None:
    SubElement(parent, name).text = value
