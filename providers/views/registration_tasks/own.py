"""The registration of the asking organisation."""

from __future__ import annotations

from flask import url_for

from core.errors import NotFound
from core.web import actor
from core.words import _l
from providers import queries
from providers.models import Provider


def own(number: str) -> Provider:
    """The registration of the asking organisation; anyone else's does not exist."""
    who = actor().organisation_id
    provider = queries.provider_by_number(number, organisation_id=who) if who is not None else None
    if provider is None:
        raise NotFound(_l("No registration of yours has the number %(number)s.", number=number))
    return provider


def home(provider: Provider) -> str:
    return url_for("registration.show", number=provider.number)
