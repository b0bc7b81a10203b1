"""A stage for a long journey: several people in browsers of their own, one clock that the journey moves, pictures.

Set TOUIZA_PICTURES to a folder and every `picture` is kept there at both widths.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from core import clock
from core.actors import Actor
from core.db import db
from tests.journeys import gates
from tests.procurement import tendering

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 800}


class Stage:
    """People sign in once, each in a browser of their own, and stay until the curtain."""

    def __init__(self, browser: Browser, url: str, app: Flask) -> None:
        self.url, self.found = url, list[str]()
        self._browser, self._app = browser, app
        self._doors: dict[int, BrowserContext] = {}
        self._clock, self._count = ExitStack(), 0

    def move_to(self, instant: dt.datetime) -> None:
        """The clock of the whole house stands at `instant` from now on."""
        self._clock.close()
        self._clock.enter_context(clock.frozen(instant))

    @contextmanager
    def backstage(self, instant: dt.datetime) -> Iterator[None]:
        """What others do at `instant` through services."""
        with self._app.app_context():
            try:
                with tendering.at(instant):
                    yield
            finally:
                db.session.remove()

    def visit(self, who: Actor, path: str, *, is_small: bool = False) -> Page:
        """A page of this person's browser at `path`."""
        key = who.account_id or 0
        if key not in self._doors:
            context = self._browser.new_context(viewport=PHONE if is_small else DESK)  # type: ignore[arg-type]
            context.set_default_timeout(10_000)
            self._doors[key] = context
            self._walk_in(context.new_page(), key)
        page = self._doors[key].pages[0] if self._doors[key].pages else self._doors[key].new_page()
        self.go(page, path)
        return page

    def go(self, page: Page, path: str) -> None:
        answer = page.goto(self.url + path)
        assert answer is not None
        assert answer.status == 200, f"{path} answers {answer.status}: {page.title()}"

    def picture(self, page: Page, name: str) -> None:
        """Look at the page at both widths: nothing overflows, nothing is too small to press."""
        self._count += 1
        size = page.viewport_size
        for width in gates.WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found = gates.overflow(page, (width,)) + gates.small_targets(page)
            self.found += [f"{name} at {width} px: {line}" for line in found]
            self._keep(page, f"{self._count:02}-{name}-{width}.png")
        page.set_viewport_size(size or {"width": 1280, "height": 900})

    def close(self) -> None:
        self._clock.close()
        for context in self._doors.values():
            context.close()

    def _walk_in(self, page: Page, account: int) -> None:
        page.goto(f"{self.url}/?lang=en")
        door = page.locator(f"form[action='/demo/sign-in/{account}'] button")
        if not door.is_visible():
            page.click(".more-doors > summary")
        door.click()
        page.wait_for_url(f"{self.url}/today")

    def _keep(self, page: Page, name: str) -> None:
        if folder := os.environ.get("TOUIZA_PICTURES"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=str(Path(folder) / name), full_page=True)


def fill(page: Page, **fields: str) -> None:
    """Type into fields; `lots__1__title` is the field `lots.1.title`."""
    for name, text in fields.items():
        write(page, name.replace("__", "."), text)


def write(page: Page, name: str, text: str) -> None:
    field = page.locator(f"main [id='{name}']")
    if field.evaluate("e => e.tagName") == "SELECT":
        field.select_option(text)
    else:
        field.fill(text)


def press(page: Page, words: str) -> None:
    """Press the button and wait for what comes; a refusal is read out."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=words).first.click()
    problem = page.locator("main .problem")
    assert not problem.count(), problem.first.inner_text()
