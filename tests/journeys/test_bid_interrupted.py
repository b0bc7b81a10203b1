"""A clerk of a small cooperative writes a bid on a phone, is interrupted twice, and loses no word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from core import clock
from tests.journeys import gates
from tests.journeys.conftest import serving
from tests.procurement import tendering

House = tuple[str, str, int]  # address, tender, the clerk's account
WORDS = "One carer plans with each member, and writes it down with the family. Nights are covered by two."


def _published() -> tuple[str, int]:
    """A tender that is open today."""
    now = clock.now()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tendering, "START", now - dt.timedelta(days=1))
        patch.setattr(tendering, "CLOSES", now + dt.timedelta(days=30))
        people = tendering.house()
        begins = (now + dt.timedelta(days=90)).date()
        tender = tendering.published(people, starts_on=begins, ends_on=begins + dt.timedelta(days=700))
        return tender.number, people.bidders[0].account_id or 0


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with serving(tmp_path_factory.mktemp("interrupted"), _published) as (url, (number, account)):
        yield url, number, account


def phone(browser: Browser, house: House) -> tuple[BrowserContext, Page]:
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    sign_in(page, house)
    return context, page


def sign_in(page: Page, house: House) -> None:
    url, _number, account = house
    page.goto(f"{url}/?lang=en")
    if (more := page.locator(".more-doors > summary")).count():
        more.first.click()
    page.locator(f"form[action='/demo/sign-in/{account}'] button").click()
    page.wait_for_url(f"{url}/today")


def test_a_bid_on_a_small_screen_interrupted_twice_loses_no_word(browser: Browser, house: House) -> None:
    url, number, _account = house
    context, page = phone(browser, house)
    page.goto(f"{url}/tenders/{number}/bid")
    page.get_by_role("button", name="Begin").click()
    answers = f"{url}/tenders/{number}/bid/answers"
    page.goto(answers)
    page.locator("#Q1").type(WORDS[:40])
    page.close()  # the battery is empty
    page = context.new_page()
    page.goto(answers)
    assert page.locator("#Q1").input_value() == WORDS[:40]
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"{url}/tenders/{number}/bid")
    page.goto(answers)
    page.locator("#Q1").press("End")
    page.locator("#Q1").fill(WORDS[:40])
    page.locator("#Q1").type(WORDS[40:])
    context.set_offline(True)
    page.get_by_role("button", name="Save").click(no_wait_after=True)  # the line breaks while it is sent
    page.wait_for_timeout(300)
    context.set_offline(False)
    page.goto(answers)
    assert page.locator("#Q1").input_value() == WORDS
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"{url}/tenders/{number}/bid")
    context.close()
    other, page = phone(browser, house)  # another phone: the house has every word
    page.goto(answers)
    assert page.locator("#Q1").input_value() == WORDS
    assert gates.overflow(page) == []
    other.close()


def test_a_session_that_ended_while_typing_costs_no_word(browser: Browser, house: House) -> None:
    url, number, _account = house
    context, page = phone(browser, house)
    page.goto(f"{url}/tenders/{number}/bid")
    if (begin := page.get_by_role("button", name="Begin")).count():
        begin.click()
    answers = f"{url}/tenders/{number}/bid/answers"
    page.goto(answers)
    page.locator("#Q1").fill("")
    page.locator("#Q1").type(WORDS)
    context.clear_cookies()  # signed out meanwhile, by time or by the house
    page.get_by_role("button", name="Save").click()
    page.wait_for_load_state()
    assert page.locator("#Q1").count() == 0
    sign_in(page, house)
    page.goto(answers)
    assert page.locator("#Q1").input_value() == WORDS
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"{url}/tenders/{number}/bid")
    context.close()


def test_prices_leave_no_copy_on_the_device(browser: Browser, house: House) -> None:
    url, number, _account = house
    context, page = phone(browser, house)
    page.goto(f"{url}/tenders/{number}/bid")
    if (begin := page.get_by_role("button", name="Begin")).count():
        begin.click()
    page.goto(f"{url}/tenders/{number}/bid/lots")
    page.locator("#lots").check()
    page.get_by_role("button", name="Save").click()
    page.goto(f"{url}/tenders/{number}/bid/prices")
    page.locator("[id='rate-1-HC-VISIT']").type("7123.457")
    assert "7123.457" not in page.evaluate("JSON.stringify(localStorage)")
    context.close()
