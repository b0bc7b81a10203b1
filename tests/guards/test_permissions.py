"""Every route names a permission, and every role meets exactly what the table says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from flask import Flask

from core.permissions import Permission, may
from core.roles import Role
from core.web.access import allow
from tests.guards.seats import Seats, declared, dummy_url, routes

REFUSED_FURTHER = {
    "POST /providers/register": "a cooperative registers itself: whoever acts for the fund or another unit signs out",
}
"""Open by the table, and then refused by the service for a reason of its own."""


def undeclared(app: Flask) -> list[str]:
    """Routes that say nowhere who may call them."""
    return [f"{method} {rule.rule}" for rule, method in routes(app) if declared(app, rule, method) is None]


def wrong_answers(seats: Seats, roles: Iterable[Role] = Role) -> Iterator[str]:
    """Every route × role whose answer is not what the table of permissions says."""
    for role in roles:
        for rule, method in routes(seats.app):
            permission = declared(seats.app, rule, method)
            if permission is None or rule.endpoint.startswith("static"):
                continue
            is_api = rule.rule.startswith("/api/")
            if is_api and role is not Role.PUBLIC and role not in seats.tokens:
                continue  # the API knows organisations only
            answer = seats.ask(role, method, dummy_url(seats.app, rule))
            if may(permission, frozenset({role})):
                if answer.is_refusal and f"{method} {rule.rule}" not in REFUSED_FURTHER:
                    yield f"{role}: {method} {rule.rule} ({permission}) is refused: {answer.status} {answer.location}"
            elif role is not Role.PUBLIC and answer.status != 403 and not _is_library(rule.endpoint):
                yield f"{role}: {method} {rule.rule} ({permission}) is not refused by 403: {answer}"
            elif role is Role.PUBLIC and not (answer.status == 401 if is_api else answer.is_refusal):
                yield f"public: {method} {rule.rule} ({permission}) does not ask to sign in: {answer}"


def _is_library(endpoint: str) -> bool:
    return endpoint.startswith("security.")


def test_every_route_has_a_declared_permission(house):
    assert undeclared(house) == []


@pytest.mark.parametrize("role", Role)
def test_every_route_lets_in_exactly_the_roles_of_the_table(seats, role):
    assert list(wrong_answers(seats, [role])) == []


def test_a_route_without_a_permission_is_reported(other_house):
    other_house.add_url_rule("/planted", "planted", lambda: "open to all")
    assert undeclared(other_house) == ["GET /planted"]


def test_a_method_of_a_class_without_a_permission_is_reported(other_house):
    from flask.views import MethodView

    class Planted(MethodView):
        @allow(Permission.PUBLIC)
        def get(self) -> str:
            return ""

        def post(self) -> str:
            return ""

    other_house.add_url_rule("/planted", view_func=Planted.as_view("planted"))
    assert undeclared(other_house) == ["POST /planted"]


def test_a_view_that_does_not_keep_its_permission_is_reported(other_house):
    def planted() -> str:
        return "open to all"

    planted.permission = Permission.MANAGE_ACCOUNTS
    other_house.add_url_rule("/planted", "planted", planted)
    found = list(wrong_answers(Seats(other_house), [Role.MEMBER, Role.PUBLIC]))
    assert len(found) == 2
    assert all("GET /planted" in line for line in found)


def test_a_view_that_refuses_whom_the_table_lets_in_is_reported(other_house):
    @allow(Permission.MANAGE_ACCOUNTS)
    def planted() -> str:
        return ""

    planted.permission = Permission.PUBLIC
    other_house.add_url_rule("/planted", "planted", planted)
    found = list(wrong_answers(Seats(other_house), [Role.MEMBER]))
    assert [line.split(" (")[0] for line in found] == ["member: GET /planted"]
