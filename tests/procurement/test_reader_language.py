"""Letters and mails speak the language of who reads them, records that of the fund."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import pytest
from flask import Flask
from flask_babel import force_locale
from pypdf import PdfReader
from sqlalchemy import select

from core import files
from core.accounts.models import Account
from core.accounts.readers import reader_of, tell
from core.accounts.services import choose_language
from core.db import db
from core.organisations import Organisation
from core.outbox import OutboxMessage
from core.words import _
from procurement.queries import tenders as queries
from procurement.services import award
from tests.procurement.tendering import CLOSES, House, at, house, ranked

DAY = dt.timedelta(days=1)


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def speaks(house_: House, bidder: int, language: str) -> None:
    with at(CLOSES):
        choose_language(db.session.get_one(Account, house_.bidders[bidder].account_id), language)


def test_each_bidder_gets_its_award_letter_and_mail_in_its_own_language(people: House) -> None:
    tender = ranked(people)
    speaks(people, 0, "fr")
    speaks(people, 1, "ar")
    with at(CLOSES + 6 * DAY):
        reasons = {row.bid.public_id: "The plan." for row in queries.results_of(tender.lots[0])}
        proposal = award.propose_award(tender.lots[0], reasons, by=people.officer)
    with at(CLOSES + 7 * DAY), force_locale("es"):
        award.decide_award(proposal, by=people.chair)
    letters = {letter.organisation.name: pages(files.read(letter.file)) for letter in proposal.letters}
    assert "remporte" in letters["Unit 1"].pages[0].extract_text()
    assert letters["Unit 1"].trailer["/Root"]["/Lang"] == "fr"
    assert letters["Unit 2"].trailer["/Root"]["/Lang"] == "ar"
    assert letters["Unit 2"].trailer["/Root"]["/ViewerPreferences"]["/Direction"] == "/R2L"
    assert any("\u0600" <= sign <= "\ufeff" for sign in letters["Unit 2"].pages[0].extract_text())
    mails = db.session.execute(select(OutboxMessage).where(OutboxMessage.purpose == "award")).scalars().all()
    assert {mail.organisation_id: mail.locale for mail in mails} == {
        people.bidders[0].organisation_id: "fr",
        people.bidders[1].organisation_id: "ar",
    }
    assert all(mail.arguments["subject"] and mail.arguments["body"] for mail in mails)


def pages(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))


def test_the_manager_s_language_comes_before_the_organisation_s_and_the_fund_s_is_last(people: House) -> None:
    key = people.bidders[0].organisation_id or 0
    assert reader_of(key).language == "en"
    with at(CLOSES):
        db.session.get_one(Organisation, key).locale = "es"
    assert reader_of(key).language == "es"
    speaks(people, 0, "ar")
    assert reader_of(key).language == "ar"


def test_a_language_the_fund_does_not_speak_is_passed_over(people: House) -> None:
    speaks(people, 0, "de")
    assert reader_of(people.bidders[0].organisation_id or 0).language == "en"


def test_a_mail_is_worded_in_the_language_of_its_reader_and_goes_to_the_manager_if_there_is_no_address(
    people: House,
) -> None:
    speaks(people, 0, "fr")
    reader = reader_of(people.bidders[0].organisation_id or 0)
    with at(CLOSES), force_locale("es"):
        tell(reader, "x", lambda: (_("Complaints until"), _("price")), purpose="test", arguments={"n": 1})
    (mail,) = db.session.execute(select(OutboxMessage).where(OutboxMessage.purpose == "test")).scalars()
    assert mail.arguments == {"n": 1, "subject": "Réclamations jusqu’au", "body": "prix"}
    assert mail.address.endswith("@example.org")
