"""Bank files: the bytes a bank reads, and what it answers."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from xml.etree.ElementTree import fromstring

import pytest

from core.errors import InputErrors
from core.money import Currency
from payments.rails import RAILS, AccountKind, Batch, Csv, Outcome, Pain001, Transfer
from payments.rails.letters import plain_letters

TND, JPY, XOF = Currency("TND", 3), Currency("JPY", 0), Currency("XOF", 0)
NAME = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


def transfer(number: int = 1, amount: int = 100, **changes: object) -> Transfer:
    plain = Transfer(f"PAY-{number}", "Coopérative L’Étoile", AccountKind.IBAN, "TN5910006035183598478831", amount)
    return replace(plain, **changes)  # type: ignore[arg-type]


def batch(*transfers: Transfer, currency: Currency = TND) -> Batch:
    return Batch(
        number="R-2026-46",
        debtor="صندوق الرعاية",
        debtor_account_kind=AccountKind.DOMESTIC,
        debtor_account="0100 2233",
        debtor_bank="BANKTNTT",
        currency=currency,
        released_at=dt.datetime(2026, 11, 20, 9, 30, 5, 123456, tzinfo=dt.UTC),
        value_on=dt.date(2026, 11, 21),
        transfers=transfers,
    )


def amounts(content: bytes) -> list[str | None]:
    return [element.text for element in fromstring(content).iterfind(".//p:InstdAmt", NAME)]


def value(content: bytes, path: str) -> str | None:
    return fromstring(content).findtext(path, namespaces=NAME)


@pytest.mark.parametrize(
    ("currency", "minor", "written"),
    [(TND, 100, "0.100"), (JPY, 1005, "1005"), (XOF, 3501, "3501"), (Currency("EUR", 2), 5, "0.05")],
)
def test_an_amount_is_written_with_the_decimals_of_its_currency(currency: Currency, minor: int, written: str) -> None:
    content = Pain001().export(batch(transfer(amount=minor), currency=currency))
    assert amounts(content) == [written]
    assert f'Ccy="{currency.code}">{written}<'.encode() in content


def test_count_and_control_sum_agree_with_the_transfers_at_both_levels() -> None:
    content = Pain001().export(batch(transfer(1, 31_980), transfer(2, 23_854_865), transfer(3, 1)))
    for level in (".//p:GrpHdr", ".//p:PmtInf"):
        assert value(content, f"{level}/p:NbOfTxs") == "3"
        assert value(content, f"{level}/p:CtrlSum") == "23886.846"
    assert sum(Decimal(amount or 0) for amount in amounts(content)) == Decimal("23886.846")


@pytest.mark.parametrize("rail", RAILS.values(), ids=RAILS.keys())
def test_exporting_again_gives_the_same_bytes(rail: object) -> None:
    assert rail.export(batch(transfer())) == rail.export(batch(transfer()))  # type: ignore[attr-defined]


def test_the_message_number_is_the_run_number_and_the_time_is_that_of_the_release() -> None:
    content = Pain001().export(batch(transfer()))
    assert value(content, ".//p:MsgId") == "R-2026-46"
    assert value(content, ".//p:CreDtTm") == "2026-11-20T09:30:05Z"
    assert value(content, ".//p:ReqdExctnDt/p:Dt") == "2026-11-21"


def test_account_kinds_are_written_as_iban_domestic_or_wallet() -> None:
    content = Pain001().export(
        batch(
            transfer(1, account="tn59 1000 6035 1835 9847 8831"),
            transfer(2, account_kind=AccountKind.DOMESTIC, account="001-22 334", bank="0137"),
            transfer(3, account_kind=AccountKind.WALLET, account="+21698000111"),
        )
    )
    accounts = fromstring(content).findall(".//p:CdtrAcct/p:Id", NAME)
    assert accounts[0].findtext("p:IBAN", namespaces=NAME) == "TN5910006035183598478831"
    assert accounts[1].findtext("p:Othr/p:SchmeNm/p:Cd", namespaces=NAME) == "BBAN"
    assert accounts[2].findtext("p:Othr/p:SchmeNm/p:Prtry", namespaces=NAME) == "WALLET"
    assert value(content, ".//p:CdtrAgt/p:FinInstnId/p:Othr/p:Id") == "0137"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Coopérative L’Étoile & fils", "Cooperative L'Etoile + fils"),
        ("تعاونية تيسنيت", "t'awnya tysnyt"),
        ("Straße <b>", "Strasse .b."),
        ("東京", ".."),
        ("a\n\tb", "a b"),
    ],
)
def test_names_are_written_in_letters_every_bank_takes(name: str, written: str) -> None:
    assert plain_letters(name, 70) == written
    assert re.fullmatch(r"[A-Za-z0-9/\-?:().,'+ ]*", plain_letters(name, 70))


def test_a_long_name_is_cut_at_seventy_characters() -> None:
    assert len(plain_letters("é" * 200, 70)) == 70


@pytest.mark.parametrize("rail", RAILS.values(), ids=RAILS.keys())
@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        (transfer(amount=0), "PAY-1"),
        (transfer(amount=-5), "PAY-1"),
        (transfer(account="TN5910006035183598478832"), "PAY-1"),
        (transfer(creditor=" "), "PAY-1"),
        (transfer(account_kind=AccountKind.WALLET, account="9" * 35), "PAY-1"),
        (transfer(end_to_end_id="P" * 36), "P" * 36),
    ],
)
def test_a_transfer_the_bank_would_refuse_is_named_and_nothing_is_written(
    rail: object, wrong: Transfer, where: str
) -> None:
    with pytest.raises(InputErrors) as refusal:
        rail.export(batch(wrong, transfer(2)))  # type: ignore[attr-defined]
    assert [problem.where for problem in refusal.value.problems] == [where]


def test_an_empty_run_a_repeated_payment_and_a_long_run_number_are_refused() -> None:
    for refused in (batch(), batch(transfer(), transfer()), replace(batch(transfer()), number="R" * 36)):
        with pytest.raises(InputErrors):
            Pain001().export(refused)


PAIN_002 = b"""<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<GrpHdr><MsgId>X</MsgId><CreDtTm>2026-11-23T08:00:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>R-2026-46</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>%s</OrgnlGrpInfAndSts>
%s</CstmrPmtStsRpt></Document>"""
TRANSFERS = b"""<OrgnlPmtInfAndSts><OrgnlPmtInfId>R-2026-46</OrgnlPmtInfId>
<TxInfAndSts><OrgnlEndToEndId>PAY-1</OrgnlEndToEndId><TxSts>ACSC</TxSts>
<OrgnlTxRef><Amt><InstdAmt Ccy="TND">0.100</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>
<TxInfAndSts><OrgnlEndToEndId>PAY-2</OrgnlEndToEndId><TxSts>RJCT</TxSts>
<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Account closed</AddtlInf></StsRsnInf></TxInfAndSts>
<TxInfAndSts><OrgnlEndToEndId>PAY-3</OrgnlEndToEndId><TxSts>PDNG</TxSts></TxInfAndSts></OrgnlPmtInfAndSts>"""


def test_a_status_report_says_what_happened_to_each_transfer() -> None:
    paid, returned, pending = Pain001().parse_result(PAIN_002 % (b"", TRANSFERS))
    assert (paid.end_to_end_id, paid.outcome, paid.amount) == ("PAY-1", Outcome.PAID, Decimal("0.100"))
    assert (returned.outcome, returned.reason) == (Outcome.RETURNED, "AC04 Account closed")
    assert (pending.outcome, pending.batch) == (Outcome.PENDING, "R-2026-46")
    assert paid.reported_on == dt.date(2026, 11, 23)
    assert not paid.differs_from(100, TND)
    assert paid.differs_from(101, TND)


def test_a_report_that_rejects_the_whole_run_speaks_of_the_batch() -> None:
    (result,) = Pain001().parse_result(PAIN_002 % (b"<GrpSts>RJCT</GrpSts>", b""))
    assert (result.end_to_end_id, result.batch, result.outcome) == ("", "R-2026-46", Outcome.RETURNED)


def test_a_debit_notice_tells_booked_payments_from_returns() -> None:
    entry = b"""<Ntry><Amt Ccy="TND">0.100</Amt><CdtDbtInd>%s</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
    <BookgDt><Dt>2026-11-24</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>%s</EndToEndId></Refs>
    <Amt Ccy="TND">0.100</Amt>%s</TxDtls></NtryDtls></Ntry>"""
    returned = b"<RtrInf><Rsn><Cd>AC01</Cd></Rsn></RtrInf>"
    content = b"<Document><BkToCstmrDbtCdtNtfctn>%s%s</BkToCstmrDbtCdtNtfctn></Document>" % (
        entry % (b"DBIT", b"PAY-1", b""),
        entry % (b"CRDT", b"PAY-2", returned),
    )
    first, second = Pain001().parse_result(content)
    assert (first.outcome, first.reported_on) == (Outcome.PAID, dt.date(2026, 11, 24))
    assert (second.outcome, second.reason) == (Outcome.RETURNED, "AC01")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no xml",
        b"<Document/>",
        b"\xff\xfe\x00",
        b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Document>&b;</Document>',
        PAIN_002 % (b"", b""),
    ],
)
def test_a_file_that_is_no_result_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(InputErrors):
        Pain001().parse_result(content)


def test_the_sheet_carries_every_payment_and_no_formula() -> None:
    sheet = Csv().export(batch(transfer(creditor="=HYPERLINK(1)"), transfer(2, 2_000))).decode("utf-8-sig").splitlines()
    assert sheet[0].startswith("batch,payment,payee")
    assert "'=HYPERLINK(1)" in sheet[1]
    assert ",0.100,TND,2026-11-21" in sheet[1]
    assert ",2.000,TND," in sheet[2]


def test_a_sheet_of_results_is_read_and_its_bad_rows_are_named() -> None:
    content = b"payment,status,reason,date,amount\nPAY-1,Paid,,2026-11-24,0.1\nPAY-2,returned,AC04,2026-11-24,\n"
    first, second = Csv().parse_result(content)
    assert (first.outcome, second.reason) == (Outcome.PAID, "AC04")
    assert not first.differs_from(100, TND)
    with pytest.raises(InputErrors) as refusal:
        Csv().parse_result(content + b"PAY-3,gone,,2026-11-24,\n,paid,,,\nPAY-5,paid,,24.11.2026,\n")
    assert [problem.where for problem in refusal.value.problems] == ["row 4", "row 5", "row 6"]


def test_a_sheet_without_its_columns_or_in_another_encoding_is_refused() -> None:
    for content in (b"payment,status\n", "payment,status,reason,date\nPAY-1,paid,é,\n".encode("latin-1")):
        with pytest.raises(InputErrors):
            Csv().parse_result(content)
