"""Providers by organisation."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from core.db import db
from providers.models import Provider


def provider_numbers(organisation_ids: Collection[int]) -> dict[int, str]:
    """Organisation → public number of the provider."""
    query = select(Provider.organisation_id, Provider.number).where(Provider.organisation_id.in_(organisation_ids))
    return dict(db.session.execute(query).all())


def provider_of_organisation(organisation_id: int) -> Provider | None:
    return db.session.get(Provider, organisation_id)
