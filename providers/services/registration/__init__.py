"""A cooperative registers: facts, service lines, sites, documents, each saved on its own, then sent."""

from __future__ import annotations

from providers.services.registration.applying import (
    apply_again,
    change_facts,
    choose_service_lines,
    missing_parts,
    start,
    submit,
)
from providers.services.registration.facts import STREAM, OrganisationFacts
from providers.services.registration.papers import PAPERS, add_document, remove_document
from providers.services.registration.sites import MOST_PLACES, SiteFacts, remove_site, save_site
from providers.states import DOCUMENT_KINDS

__all__ = [
    "DOCUMENT_KINDS",
    "MOST_PLACES",
    "PAPERS",
    "STREAM",
    "OrganisationFacts",
    "SiteFacts",
    "add_document",
    "apply_again",
    "change_facts",
    "choose_service_lines",
    "missing_parts",
    "remove_document",
    "remove_site",
    "save_site",
    "start",
    "submit",
]
