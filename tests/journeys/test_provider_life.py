"""A cooperative on its phone, the fund at its desk: registration, an end, a renewal, a suspension and a return."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask, current_app
from playwright.sync_api import Browser, Page

from claims.services import submit
from core import audit, clock, plan
from core.actors import Actor
from core.db import db, unit_of_work
from core.roles import Role
from procurement.models.contract import Contract, ContractLine
from providers import queries
from providers.identifiers import home_number
from providers.plan import PART
from providers.services import reminding
from tests.accounts import actor_with
from tests.claims.builders import CLERK, FIRST, LAST, ZONE, ClaimInput, line, small_fund
from tests.journeys.conftest import serving
from tests.journeys.stage import Stage, fill, press, write
from tests.providers.builders import PDF, assessed

TEXT = Path(__file__).resolve().parents[2] / "plan/providers.toml"
START = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
House = tuple[str, dict[str, Actor], Flask]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    def filled() -> tuple[dict[str, Actor], Flask]:
        with clock.frozen(START):
            small_fund()
            people = {
                "manager": actor_with(Role.PROVIDER_MANAGER, name="M. Anager"),
                "registrar": actor_with(Role.REGISTRAR, name="R. Egistrar"),
            }
            with unit_of_work():
                version = plan.prepare(PART, TEXT.read_text(), valid_from=FIRST, by=actor_with(Role.PLAN_MANAGER))
                plan.approve(version, by=actor_with(Role.PLAN_MANAGER))
        return people, current_app._get_current_object()  # type: ignore[attr-defined]

    with serving(tmp_path_factory.mktemp("life"), filled) as (url, (people, app)):
        yield url, people, app


def test_a_cooperative_registers_is_sent_back_ends_is_suspended_and_returns(browser: Browser, house: House) -> None:
    url, people, app = house
    with closing(Stage(browser, url, app)) as stage:
        stage.move_to(START)
        number = _registered(stage, people)
        _sent_back_and_mended(stage, people, number)
        _accredited(stage, people, number)
        _ended_and_renewed(stage, people, number)
        _suspended_and_restored(stage, people, number)
        with stage.backstage(_on(22)):
            assert not list(audit.verify())
        assert stage.found == []


def _on(day: int) -> dt.datetime:
    return START.replace(day=day)


def _phone(stage: Stage, people: dict[str, Actor], path: str) -> Page:
    return stage.visit(people["manager"], path, is_small=True)


def _desk(stage: Stage, people: dict[str, Actor], path: str) -> Page:
    return stage.visit(people["registrar"], path)


def _registered(stage: Stage, people: dict[str, Actor]) -> str:
    page = _phone(stage, people, "/providers/register")
    fill(
        page, name="Lantern Clinic", legal_form="cooperative", register_scheme="tz.reg",
        register_number=home_number(77)[:-1] + home_number(78)[-1], district="North",
    )  # fmt: skip
    page.locator("main button.btn-primary").click()
    assert "The last letter of" in page.inner_text("main")
    assert page.input_value("#name") == "Lantern Clinic"
    write(page, "register_number", home_number(77))
    press(page, "Save and go on")
    number = page.url.split("/")[4]
    home = f"/providers/{number}/registration"
    stage.picture(page, "tasks")
    stage.go(page, f"{home}/care")
    page.locator("input[name=service_lines][value=health]").check()
    page.locator("main button.btn-primary").click()
    stage.go(page, f"{home}/sites/new")
    fill(page, name="House", district="North")
    write(page, "places-health", "−3")
    page.locator("main button.btn-primary").click()
    assert "from 0 to 5000" in page.inner_text("main")
    assert page.input_value("[id='name']") == "House"
    write(page, "places-health", "12")
    press(page, "Save the site")
    _paper(stage, page, f"{home}/documents", "statutes", "Add the document")
    _send(stage, page, number)
    return number


def _paper(stage: Stage, page: Page, path: str, kind: str, words: str, until: str = "") -> None:
    stage.go(page, path)
    write(page, "kind", kind)
    page.set_input_files("#file", files=[{"name": f"{kind}.pdf", "mimeType": "application/pdf", "buffer": PDF}])
    write(page, "valid_until", until)
    press(page, words)


def _send(stage: Stage, page: Page, number: str) -> None:
    stage.go(page, f"/providers/{number}/registration/send")
    press(page, "Send to the registrar")


def _sent_back_and_mended(stage: Stage, people: dict[str, Actor], number: str) -> None:
    page = _desk(stage, people, f"/providers/{number}")
    stage.picture(page, "application")
    write(page, "asked-documents", "The licence of the house is missing.")
    press(page, "Send back with reasons")
    phone = _phone(stage, people, f"/providers/{number}/registration")
    assert "The licence of the house is missing. · until 23 November 2026" in phone.inner_text("main")
    stage.picture(phone, "sent-back")
    _paper(stage, phone, f"/providers/{number}/registration/documents", "licence", "Add the document", "2028-12-31")
    _send(stage, phone, number)


def _accredited(stage: Stage, people: dict[str, Actor], number: str) -> None:
    """In two steps: authorised on the statutes, accredited once insurance and assessment are there."""
    page = _desk(stage, people, f"/providers/{number}")
    _decided(page, "authorise", "2027-11-15", register="Entry seen in the register.")
    press(page, "Authorise Lantern Clinic")
    phone = _phone(stage, people, f"/providers/{number}/registration")
    assert "You are authorised." in phone.inner_text("main")
    stage.picture(phone, "authorised")
    _paper(stage, phone, f"/providers/{number}/registration/documents", "insurance", "Add the document", "2026-11-15")
    with stage.backstage(START), unit_of_work():
        assessed(number)
    page = _desk(stage, people, f"/providers/{number}")
    _decided(page, "accredit", "2026-11-15", staff="Two nurses, certificates seen.")
    stage.picture(page, "checklists")
    press(page, "Accredit Lantern Clinic")
    stage.picture(page, "accredited")
    with stage.backstage(START), unit_of_work():
        _contract(number)


def _decided(page: Page, step: str, until: str, **found: str) -> None:
    form = page.locator(f"form[action$='/{step}']")
    form.locator("[name=valid_from]").fill("2026-11-03")
    form.locator("[name=valid_until]").fill(until)
    form.locator("[name=reason]").fill("All papers are there.")
    for key, text in found.items():
        form.locator(f"[name=found-{key}]").fill(text)


def _contract(number: str) -> None:
    provider = queries.provider_by_number(number)
    assert provider is not None
    spell = {"valid_from": FIRST, "valid_until": LAST}
    row = Contract(
        number="C-2026-077", organisation_id=provider.organisation_id, title="Care", origin="open_list",
        service_line="health", state="active", signed_by_provider="manager", signed_by_fund="chair",
        created_at=START, **spell,
    )  # fmt: skip
    row.lines = [ContractLine(service="CON", rate=Decimal(10_000), **spell)]
    db.session.add(row)


def _is_refused(stage: Stage, number: str, day: int, now: int) -> bool:
    """Whether a consultation of that day, claimed `now`, is refused because of the accreditation."""
    with stage.backstage(_on(now)), unit_of_work():
        provider = queries.provider_by_number(number)
        assert provider is not None
        sent = ClaimInput(provider.organisation_id, f"L-{day}-{now}", "M4471", [line(on=dt.date(2026, 11, day))])
        clerk = Actor(None, "clerk", "C. Lerk", CLERK.roles, provider.organisation_id)
        decision = submit(sent, by=clerk, at=_on(now), zone=ZONE).decision
        assert decision is not None
        return "PRV-01" in {finding.code for each in decision.lines for finding in each.findings}


def _ended_and_renewed(stage: Stage, people: dict[str, Actor], number: str) -> None:
    with stage.backstage(_on(14)):
        reminding.remind()
    stage.move_to(_on(14))
    phone = _phone(stage, people, "/today")
    assert "Your accreditation ends" in phone.inner_text("main")
    stage.go(phone, f"/providers/{number}")
    press(phone, "Begin the renewal")
    _paper(stage, phone, f"/providers/{number}/renewal", "insurance", "Add the document", "2028-12-31")
    stage.picture(phone, "renewal")
    write(phone, "changes", "nothing")
    press(phone, "Send to the registrar")
    stage.move_to(_on(17))
    assert not _is_refused(stage, number, 15, 17)
    assert _is_refused(stage, number, 16, 17)
    desk = _desk(stage, people, "/providers?state=expired")
    assert "Lantern Clinic" in desk.inner_text("main")
    stage.go(desk, f"/providers/{number}")
    stage.picture(desk, "ended")
    form = desk.locator("form[action$='/renewal/grant']")
    form.locator("[name=valid_until]").fill("2028-11-15")
    form.locator("[name=renewal_reason]").fill("The insurance is there.")
    press(desk, "Renew the accreditation")
    assert not _is_refused(stage, number, 16, 18)


def _suspended_and_restored(stage: Stage, people: dict[str, Actor], number: str) -> None:
    stage.move_to(_on(18))
    desk = _desk(stage, people, f"/providers/{number}")
    form = desk.locator("form[action$='/suspend']")
    form.locator("[name=suspended_on]").fill("2026-11-18")
    form.locator("[name=suspension_reason]").fill("The house has no water.")
    press(desk, "Suspend")
    phone = _phone(stage, people, f"/providers/{number}")
    stage.picture(phone, "suspended")
    stage.move_to(_on(20))
    stage.go(desk, f"/providers/{number}")
    form = desk.locator("form[action$='/restore']")
    form.locator("[name=restored_on]").fill("2026-11-20")
    form.locator("[name=restoring_reason]").fill("The water is back.")
    press(desk, "Restore")
    stage.picture(desk, "restored")
    assert [_is_refused(stage, number, day, 21) for day in (17, 18, 19, 20)] == [False, True, True, False]
