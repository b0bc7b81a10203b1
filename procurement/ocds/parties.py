"""Who takes part, as OCDS parties: organisations only, never a person."""

from __future__ import annotations

from typing import Any

from core.config import fund
from core.organisations import LEGAL_FORMS, Organisation
from procurement.ocds.codes import coded

FUND_ID = "FUND"


def fund_party() -> dict[str, Any]:
    """The fund buys."""
    return {
        "id": FUND_ID,
        "name": fund().name,
        "identifier": {"scheme": "TOUIZA", "id": FUND_ID, "legalName": fund().name},
        "address": {"countryName": fund().country},
        "contactPoint": {"telephone": fund().help_phone},
        "roles": ["buyer", "procuringEntity"],
    }


def party(organisation: Organisation, roles: list[str]) -> dict[str, Any]:
    """A bidder or supplier with its register entry and its form of the social economy."""
    form = coded("legal_form", organisation.legal_form)
    name = str(LEGAL_FORMS[organisation.legal_form])
    return {
        "id": organisation.number,
        "name": organisation.name,
        "identifier": {
            "scheme": organisation.register_scheme,
            "id": organisation.register_number,
            "legalName": organisation.name,
        },
        "address": {"region": organisation.district, "countryName": fund().country},
        "details": {"classifications": [{"scheme": "SSE-FORM", "id": form, "description": name}]} if form else None,
        "roles": roles,
    }


def reference(organisation: Organisation) -> dict[str, Any]:
    """How other sections point at a party."""
    return {"id": organisation.number, "name": organisation.name}
