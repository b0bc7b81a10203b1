"""What is read about providers. `organisation_id` given: that provider's own record, nobody else's."""

from __future__ import annotations

from providers.queries.licences import (
    last_site_numbers,
    latest_licences,
    latest_professionals,
    licensed_places,
    professionals,
    site_ids,
    sites_by_numbers,
)
from providers.queries.records import (
    accreditations_for,
    document,
    look_alikes,
    organisation_by_register,
    provider_by_any_number,
    provider_by_number,
    provider_number,
    provider_of,
    reminders,
    site_by_number,
)
from providers.queries.register import (
    applications,
    districts,
    ending,
    open_appeals,
    open_requests,
    open_suspensions,
    papers_ending,
    provider_count,
    providers,
    sent_renewals,
    standing_counts,
)
from providers.queries.standing import accredited, covers, is_accredited, standing

__all__ = [
    "accreditations_for",
    "accredited",
    "applications",
    "covers",
    "districts",
    "document",
    "ending",
    "is_accredited",
    "last_site_numbers",
    "latest_licences",
    "latest_professionals",
    "licensed_places",
    "look_alikes",
    "open_appeals",
    "open_requests",
    "open_suspensions",
    "organisation_by_register",
    "papers_ending",
    "professionals",
    "provider_by_any_number",
    "provider_by_number",
    "provider_count",
    "provider_number",
    "provider_of",
    "providers",
    "reminders",
    "sent_renewals",
    "site_by_number",
    "site_ids",
    "sites_by_numbers",
    "standing",
    "standing_counts",
]
