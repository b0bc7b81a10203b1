"""From a figure to the visit behind it, and back from a line of the bank file, in Chromium; the same path for others.

Set TOUIZA_PICTURES to a folder and every step of the auditor's walk is kept there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Locator, Page

from claims.models import Claim
from core import clock, work
from core.accounts.models import Account, Assignment
from core.config import fund as fund_
from core.db import db, unit_of_work
from core.roles import Role
from demo import telling
from payments.models import Payable, Payment, PaymentItem
from providers.models import Provider
from providers.queries import open_lines
from quality.periods import last_full_quarter
from quality.scoring import life
from quality.scoring.queries.published import Search
from quality.scoring.scorecards import scorecards
from tests.journeys.conftest import serving
from tests.quality.builders import AUDITOR

CLICKS_BACK = 5
"""From the payment of a bank file's line to the visit."""


class Fund(NamedTuple):
    url: str
    auditor: int
    stranger: int
    provider: str
    payment: str


@pytest.fixture(scope="module")
def fund(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fund]:
    """The invented fund, small, after a night of screens."""

    def filled() -> dict[str, Any]:
        with unit_of_work():
            telling.tell(600, 900)
            period = last_full_quarter(clock.today(fund_().zone)).name
            life.finalise(life.notify(period, by=AUDITOR), by=AUDITOR)
            life.publish(period, by=AUDITOR)
        work.run_due()
        return _known()

    with serving(tmp_path_factory.mktemp("drill"), filled) as (url, known):
        yield Fund(url, **known)


def _known() -> dict[str, Any]:
    """A provider on whose public scorecard on-time visits stand, a manager of another, and a payment to it."""
    shown = {
        card.number
        for card in scorecards(open_lines(), Search(open_lines()))
        for line in card.lines
        if _is_counted(line)
    }
    query = sa.select(Provider.number, Provider.organisation_id, Payment.end_to_end_id)
    query = query.join(Payment, Payment.organisation_id == Provider.organisation_id)
    query = query.join(PaymentItem, PaymentItem.payment_id == Payment.id)
    query = query.join(Payable, Payable.id == PaymentItem.payable_id)
    query = query.join(Claim, Claim.number == Payable.subject)
    query = query.where(Provider.number.in_(shown), Claim.service_line == "long_term_care", Payment.state == "paid")
    number, organisation_id, payment = db.session.execute(query.order_by(Payment.id.desc()).limit(1)).one()
    managers = sa.select(Account.id).join(Assignment, Assignment.account_id == Account.id)
    managers = managers.where(Assignment.role == Role.PROVIDER_MANAGER.value)
    others = managers.where(Assignment.organisation_id != organisation_id).order_by(Account.id)
    stranger = db.session.execute(others).scalars().first()
    auditor = db.session.execute(sa.select(Account.id).where(Account.name == "H. Senuri")).scalar_one()
    return {"auditor": auditor, "stranger": stranger, "provider": number, "payment": payment}


def _is_counted(line: Any) -> bool:
    return line.indicator == "L-01" and line.cutoff_at is not None


class Walk:
    """One person's browser; every click is counted and, if wanted, kept as a picture."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url, self.clicks = page, url, 0

    def start(self, path: str) -> None:
        self.clicks = 0
        answer = self.page.goto(self.url + path)
        assert answer is not None
        assert answer.status == 200, path
        self._keep()

    def click(self, selector: str) -> str:
        """Follow the first such link; its path."""
        return self.follow(self.page.locator(selector).first)

    def follow(self, link: Locator) -> str:
        with self.page.expect_navigation():
            link.click()
        self.clicks += 1
        self._keep()
        return self.page.url.removeprefix(self.url)

    def _keep(self) -> None:
        folder = os.environ.get("TOUIZA_PICTURES", "")
        if folder:
            name = re.sub(r"\W+", "-", self.page.url.removeprefix(self.url)).strip("-")[:60]
            self.page.screenshot(path=Path(folder) / f"drill-{self.clicks}-{name}.png", full_page=True)


@contextmanager
def walking(browser: Browser, fund: Fund, account: int) -> Iterator[Walk]:
    """`account` 0: the public."""
    with closing(browser.new_context()) as context:
        page = context.new_page()
        page.set_default_timeout(20_000)
        if account:
            page.goto(fund.url + "/")
            for more in page.locator(".more-doors > summary").all():
                more.click()
            with page.expect_navigation():
                page.locator(f"form[action='/demo/sign-in/{account}'] button").click()
        yield Walk(page, fund.url)


def test_the_auditor_walks_from_the_public_scorecard_to_the_visit_and_others_are_refused(
    browser: Browser, fund: Fund
) -> None:
    with walking(browser, fund, fund.auditor) as walk:
        walk.start(f"/public/quality/{fund.provider}")
        path = [walk.click("main a[href*='/quality/cases/L-01/']")]
        row = walk.page.locator("main tbody tr", has=walk.page.locator("a[href^='/claims/']")).first
        path.append(walk.follow(row.locator("th a")))
        path.append(walk.click("main a[href^='/claims/']"))
        path.append(walk.click("main a[href^='/quality/desk/lines/']"))
        assert walk.page.locator("main table tbody tr").count() > 0, "the visits behind the line"
        assert "/lines/" in path[2]
    with walking(browser, fund, 0) as walk:
        walk.start(f"/public/quality/{fund.provider}")
        assert all(_is_refused(walk, step) for step in path)
    with walking(browser, fund, fund.stranger) as walk:
        assert all(_is_refused(walk, step) for step in path)


def test_the_way_back_from_a_line_of_the_bank_file_takes_five_clicks_at_most(browser: Browser, fund: Fund) -> None:
    with walking(browser, fund, fund.auditor) as walk:
        walk.start("/payments")
        walk.page.fill("header input[type=search], header input[name=q], header input[name=words]", fund.payment)
        with walk.page.expect_navigation():
            walk.page.keyboard.press("Enter")
        if fund.payment not in walk.page.url:
            walk.click(f"main a[href$='{fund.payment}']")
        walk.click("main a[href^='/claims/']")
        walk.click("main a[href*='/lines/']")
        visits = walk.click("main a[href^='/quality/desk/lines/']")
        assert walk.page.locator("main table tbody tr").count() > 0
        assert walk.clicks <= CLICKS_BACK
    with walking(browser, fund, fund.stranger) as walk:
        assert _is_refused(walk, visits)


def _is_refused(walk: Walk, path: str) -> bool:
    """Asked to sign in, or told that nothing is there."""
    answer = walk.page.goto(walk.url + path)
    assert answer is not None
    return answer.status in (401, 403, 404) or "/login" in walk.page.url
