"""The start page and every role's home, in the first and the right-to-left language, on desk and phone."""

from __future__ import annotations

import pytest

from core.roles import Role
from tests.journeys import gates

HOUSE_PAGES = {Role.AUDITOR: ("/trail", "/outbox"), Role.ADMINISTRATOR: ("/outbox",)}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_start_page_passes_every_gate(visit, site, language):
    page = visit(Role.PUBLIC, language)
    found = [
        line
        for path in ("/", "/login", "/verify", "/verify/AAAA-BBBB-CCCC")
        for width in gates.WIDTHS
        for line in gates.look(page, site.url + path, width)
        if "404" not in line
    ]  # the last one is not ours
    assert found == []


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PUBLIC])
def test_every_home_passes_every_gate(visit, site, role, language):
    page = visit(role, language)
    assert page.url == f"{site.url}/today"
    assert page.locator("html").get_attribute("dir") == {"en": "ltr", "ar": "rtl"}[language]
    paths = ("/today", "/account", *HOUSE_PAGES.get(role, ()))
    assert [line for path in paths for width in gates.WIDTHS for line in gates.look(page, site.url + path, width)] == []


OUT_OF_SIGHT = """() => {
  const road = document.querySelector('.road').getBoundingClientRect();
  const rooms = [...document.querySelectorAll('.road li')];
  return rooms.filter((room) => {
    const box = room.getBoundingClientRect();
    return box.right > road.right + 1 || box.left < road.left - 1;
  }).map((room) => room.innerText);
}"""


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
def test_no_room_of_a_long_road_is_out_of_sight(visit, language):
    page = visit(Role.AUDITOR, language)
    for width in (360, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(OUT_OF_SIGHT) == []


def test_a_first_visit_takes_few_bytes(browser, site):
    assert gates.bytes_of_first_visit(browser, site.url) <= gates.FIRST_VISIT_BYTES
