"""A tender with eight lots and twelve bidders, one of them joint, from plan to signed contracts, in Chromium.

Seven roles at the screen: officer, second officer, chair, a clerk on a phone, managers, evaluator, complaints officer.
The other bids, marks and checks go through services, as their own screens are shown once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask, current_app
from playwright.sync_api import Browser, Page

from core import audit
from core.actors import Actor
from procurement.queries import tenders as queries
from procurement.queries.contracts import contracts_from
from procurement.services import evaluation, opening
from tests.journeys.conftest import serving
from tests.journeys.market import (
    LEAD,
    LOSER,
    LOTS,
    ON_PHONE,
    PARTNER,
    UNITS,
    WORDS,
    Market,
    lots_of,
    opened_market,
    rate_of,
    send_the_others,
)
from tests.journeys.stage import Stage, fill, press, write
from tests.procurement.tendering import CLOSES, PASSPHRASES, START, admitted

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
FINDINGS = {"slc": "met", "exg": "absent"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Market, Flask]]:
    def filled() -> tuple[Market, Flask]:
        return opened_market(), current_app._get_current_object()  # type: ignore[attr-defined]

    with serving(tmp_path_factory.mktemp("journey"), filled) as (url, (market, app)):
        yield url, market, app


@pytest.mark.both_databases
def test_eight_lots_and_twelve_bidders_from_plan_to_signed_contracts(
    browser: Browser, house: tuple[str, Market, Flask]
) -> None:
    url, market, app = house
    with closing(Stage(browser, url, app)) as stage:
        number = _drafted(stage, market, _planned(stage, market))
        _published(stage, market, number)
        _bids(stage, market, number)
        _opened(stage, market, number, "quality", CLOSES + HOUR)
        _scored(stage, market, number)
        _opened(stage, market, number, "price", CLOSES + 4 * DAY)
        _awarded(stage, market, number)
        _complained(stage, market, number)
        signed = _signed(stage, market, number)
        with stage.backstage(CLOSES + 30 * DAY):
            assert queries.tender_by_number(number).state == "contracted"
            assert not list(audit.verify())
        assert signed == {lot: list(UNITS)[(lot - 1) // 2] for lot in range(1, 9)}
        assert stage.found == []


def _planned(stage: Stage, market: Market) -> str:
    """The officer notes the need and a talk; a second person agrees."""
    stage.move_to(START - 60 * DAY)
    page = stage.visit(market.officer, "/tenders/plans/new")
    fill(
        page, title="Home care, Salt Coast", service_line="home_care", budget="640000000", wanted_on="2027-01-01",
        need="800 people wait for a carer; the census of March names them by district.",
        lot_strategy="Eight lots, one per district, so that small units can bid.", conflicts="None was declared.",
    )  # fmt: skip
    press(page, "Save")
    plan = page.url.rsplit("/", 1)[1]
    fill(page, held_on="2025-12-20", participants="Azmul, Tafrara, Medikar", asked="Which lots could you carry?",
         said="Lots of one district; nights only together.")  # fmt: skip
    press(page, "Record")
    stage.picture(page, "plan")
    page = stage.visit(market.second, f"/tenders/plans/{plan}")
    press(page, "Approve")
    return plan


def _drafted(stage: Stage, market: Market, plan: str) -> str:
    stage.move_to(START)
    page = stage.visit(market.officer, f"/tenders/new?plan={plan}")
    assert page.locator("#title").input_value() == "Home care, Salt Coast"
    for _lot in LOTS[1:]:
        press(page, "Add a lot")
    fill(page, questions_on="2026-03-22", closes_on="2026-04-01", closes_time="09:00", starts_on="2027-01-01",
         ends_on="2028-12-31", summary="Care at home by day, two years, one lot per district.")  # fmt: skip
    for place, title in enumerate(LOTS, start=1):
        row = {"title": title, "ceiling": "80000000", "floor": "40000000", "service.1": "HC-VISIT", "volume.1": "10000"}
        for name, text in row.items():
            write(page, f"lots.{place}.{name}", text)
    write(page, "lots.2.reservation", "res-sse")
    page.select_option("#from_catalogue", "C6")
    press(page, "Add it")
    rows = {"1.weight": "40", "2.name": "Care quality", "2.weight": "35", "2.question": "How do you plan care?",
            "4.weight": "25"}  # fmt: skip
    for name, text in rows.items():
        write(page, f"criteria.{name}", text)
    for who in (market.officer, market.second):
        page.locator(f"input[name=officers][value='{who.account_id}']").check()
    for who in market.evaluators:
        page.locator(f"input[name=evaluators][value='{who.account_id}']").check()
    stage.picture(page, "draft")
    press(page, "Send for approval")
    return page.url.split("#")[0].rsplit("/", 1)[1]


def _published(stage: Stage, market: Market, number: str) -> None:
    """Each officer chooses a passphrase alone; the second approves; both rehearse; the second publishes."""
    for who, text in _keys(market):
        page = stage.visit(who, f"/tenders/{number}/key")
        fill(page, passphrase=text, again=text)
        press(page, "Choose this passphrase")
    stage.picture(page, "passphrase")
    page = stage.visit(market.second, f"/tenders/{number}/approval")
    stage.picture(page, "approval")
    press(page, "Approve and make the keys")
    for who, text in _keys(market):
        page = stage.visit(who, f"/tenders/{number}/key")
        fill(page, passphrase=text)
        press(page, "I am here, try mine")
    page = stage.visit(market.second, f"/tenders/{number}/approval")
    press(page, "Publish")
    stage.picture(page, "published")


def _keys(market: Market) -> list[tuple[Actor, str]]:
    return list(zip((market.officer, market.second), PASSPHRASES, strict=True))


def _bids(stage: Stage, market: Market, number: str) -> None:
    stage.move_to(CLOSES - 3 * DAY)
    send_the_others(stage, market, number, CLOSES - 3 * DAY)
    _bid_on_a_phone(stage, market, number)
    _bid_together(stage, market, number)


def _bid_on_a_phone(stage: Stage, market: Market, number: str) -> None:
    """A clerk at 360 px: the battery dies once, the line breaks once, and every word is there."""
    bid = f"/tenders/{number}/bid"
    page = stage.visit(market.clerk, bid, is_small=True)
    press(page, "Begin")
    stage.picture(page, "phone-tasks")
    stage.go(page, f"{bid}/answers")
    page.locator("#Q2").type(WORDS[:40])
    page.close()  # the battery is empty
    page = stage.visit(market.clerk, f"{bid}/answers", is_small=True)
    assert page.locator("#Q2").input_value() == WORDS[:40]
    page.locator("#Q2").press("End")
    page.locator("#Q2").type(WORDS[40:])
    page.context.set_offline(True)
    page.locator("main").get_by_role("button", name="Save").click(no_wait_after=True)  # the line breaks
    page.wait_for_timeout(300)
    page.context.set_offline(False)
    stage.go(page, f"{bid}/answers")
    assert page.locator("#Q2").input_value() == WORDS
    stage.picture(page, "phone-answers")
    press(page, "Save")
    _do_tasks(stage, page, bid, ON_PHONE, leave=("answers",))
    stage.picture(page, "phone-check")
    press(page, "Seal and send")
    stage.picture(page, "phone-sent")
    assert "Sent and sealed" in page.locator("main").inner_text()


def _do_tasks(stage: Stage, page: Page, bid: str, place: int, leave: tuple[str, ...] = ()) -> None:
    """Every task up to the check page."""
    stage.go(page, f"{bid}/eligibility")
    press(page, "Yes, we may bid")
    stage.go(page, f"{bid}/lots")
    for lot in lots_of(place):
        page.locator(f"input[name=lots][value='{lot}']").check()
    press(page, "Save")
    if "answers" not in leave:
        stage.go(page, f"{bid}/answers")
        fill(page, Q2=WORDS)
        press(page, "Save")
    stage.go(page, f"{bid}/promises")
    fill(page, C6=str(90 - 2 * place))
    press(page, "Save")
    stage.go(page, f"{bid}/documents")
    press(page, "Save")
    stage.go(page, f"{bid}/prices")
    for lot in lots_of(place):
        write(page, f"rate-{lot}-HC-VISIT", rate_of(place))
    press(page, "Save")
    stage.go(page, f"{bid}/send")


def _bid_together(stage: Stage, market: Market, number: str) -> None:
    """The lead asks a partner; without its yes there is no button to send."""
    bid, lead = f"/tenders/{number}/bid", market.bidders[LEAD]
    page = stage.visit(lead, bid)
    press(page, "Begin")
    stage.go(page, f"/tenders/{number}/bid-partners")
    fill(page, organisation=f"O-{PARTNER + 1}", share="40", delivers="All visits after dark.")
    press(page, "Ask")
    stage.picture(page, "partners")
    _do_tasks(stage, page, bid, LEAD)
    assert not page.get_by_role("button", name="Seal and send").count()
    assert "Night Watch has not confirmed" in page.locator("main").inner_text()
    asked = stage.visit(market.bidders[PARTNER], "/today")
    asked.get_by_role("link", name=f"bid together for {number}").first.click()
    asked.wait_for_url("**/invitations/*")
    stage.picture(asked, "invitation")
    press(asked, "Yes, we take part")
    stage.go(page, f"{bid}/send")
    press(page, "Seal and send")


def _opened(stage: Stage, market: Market, number: str, envelope: str, instant: dt.datetime) -> None:
    """Two officers, each in their own session; one alone opens nothing."""
    stage.move_to(instant)
    for place, (who, text) in enumerate(_keys(market)):
        page = stage.visit(who, f"/tenders/{number}/opening")
        page.locator("input[name=interest][value=none]").check()
        stage.picture(page, f"{envelope}-declaration") if not place else None
        press(page, "Declare")
        fill(page, passphrase=text)
        press(page, "I am here, open with me")
        if not place:
            stage.picture(page, f"{envelope}-one-came")
            assert page.url.endswith("/opening")
            wall = page.context.new_page()
            stage.go(wall, f"/tenders/{number}/opening/screen")
            stage.picture(wall, f"{envelope}-wall")
            wall.close()
    assert page.url.endswith(f"/minutes/{envelope}")
    assert page.locator("main").inner_text().count("Opened") >= 12
    press(page, "Sign the minutes")
    stage.picture(page, f"{envelope}-minutes")


def _scored(stage: Stage, market: Market, number: str) -> None:
    """One evaluator marks all twelve at the screen, one bidder is checked there; the chair locks."""
    when = CLOSES + 3 * DAY
    stage.move_to(when)
    page = stage.visit(market.evaluators[0], f"/tenders/{number}/scoring")
    page.locator("input[name=interest][value=none]").check()
    press(page, "Declare")
    stage.picture(page, "scoring")
    for place, name in enumerate(list(UNITS)[:12]):
        page.locator("main").get_by_role("link", name=re.compile(rf"^{re.escape(name)}( \+ |$)")).first.click()
        page.wait_for_url("**/scoring/*")
        fill(page, **{"mark-Q2": "4" if place < 4 else "3", "reason-Q2": f"A clear plan; nights are thin. {name}."})
        stage.picture(page, "marks") if not place else None
        press(page, "Save the marks")
    press(page, "Hand in")
    for who in market.evaluators[1:]:
        with stage.backstage(when):
            _mark(number, who)
    _checked(stage, market, number, when)
    page = stage.visit(market.chair, f"/tenders/{number}/lock")
    page.locator("input[name=interest][value=none]").check()
    press(page, "Declare")
    stage.picture(page, "lock")
    press(page, "Lock the scores")


def _mark(number: str, who: Actor) -> None:
    tender = queries.tender_by_number(number)
    opening.declare_interest(tender, "none", by=who)
    first = set(list(UNITS)[:4])
    for bid in queries.bids_in(tender, "opened"):
        mark = 4 if bid.organisation.name in first else 3
        evaluation.save_marks(tender, bid.public_id, {"Q2": (mark, "Plans with the member.")}, by=who)
    evaluation.submit_marks(tender, by=who)


def _checked(stage: Stage, market: Market, number: str, when: dt.datetime) -> None:
    page = stage.visit(market.officer, f"/tenders/{number}/admission")
    stage.picture(page, "bidders")
    page.locator("main").get_by_role("link", name="Azmul", exact=True).first.click()
    page.wait_for_url("**/admission/*")
    for select in page.locator("select[id^='finding-']").all():
        if select.is_visible() and not select.input_value():
            select.select_option(FINDINGS[(select.get_attribute("id") or "")[8:11]])
    press(page, "Save the checklist")
    page.locator("input[name=decision][value=admitted]").check()
    fill(page, reason="All papers are in order.")
    stage.picture(page, "checklist")
    press(page, "Record the decision")
    with stage.backstage(when):
        tender = queries.tender_by_number(number)
        admitted(tender, market.officer)


def _awarded(stage: Stage, market: Market, number: str) -> None:
    """The chair fixes the ranking; the officer proposes lot by lot with reasons, the chair decides; letters go out."""
    stage.move_to(CLOSES + 5 * DAY)
    page = stage.visit(market.chair, f"/tenders/{number}/ranking")
    assert not page.get_by_role("button", name="Fix the ranking").count()
    page.locator("input[name=interest][value=none]").check()
    press(page, "Declare")
    press(page, "Fix the ranking")
    stage.picture(page, "ranking")
    for lot in range(1, 9):
        page = stage.visit(market.officer, f"/tenders/{number}/lots/{lot}/award")
        stage.picture(page, "reasons") if lot == 1 else None
        press(page, "Propose the award")
    stage.move_to(CLOSES + 6 * DAY)
    for lot in range(1, 9):
        page = stage.visit(market.chair, f"/tenders/{number}/lots/{lot}/award")
        stage.picture(page, "decide") if lot == 1 else None
        press(page, "Award")
    stage.picture(page, "letters")


def _complained(stage: Stage, market: Market, number: str) -> None:
    """The loser reads why and complains; its lot stands still; the complaints officer decides."""
    stage.move_to(CLOSES + 8 * DAY)
    page = stage.visit(market.bidders[LOSER], f"/tenders/{number}/result")
    text = page.locator("main").inner_text()
    for words in ("You may complain until", "Winner", "nights are thin", "Rank", "What was valued in the winner"):
        assert words in text, words
    stage.picture(page, "losing-bidder")
    page.locator("main").get_by_role("link", name="Complain").first.click()
    page.wait_for_url("**/complaints")
    page.locator("input[name=about][value=decision]").check()
    fill(page, lot="1", text="Our nights are covered by two, as we wrote.")
    stage.picture(page, "complaint")
    press(page, "Send the complaint")
    complaint = page.url.rsplit("/", 1)[1]
    page = stage.visit(market.judge, f"/complaints/{complaint}")
    press(page, "Take up")
    fill(page, decision="The marks rest on the words of the bid; two carers by night were not named.",
         outcome="rej-nirreg")  # fmt: skip
    stage.picture(page, "review")
    press(page, "Decline")


def _signed(stage: Stage, market: Market, number: str) -> dict[int, str]:
    """Nobody draws a contract in the standstill; the day after, both sides sign. Lot → who holds its contract."""
    stage.move_to(CLOSES + 9 * DAY)
    page = stage.visit(market.officer, f"/tenders/{number}/lots/1/award")
    assert "Nobody signs before the standstill is over." in page.locator("main").inner_text()
    assert not page.get_by_role("button", name="Draw the contract").count()
    stage.picture(page, "standstill")
    stage.move_to(CLOSES + 30 * DAY)
    for lot in range(1, 9):
        page = stage.visit(market.officer, f"/tenders/{number}/lots/{lot}/award")
        press(page, "Draw the contract")
    winners = _winners(stage, market, number)
    managers = {who.organisation_id: who for who in market.bidders}
    for contract, organisation, _name in winners.values():
        for who in (managers[organisation], market.officer):
            page = stage.visit(who, f"/contracts/{contract}/sign")
            press(page, "Sign the contract")
        assert "In force" in page.locator("main").inner_text()
    stage.picture(page, "contract")
    page = stage.visit(market.officer, f"/tenders/{number}")
    stage.picture(page, "contracted")
    return {lot: name for lot, (_contract, _organisation, name) in winners.items()}


def _winners(stage: Stage, market: Market, number: str) -> dict[int, tuple[str, int, str]]:
    """Lot → contract, organisation, its name."""
    with stage.backstage(CLOSES + 30 * DAY):
        found = {lot: contracts_from(market.officer, f"{number} lot {lot}")[0] for lot in range(1, 9)}
        return {lot: (row.number, row.organisation_id, row.organisation.name) for lot, row in found.items()}
