"""Two cooperatives, each hostile to the other: neither sees or changes what is not theirs, by any door (issue 5)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from pypdf import PdfReader
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from core.db import db
from core.outbox import OutboxMessage
from core.permissions import may
from tests.doors.addresses import TOO_POOR, address, is_known, is_owned
from tests.doors.two_cooperatives import PEOPLE, Hostility, at_war
from tests.guards.seats import declared, routes

_keys = count()
LEFT = ("security.logout", "static", "security.static", "accounts.demo_sign_in")
SIDE_DOORS = ("q", "provider", "organisation", "organisation_id", "number", "site", "contract", "member", "draft", "on")
THEIRS = (
    ("provider", "number"), ("site", "id"), ("contract", "number"), ("placement", "number"), ("claim", "number"),
    ("bid", "public_id"), ("organisation_fact", "id"),
)  # fmt: skip


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostility]:
    yield from at_war(tmp_path_factory.mktemp("hostile"))


def asked(both: Hostility, client: Any, method: str, url: str, **sent: Any) -> tuple[int, str]:
    """Status, and everything that the answer says: body, headers, the words inside files, the reason of a failure."""
    headers = {"Idempotency-Key": f"hostile-{next(_keys)}"}
    if url.startswith("/api/"):
        headers["Authorization"] = f"Bearer {both.token}"
    try:
        got = client.open(url, method=method, headers=headers, **sent)
    except HTTPException as error:
        return error.code or 500, str(error.description)
    except Exception as error:  # whatever it is, its words would reach a log or a page
        db.session.rollback()
        return 500, f"{type(error).__name__}: {error}"
    return got.status_code, f"{got.headers}\n{words_of(got.mimetype, got.data)}"


def words_of(kind: str, content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return "\n".join(f"{name} {words_of('', parts.read(name))}" for name in parts.namelist())
    return content.decode("utf-8", "replace")


def leaked(both: Hostility, text: str, url: str) -> set[str]:
    """What is theirs and stands in the answer; what we typed into the address ourselves is no news."""
    return {found for found in both.secrets.findall(text) if found not in url}


def listed(found: list[Any]) -> str:
    return "\n".join(map(str, found))


def ours(both: Hostility) -> Iterator[tuple[Rule, str]]:
    """Every route with each of its methods, but signing out and files of the product."""
    return ((rule, method) for rule, method in routes(both.app) if rule.endpoint not in LEFT)


def test_every_route_has_an_example_of_what_is_theirs(both: Hostility) -> None:
    missing = set()
    for rule, method in ours(both):
        permission = declared(both.app, rule, method)
        if not rule.arguments or permission is None or not any(may(permission, frozenset({who})) for who in PEOPLE):
            continue
        if not is_known(rule) or "None" in address(both, both.app, rule):
            missing.add(rule.rule)
    assert sorted(missing) == [], "say in tests/doors/addresses.py what fills these, or why they are everybody's"


def test_the_examples_are_real_for_their_owner_finds_them(both: Hostility) -> None:
    """Else every refusal below would prove nothing. A planted row may be too poor to be shown: then it fails, found."""
    lost = []
    for rule, method in ours(both):
        permission = declared(both.app, rule, method)
        if method != "GET" or not rule.arguments or not is_owned(rule) or rule.rule.startswith("/api/"):
            continue
        if rule.rule.startswith(tuple(TOO_POOR)):
            continue
        if permission is not None and any(may(permission, frozenset({who})) for who in PEOPLE):
            url = address(both, both.app, rule)
            status, text = asked(both, both.owner, method, url)
            if status in (403, 404):
                lost.append((url, status, re.sub(r"<[^>]+>|\s+", " ", text)[-300:]))
    assert not lost, listed(lost)


def test_every_route_with_what_is_theirs_is_refused_and_nothing_moves_or_shows(both: Hostility) -> None:
    before, written, faults = both.digests(), both.written(), []
    for rule, method in ours(both):
        permission, url = declared(both.app, rule, method), address(both, both.app, rule)
        for who in PEOPLE:
            status, text = asked(both, both.clients[who], method, url, **_empty(method, url))
            lets_in = permission is not None and may(permission, frozenset({who}))
            if (is_owned(rule) or not lets_in) and rule.arguments and status not in refusals(method, url):
                faults.append((who.value, method, url, status))
            if found := leaked(both, text, url):
                faults.append((who.value, method, url, f"shows {sorted(found)[:3]}"))
        if written != (written := both.written()) and (after := both.digests()) != before:
            faults.append((method, url, "changes", [name for name in after if after[name] != before[name]]))
            before = after
    mails = sa.select(OutboxMessage).where(OutboxMessage.organisation_id == both.ours)
    told = "".join(repr(mail.arguments) for mail in db.session.execute(mails).scalars())
    assert not leaked(both, told, "")
    assert not faults, listed(faults)


def test_no_field_of_our_forms_and_no_word_behind_an_address_reaches_what_is_theirs(both: Hostility) -> None:
    """Every form that we can open, each of its fields filled with each name of theirs; and the same as a filter."""
    before, faults = both.digests(), []
    for who in PEOPLE[:2]:
        for url in _pages(both, who):
            status, page = asked(both, both.clients[who], "GET", url)
            for value in (str(both.value(*column)) for column in THEIRS):
                filters = "&".join(f"{name}={value}" for name in SIDE_DOORS)
                sent = [("GET", f"{url}?{filters}", {})] if status == 200 else []
                sent += [("POST", action or url, dict.fromkeys(names, value)) for action, names in _forms(page)]
                for method, address_, typed in sent:
                    _status, text = asked(both, both.clients[who], method, address_, data=typed or None)
                    if found := leaked(both, text, value):
                        faults.append((who.value, method, address_, value, sorted(found)[:3]))
        after = both.digests()
        faults += [(who.value, "changes", name) for name in after if after[name] != before[name]]
    assert not faults, listed(faults)


def _pages(both: Hostility, who: Any) -> list[str]:
    """Addresses without a name in them that this one of us may open."""
    found = []
    for rule, method in ours(both):
        permission = declared(both.app, rule, method)
        if method == "GET" and not rule.arguments and permission and may(permission, frozenset({who})):
            found.append(rule.rule)
    return [url for url in found if not url.startswith(("/api/", "/change", "/sign-in", "/account", "/health"))]


def _forms(page: str) -> list[tuple[str, list[str]]]:
    """(action, names of the fields) of each form that changes something."""
    found = re.findall(r'<form[^>]*method="post"[^>]*>.*?</form>', page, re.DOTALL)
    actions = [re.search(r'<form[^>]*action="([^"]*)"', form) for form in found]
    pairs = [
        (action[1] if action else "", sorted(set(re.findall(r'name="([\w.\-]+)"', form)) - {"csrf_token"}))
        for action, form in zip(actions, found, strict=True)
    ]
    return [(action, names) for action, names in pairs if "logout" not in action and "/demo/" not in action]


def refusals(method: str, url: str) -> tuple[int, ...]:
    """The API reads a body before it looks whose the address is; it says 422 to both."""
    return (403, 404, 422) if url.startswith("/api/") and method != "GET" else (403, 404)


def _empty(method: str, url: str) -> dict[str, Any]:
    return {"json": {}} if url.startswith("/api/") and method != "GET" else {}
