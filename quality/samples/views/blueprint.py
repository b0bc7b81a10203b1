from __future__ import annotations

from flask import Blueprint

from core.errors import NotFound
from core.roles import PROVIDER_STAFF
from core.web import actor
from core.words import _l
from quality.samples.models import AuditSample
from quality.samples.queries.samples import audit_sample

blueprint = Blueprint("samples", __name__, url_prefix="/quality/samples")
OPEN_TO_PROVIDER = ("drawn", "judged")


def seen(number: str) -> AuditSample:
    """An auditor's sample, or the provider's own once it is drawn; a stranger's does not exist."""
    who = actor()
    row = audit_sample(number, who)
    is_own = row is not None and row.organisation_id == who.organisation_id and row.state in OPEN_TO_PROVIDER
    if row is None or (is_provider() and not is_own):
        raise NotFound(_l("No sample has this number."))
    return row


def is_provider() -> bool:
    return actor().organisation_id is not None or actor().roles <= PROVIDER_STAFF
