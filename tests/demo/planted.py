"""What the rules found in the demo, as the story speaks of it: reason, cooperative, number of the claim."""

from __future__ import annotations

import dataclasses
import datetime as dt

import sqlalchemy as sa

from claims import encoding
from claims.models import Claim, LineVersion
from core import clock
from core.config import fund
from core.db import db
from core.organisations import Organisation
from demo.world import World
from quality.desk import plan as screens
from quality.desk.screens import SCREENS
from quality.desk.window import window_before

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


def screened_faults(country: World, *codes: str) -> set[tuple[str, str]]:
    """(cooperative, number of its claim) behind the hits of these screens, over all that was ever sent."""
    today = clock.today(fund().zone) + dt.timedelta(days=1)
    found: set[str] = set()
    for terms in screens.in_force(today).on(today):
        if terms.code in codes:
            screen, window = SCREENS[terms.code], window_before(today, 60, fund().zone)
            hits = screen.judge(screen.reads(window, dataclasses.replace(terms, months=60)), terms).hits
            found |= {line.partition("/")[0] for hit in hits for kind, line in hit.evidence if kind == "claim"}
    keys = {cooperative.name: cooperative.key for cooperative in country.cooperatives}
    query = sa.select(Organisation.name, Claim.provider_claim_no, Claim.number)
    rows = db.session.execute(query.join(Organisation, Organisation.id == Claim.organisation_id))
    return {(keys[name], claim_no) for name, claim_no, number in rows if number in found}
