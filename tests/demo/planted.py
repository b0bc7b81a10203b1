"""What the rules found in the demo, as the story speaks of it: reason, cooperative, number of the claim."""

from __future__ import annotations

import sqlalchemy as sa

from claims import encoding
from claims.models import Claim, LineVersion
from core.db import db
from core.organisations import Organisation
from demo.world import World

Fault = tuple[str, str, str]


def found_faults(country: World) -> set[Fault]:
    """Every reason of every version: a reviewer may have let pass since what was found at first."""
    keys = {cooperative.name: cooperative.key for cooperative in country.cooperatives}
    query = sa.select(Organisation.name, Claim.provider_claim_no, LineVersion)
    query = query.join(Organisation, Organisation.id == Claim.organisation_id)
    query = query.join(LineVersion, sa.and_(LineVersion.claim_id == Claim.id, LineVersion.partition == Claim.partition))
    return {
        (found.code, keys[name], claim_no)
        for name, claim_no, row in db.session.execute(query)
        for found in encoding.line_of(row).findings
    }
