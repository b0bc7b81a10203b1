"""Reads what a bank reports: pain.002 (status of each transfer) and camt.054 (booked debits and returns).

Any version of the two messages is read: elements are found by name, their namespace does not matter.
"""

from __future__ import annotations

import datetime as dt
from xml.etree.ElementTree import Element, ParseError, fromstring
from xml.parsers import expat

from core.errors import InputErrors
from core.words import _
from payments.rails.base import Outcome, Result, stated_amount

PAID = frozenset({"ACSC", "ACCC"})
RETURNED = frozenset({"RJCT", "CANC"})


def read_results(content: bytes) -> list[Result]:
    """Results in the order of the file, repeats kept: the importer is idempotent. Raises InputErrors."""
    root = _parse(content)
    if (report := _first(root, "CstmrPmtStsRpt")) is not None:
        return _status_report(report)
    if (notice := _first(root, "BkToCstmrDbtCdtNtfctn")) is not None:
        return _debit_notice(notice)
    raise InputErrors.at("file", _("This is neither a pain.002 nor a camt.054 message."), _name(root))


def _status_report(report: Element) -> list[Result]:
    header = _first(report, "GrpHdr")
    reported_on = _day(_value(header, "CreDtTm"))
    batch = _value(report, "OrgnlMsgId")
    transfers = _all(report, "TxInfAndSts")
    results = [_transfer_status(transfer, batch, reported_on) for transfer in transfers]
    if results:
        return results
    group = _first(report, "OrgnlGrpInfAndSts")
    status = _value(report, "PmtInfSts") or _value(group, "GrpSts")
    if not status:
        raise InputErrors.at("file", _("The report names neither a payment nor a status of the whole run."))
    return [Result("", _outcome(status), _reason(report), reported_on, batch)]


def _transfer_status(transfer: Element, batch: str, reported_on: dt.date | None) -> Result:
    return Result(
        _value(transfer, "OrgnlEndToEndId"),
        _outcome(_value(transfer, "TxSts")),
        _reason(transfer),
        _day(_value(transfer, "AccptncDtTm")) or reported_on,
        batch,
        stated_amount(_value(transfer, "InstdAmt")),
    )


def _debit_notice(notice: Element) -> list[Result]:
    results = []
    for entry in _all(notice, "Ntry"):
        booked_on = _day(_value(_first(entry, "BookgDt"), "Dt") or _value(_first(entry, "BookgDt"), "DtTm"))
        is_booked = _value(entry, "Sts") == "BOOK"
        for detail in _all(entry, "TxDtls"):
            is_credit = (_value(detail, "CdtDbtInd") or _value(entry, "CdtDbtInd")) == "CRDT"
            returned = is_credit or _first(detail, "RtrInf") is not None
            settled = Outcome.RETURNED if returned else Outcome.PAID
            outcome = settled if is_booked else Outcome.PENDING
            identity = _value(detail, "EndToEndId")
            amount = stated_amount(_value(detail, "Amt"))
            results.append(Result(identity, outcome, _reason(detail), booked_on, "", amount))
    return results


def _outcome(status: str) -> Outcome:
    if status in RETURNED:
        return Outcome.RETURNED
    return Outcome.PAID if status in PAID else Outcome.PENDING


def _reason(element: Element) -> str:
    information = _first(element, "StsRsnInf")
    if information is None:
        information = _first(element, "RtrInf")
    if information is None:
        return ""
    words = [_value(information, "Cd") or _value(information, "Prtry"), *map(_inner, _all(information, "AddtlInf"))]
    return " ".join(word for word in words if word)


def _parse(content: bytes) -> Element:
    """The tree of a file from outside; a document type (entity bombs, foreign files) is refused before that."""
    guard = expat.ParserCreate()
    guard.StartDoctypeDeclHandler = _refuse_document_type
    try:
        guard.Parse(content, True)
        return fromstring(content)  # noqa: S314 - no document type, so no entities
    except (expat.ExpatError, ParseError, ValueError, LookupError) as error:
        raise InputErrors.at("file", _("This file is not readable XML."), str(error)) from error


def _refuse_document_type(*_declaration: object) -> None:
    raise InputErrors.at("file", _("A bank file has no document type. This one was not read."))


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(element: Element, name: str) -> list[Element]:
    return [child for child in element.iter() if _name(child) == name]


def _first(element: Element | None, name: str) -> Element | None:
    return next((child for child in element.iter() if _name(child) == name), None) if element is not None else None


def _inner(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _value(element: Element | None, name: str) -> str:
    found = _first(element, name)
    return _inner(found) if found is not None else ""


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10]) if text else None
    except ValueError as error:
        raise InputErrors.at("file", _("A date is expected, like 2026-11-20."), text) from error
