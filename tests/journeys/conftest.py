"""A live server on a database file, and the system's own Chromium."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from core import clock
from core.accounts import services
from core.db import database_clock, db, unit_of_work
from core.organisations import Organisation
from core.roles import PROVIDER_STAFF, Role
from tests.accounts import account_with
from tests.conftest import database_url, settings

Filled = TypeVar("Filled")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.journey)
            # the development server leaves files of static answers to the garbage collector
            item.add_marker(pytest.mark.filterwarnings("ignore::ResourceWarning"))
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))


def chromium() -> str:
    """The system's Chromium; without one the journeys say so, or fail where CI demands them."""
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
    )
    if not found and os.environ.get("TOUIZA_REQUIRE_CHROMIUM") == "1":
        pytest.fail("Chromium is missing and TOUIZA_REQUIRE_CHROMIUM=1")
    if not found:
        pytest.skip("needs Chromium: apt-get install chromium fonts-noto-core")
    return found


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Closed when the journeys are over: its event loop holds the thread, and other tests want their own."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Site:
    """A running house: its address and one account per role."""

    url: str
    accounts: dict[Role, int]


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


def by_one_clock(inner: Callable[..., Any]) -> Callable[..., Any]:
    """A journey holds the clock of this process: the database's own follows it in every request."""

    def answer(environ: Any, start_response: Any) -> Any:
        with database_clock(clock.now):
            return inner(environ, start_response)

    return answer


@contextmanager
def serving(folder: Path, fill: Callable[[], Filled]) -> Iterator[tuple[str, Filled]]:
    """The house over a database that `fill` has written into: its address, and what `fill` gave."""
    given = database_url("_journey")
    uri = f"sqlite:///{folder / 'site.sqlite'}" if given == "sqlite://" else given
    app = create_app({**settings(folder), "SQLALCHEMY_DATABASE_URI": uri, "WTF_CSRF_ENABLED": True})
    app.wsgi_app = by_one_clock(app.wsgi_app)  # type: ignore[method-assign]
    with app.app_context():
        db.create_all()
        filled = fill()
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}", filled
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Served by threads, on an empty house with one account per role."""
    with serving(tmp_path_factory.mktemp("site"), _accounts) as (url, accounts):
        yield Site(url, accounts)


def _accounts() -> dict[Role, int]:
    with unit_of_work():
        services.ensure_roles()
        row = Organisation(
            number="O-2026-001-K",
            name="Al Amal",
            legal_form="cooperative",
            register_scheme="tz.coop",
            register_number="1",
            district="North",
            created_at=clock.now(),
        )
        db.session.add(row)
        db.session.flush()
        organisation = row.id
    of = PROVIDER_STAFF | {Role.DELEGATE_OFFICER}
    roles = [role for role in Role if role is not Role.PUBLIC]
    return {role: account_with(role, organisation_id=organisation if role in of else None).id for role in roles}


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[[Role, str], Page]]:
    """`visit(role, language)`: a page of a fresh browser, signed in through the start page."""
    contexts: list[BrowserContext] = []

    def open_page(role: Role = Role.PUBLIC, language: str = "en") -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{site.url}/?lang={language}")
        if role is not Role.PUBLIC:
            card = page.locator(f"form[action='/demo/sign-in/{site.accounts[role]}'] button")
            if not card.is_visible():
                page.click("summary:has-text('Everybody else'), .more-doors > summary")
            card.click()
        return page

    yield open_page
    for context in contexts:
        context.close()
