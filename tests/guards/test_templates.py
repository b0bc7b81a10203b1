"""Every template compiles; every page that some role may open speaks four languages in the right direction."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from jinja2 import TemplateError

from core.permissions import may
from core.roles import Role
from tests.guards.seats import Seats, declared, dummy_url, routes

DIRECTIONS = {"en": "ltr", "fr": "ltr", "es": "ltr", "ar": "rtl"}
NO_PAGES = ("static", "api-docs", "vendor_css", "operations", "security.logout")


def broken_templates(app: Flask) -> list[str]:
    """Templates that do not parse or compile, with the reason."""
    found = []
    for name in app.jinja_env.list_templates(filter_func=lambda name: not name.startswith("security/email")):
        try:
            app.jinja_env.get_template(name)
        except TemplateError as error:
            found.append(f"{name}: {error}")
    return found


def pages(seats: Seats) -> Iterator[tuple[Role, str, str]]:
    """Role, address and text of every page without a number in its address, by the first role that may open it."""
    for rule, method in routes(seats.app):
        permission = declared(seats.app, rule, method)
        if method != "GET" or rule.arguments or permission is None or rule.endpoint.startswith(NO_PAGES):
            continue
        for role in Role:
            if not may(permission, frozenset({role})):
                continue
            url = dummy_url(seats.app, rule)
            answer = seats.ask(role, "GET", url)
            if answer.failure or answer.status >= 500:
                yield role, url, answer.failure or f"answers {answer.status}"
            if answer.status == 200 and answer.text:
                yield role, url, answer.text
            if answer.status == 200 or answer.failure:
                break


def page_faults(seats: Seats, language: str) -> list[str]:
    """Pages that do not come, or come in another language or direction."""
    found = []
    for role, url, text in pages(seats):
        if not text.lstrip().startswith("<!doctype html>"):
            found.append(f"{role} {url}: {text[:300]}")
            continue
        answer = seats.ask(role, "GET", f"{url}?lang={language}")
        opened = re.search(r'<html lang="(\w+)" dir="(\w+)">', answer.text)
        if answer.status != 200 or opened is None or opened.groups() != (language, DIRECTIONS[language]):
            said = answer.failure or (opened and opened.groups())
            found.append(f"{role} {url}?lang={language}: {answer.status} {said}")
    return found


def test_every_template_compiles(house):
    assert broken_templates(house) == []


@pytest.mark.parametrize("language", DIRECTIONS)
def test_every_page_opens_in_every_language(seats, language):
    assert page_faults(seats, language) == []


def test_a_broken_template_is_reported(other_house):
    from jinja2 import ChoiceLoader, DictLoader

    other_house.jinja_env.loader = ChoiceLoader([DictLoader({"planted.html": "{% if %}"}), other_house.jinja_loader])
    assert [line.split(":")[0] for line in broken_templates(other_house)] == ["planted.html"]


def test_pages_that_fail_or_forget_their_language_are_reported(other_house):
    from core.permissions import Permission
    from core.web.access import allow

    other_house.add_url_rule("/failing", "failing", allow(Permission.PUBLIC)(lambda: str(1 / 0)))
    other_house.add_url_rule(
        "/fixed", "fixed", allow(Permission.PUBLIC)(lambda: '<!doctype html><html lang="en" dir="ltr">')
    )
    found = [line.split(":")[0] for line in page_faults(Seats(other_house), "ar")]
    assert {"registrar /failing", "registrar /fixed?lang=ar"} <= set(found)
