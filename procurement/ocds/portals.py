"""A procedure whose notice and bids live on a national portal: there is its notice, here are award and contract."""

from __future__ import annotations

from typing import Any

from procurement.ocds.outcome import Outcome
from procurement.ocds.schema import is_uri

NOT_OURS = ("tenderPeriod", "enquiryPeriod", "bidOpening", "submissionMethod", "submissionTerms")


def with_its_portal(outcome: Outcome, section: dict[str, Any]) -> dict[str, Any]:
    """The tender section, without what the portal alone decides on and with the address of the notice there."""
    portal = outcome.portal
    if portal is None:
        return section
    ours = {key: value for key, value in section.items() if key not in NOT_OURS}
    details = f"Notice {portal.notice_number} on {portal.portal}; its bids were scored here."
    notice = {"id": "notice", "documentType": "tenderNotice", "title": portal.portal, "url": portal.url}
    return ours | {"procurementMethodDetails": details, "documents": [notice] if is_uri(portal.url) else []}


def there(outcome: Outcome) -> list[dict[str, Any]]:
    """The same procedure under the ocid of its portal."""
    if not outcome.ocid_there:
        return []
    same = {"id": "1", "relationship": ["sameProcess"], "scheme": "ocid", "identifier": outcome.ocid_there}
    return [same | {"title": outcome.tender.title}]
