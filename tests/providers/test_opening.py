"""Openings write many providers as sets."""

import datetime as dt

import pytest
import sqlalchemy as sa

from core import audit
from core.db import db, unit_of_work
from core.errors import InputErrors
from core.roles import Role
from providers import queries
from providers.models import Provider, SiteCapacity
from providers.services.opening import AccreditedProvider, register_accredited
from providers.services.registration import SiteFacts
from tests.accounts import actor_with
from tests.providers.builders import catalogue, today


def rows(count, **changes):
    base = {
        "legal_form": "cooperative", "register_scheme": "other", "district": "Hills", "service_lines": ["health"],
        "valid_from": dt.date(2025, 1, 1), "valid_until": dt.date(2030, 1, 1),
        "sites": [SiteFacts("A", "Hills", places={"health": 3}), SiteFacts("B", "Coast", places={"health": 0})],
    }  # fmt: skip
    return [
        AccreditedProvider(**(base | {"name": f"Coop {n}", "register_number": f"N{n}"} | changes)) for n in range(count)
    ]


def test_two_hundred_providers_need_a_dozen_statements(app):
    catalogue()
    by = actor_with(Role.REGISTRAR)
    seen = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    with unit_of_work():
        done = register_accredited(rows(200), source="opening.csv", by=by)
    assert len(seen) < 30, len(seen)
    assert len({row.number for row in done}) == 200
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SiteCapacity)) == 400
    third = queries.provider_of(done[2].organisation_id)
    assert third.organisation.name == "Coop 2"
    assert [site.id for site in third.sites] == list(done[2].site_ids)
    assert queries.is_accredited(done[2].organisation_id, today())
    assert not queries.is_accredited(done[2].organisation_id, dt.date(2030, 1, 2))
    assert not list(audit.verify())


def test_a_repeated_register_number_names_both_rows_and_nothing_is_kept(app):
    catalogue()
    with pytest.raises(InputErrors) as caught, unit_of_work():
        register_accredited(rows(2, register_number="SAME"), source="opening.csv", by=actor_with(Role.REGISTRAR))
    assert "row 2, register_number" in str(caught.value)
    assert "row 1" in str(caught.value)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Provider)) == 0
