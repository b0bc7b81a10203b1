"""A clerk at 360 px, by keyboard alone: a claim begun, mended, said back, sent, and the reason read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import update

from core import clock
from core.config import fund
from core.db import db, unit_of_work
from core.roles import Role
from members.models import Cover
from procurement.models.contract import Contract, ContractLine
from providers.models import Accreditation
from tests.accounts import account_with
from tests.claims.builders import eligible, small_fund
from tests.journeys import gates
from tests.journeys.conftest import serving

LATER = dt.date(2099, 12, 31)
House = tuple[str, int, str, str]  # address, clerk, yesterday, what the member shows


def _clerk() -> tuple[int, str, str]:
    """A small fund whose contracts still run today: the clerk's account, yesterday as a clerk types it, and the number
    that the member shows."""
    made = small_fund()
    with unit_of_work():
        for spell in (Cover, Accreditation, Contract, ContractLine):
            db.session.execute(update(spell).values(valid_until=LATER))
    yesterday = clock.today(fund().zone) - dt.timedelta(days=1)
    account = account_with(Role.PROVIDER_CLERK, organisation_id=made.blue, name="N. Zerbay")
    return account.id, f"{yesterday.day}/{yesterday.month}/{yesterday.year}", eligible(until=LATER)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with serving(tmp_path_factory.mktemp("doors"), _clerk) as (url, (account, day, number)):
        yield url, account, day, number


@pytest.fixture
def phone(browser: Browser, house: House) -> Iterator[Page]:
    """The clerk, signed in, on a small phone."""
    url, account, _day, _number = house
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{url}/?lang=en")
    reach(page, f"form[action='/demo/sign-in/{account}'] button")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/today")
    yield page
    context.close()


def reach(page: Page, selector: str) -> None:
    """Press Tab until the focus is there, as someone without a mouse does."""
    for _press in range(120):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} cannot be reached by Tab")


def type_into(page: Page, field: str, text: str) -> None:
    reach(page, f"[id='{field}']")
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def press(page: Page, act: str) -> None:
    reach(page, f"button[name='do'][value='{act}']:not([hidden])")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def words_of(page: Page, selector: str) -> str:
    """What stands there, with plain blanks."""
    return page.locator(selector).first.inner_text().replace("\xa0", " ")


def found_here(page: Page) -> list[str]:
    return gates.violations(page) + gates.overflow(page) + gates.small_targets(page) + gates.pale_borders(page)


def test_a_clerk_makes_a_claim_by_keyboard_on_a_phone_and_reads_why(phone: Page, house: House) -> None:
    url, _account, day, number = house
    phone.goto(f"{url}/claims/new")
    assert found_here(phone) == []
    type_into(phone, "member_id", "m 44-71")
    type_into(phone, "eligibility_no", number)
    reach(phone, "[id='lines.0.code']")
    phone.keyboard.type("Consultation")
    type_into(phone, "lines.0.service_start", day)
    type_into(phone, "lines.0.quantity", "1")
    type_into(phone, "lines.0.unit_price", "12,00")
    with phone.expect_navigation():
        phone.keyboard.press("Enter")  # in a field: the form checks, it does not add a line

    assert phone.title().startswith("Error: New claim")
    assert phone.evaluate("document.activeElement.matches('.problem')")
    summary = "Price of one: “12,00” could mean 12.000 or 1200. Write 12.000 or 1200.000."
    assert phone.locator(".problem a").all_inner_texts() == [summary]
    assert found_here(phone) == []
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    assert phone.evaluate("document.activeElement.id") == "lines.0.unit_price"
    phone.keyboard.press("Control+a")
    phone.keyboard.type("12.000")

    press(phone, "try")
    said = words_of(phone, "aside")
    for words in ("The answer would be", "8.000 TZD", "2.000 TZD", "PRC-01", "Only a try."):
        assert words in said, words
    press(phone, "check")
    assert words_of(phone, "h1") == "Check it, then send"
    assert "M4471" in words_of(phone, "main")
    assert "12.000 TZD" in words_of(phone, "main")
    assert found_here(phone) == []
    reach(phone, "#declared")
    phone.keyboard.press("Space")
    press(phone, "send")

    assert "the fund pays 8.000 TZD." in words_of(phone, ".flash")
    reach(phone, "tbody th a")
    with phone.expect_navigation():
        phone.keyboard.press("Enter")
    assert words_of(phone, "h1") == "Why the fund pays 8.000 of the 12.000 TZD you asked"
    page = words_of(phone, "main")
    for words in ("Contract C-2026-001 pays 10.000 since 1 January 2026; 12.000 was asked.", "What you can do"):
        assert words in page, words
    assert found_here(phone) == []


def test_the_form_works_without_a_script(browser: Browser, house: House) -> None:
    """Several lines, an error, a draft that waits under Today: all by plain buttons."""
    url, account, _day, _number = house
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{url}/?lang=en")
    page.click(f"form[action='/demo/sign-in/{account}'] button")
    page.goto(f"{url}/claims/new")
    page.fill("#member_id", "M-33")
    page.click("text=Add another line")
    page.fill("[id='lines.1.quantity']", "two")
    page.click("text=Save and leave")
    assert "is saved, not sent. It waits for you under Today." in words_of(page, ".flash")
    page.click("text=Finish your claim >> nth=0")
    assert page.input_value("#member_id") == "M-33"
    assert page.input_value("[id='lines.1.quantity']") == "two"
    page.click("text=Throw it away")
    assert "was thrown away" in words_of(page, ".flash")
    context.close()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_claims_pages_pass_every_gate(phone: Page, house: House, language: str) -> None:
    url, _account, _day, _number = house
    phone.goto(f"{url}/claims?lang={language}")
    paths = ("/claims", "/claims/new", "/claims/upload")
    assert [line for path in paths for width in gates.WIDTHS for line in gates.look(phone, url + path, width)] == []
