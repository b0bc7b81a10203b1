"""Nobody is left behind when a contract ends: counted for whoever ends it, arranged here; placements end with it."""

from __future__ import annotations

import datetime as dt

from care.models import InterimArrangement, Placement
from care.queries import continuity as queries
from care.services.placing import end_placement
from core import audit, clock
from core.actors import SYSTEM, Actor
from core.acts import Act
from core.db import db
from core.errors import Forbidden, InputErrors, Problem
from core.roles import Role
from core.words import _l
from procurement.continuity import Continuity
from procurement.models.ending import ContractEnding
from procurement.queries.endings import open_ending


def after(contract_id: int, last_on: dt.date) -> Continuity:
    """Of all services, restricted ones too: the count decides, and is not shown."""
    ending = open_ending(contract_id)
    rows = queries.plan_of(contract_id, last_on, ending.id if ending else None)
    open_ones = {row.placement.member_id for row in rows if not row.is_covered}
    return Continuity(len({row.placement.member_id for row in rows}), len(open_ones))


def arrange(ending: ContractEnding, placement: Placement, *, reason: str, arrangement: str, by: Actor) -> None:
    """Written by an assessor for one person; written again, it replaces what stood there, and the trail keeps both."""
    if not by.has(Role.CARE_ASSESSOR):
        raise Forbidden(_l("A care assessor plans who is cared for by whom."))
    words = {"reason": reason.strip(), "arrangement": arrangement.strip()}
    empty = [
        Problem(name, _l("Write this down: it stands for the person’s care.")) for name in words if not words[name]
    ]
    if empty:
        raise InputErrors(empty)
    row = queries.arrangement_of(ending.id, placement.id)
    if row is None:
        row = InterimArrangement(ending_id=ending.id, placement_id=placement.id)
        db.session.add(row)
    row.reason, row.arrangement = words["reason"], words["arrangement"]
    row.recorded_by, row.recorded_at = by.person, clock.now()
    db.session.flush()
    after = {"contract": ending.contract.number}
    audit.record("care", Act.CARE_ARRANGED, placement.number, by=by, reason=row.reason, after=after)


def end_with_contract(contract_id: int, first_without: dt.date) -> int:
    """Placements that a contract carried end with its last day; how many did. Again, it finds none."""
    last_on = first_without - dt.timedelta(days=1)
    rows = [row for row in queries.cut_placements(contract_id, last_on) if row.state == "accepted"]
    for row in rows:
        end_placement(row, on=max(last_on, row.valid_from), by=SYSTEM, reason="contract ended")
    return len(rows)
