"""A succession reaches the contracts: each goes on under the successor from its day, by an amendment `mod-repl`.

The contract of the unit before ends on the day before, so claims of earlier days go to the old payee at the old
tariff; the one that follows begins on the day with the same lines, promises and last day. Budget and volumes are parted
by calendar days, never below what was used, and their parts add up to what was agreed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from core import audit, clock
from core.actors import SYSTEM
from core.acts import Act
from core.alike import alike
from core.config import fund
from core.db import db, unit_of_work
from core.numbers import next_number
from core.words import _
from procurement.amended import major
from procurement.amending import NewTerms, days, noted
from procurement.models.contract import Contract, ContractAmendment, ContractIndicator, ContractLine
from procurement.queries import contracts as queries
from procurement.services.contracts.amending import said
from procurement.services.contracts.applying import close_capitation
from procurement.services.contracts.changing import close_lines
from procurement.services.contracts.telling import STREAM, issue, tell_others
from procurement.states.contract import AMENDMENT, CONTRACT
from providers import queries as providers
from providers.handing_over import unheard
from providers.models import Succession

CURSOR = "procurement.succession"
ONE = dt.timedelta(days=1)


def listen() -> None:
    """The job: all unread events and the cursor in one transaction."""
    with unit_of_work():
        hear()


def hear() -> int:
    """How many contracts went over; inside a unit of work. What went over once is found no more."""
    count = 0
    for row, sites in unheard(CURSOR):
        for contract in queries.to_hand_over(row.organisation_id, row.takes_over_on):
            _hand_over(contract, row, sites)
            count += 1
    return count


def _hand_over(contract: Contract, row: Succession, sites: Mapping[int, int]) -> Contract:
    before, first = contract.budget, row.takes_over_on
    new = _following(contract, row, sites)
    db.session.add(new)
    db.session.flush()
    amendment = _amendment(contract, new, row, before)
    if first <= contract.valid_from:  # nothing of it lies before: it never begins for the unit that ended
        contract.valid_until = contract.valid_from
    else:
        contract.valid_until = first - ONE
    contract.state = CONTRACT.after(contract.state, "end")
    close_lines(contract, first - ONE)
    close_capitation(contract, first - ONE)
    db.session.flush()
    audit.record(STREAM, Act.CONTRACT_AMENDED, contract.number, by=SYSTEM, after=said(amendment))
    after = {"follows": contract.number, "organisation": row.successor_id, "from": new.valid_from.isoformat()}
    audit.record(STREAM, Act.CONTRACT_SIGNED, new.number, by=SYSTEM, after=after)
    tell_others("contract.ended", contract, first)
    tell_others("contract.signed", new, new.valid_from)
    issue(contract, SYSTEM)
    issue(new, SYSTEM)
    return new


def _following(contract: Contract, row: Succession, sites: Mapping[int, int]) -> Contract:
    """The same terms for the days that are left, signed by the persons of the succession."""
    first, now = max(row.takes_over_on, contract.valid_from), clock.now()
    use = queries.use_of(contract.id)
    kept, passed = parted(contract.budget, contract, first, use.benefit if use else 0)
    contract.budget = kept
    new = Contract(
        number=next_number("C", clock.local_day(now, fund().zone).year), organisation_id=row.successor_id,
        title=contract.title, origin=contract.origin, origin_reference=contract.origin_reference,
        follows_id=contract.id, partners=contract.partners, service_line=contract.service_line, valid_from=first,
        valid_until=contract.valid_until, budget=passed, state="active", signed_by_provider=row.accepted_by,
        signed_by_fund=row.approved_by, signed_at=now, created_at=now,
    )  # fmt: skip
    new.lines = _lines(contract, first, sites)
    new.indicators = [_promise(one, first) for one in contract.indicators]
    new.scores = [alike(one, contract_id=None) for one in contract.scores]
    if contract.indexation is not None:
        new.indexation = alike(contract.indexation, contract_id=None)
    bands = [one for one in contract.capitation if one.valid_until >= first]
    new.capitation = [alike(one, contract_id=None, valid_from=max(one.valid_from, first)) for one in bands]
    return new


def _lines(contract: Contract, first: dt.date, sites: Mapping[int, int]) -> list[ContractLine]:
    used = queries.units_of(contract.id)
    parts: dict[tuple[str, int | None], tuple[int | None, int | None]] = {}
    for line in contract.lines:
        key = (line.service, line.site_id)
        parts.setdefault(key, parted(line.volume, contract, first, -(-used.get(key, 0) // 1000)))
    rows = [
        alike(
            line, contract_id=None, site_id=sites.get(line.site_id, line.site_id) if line.site_id else None,
            volume=parts[line.service, line.site_id][1], valid_from=max(line.valid_from, first),
        )
        for line in contract.lines
        if line.valid_until >= first
    ]  # fmt: skip
    for line in contract.lines:
        line.volume = parts[line.service, line.site_id][0]
    return rows


def _promise(row: ContractIndicator, first: dt.date) -> ContractIndicator:
    """Followed up from the day on; what was measured stays with who did it."""
    followed = None if row.followed_from is None else max(row.followed_from, first)
    return alike(row, contract_id=None, followed_from=followed, measured=None)


def _amendment(contract: Contract, new: Contract, row: Succession, budget: int | None) -> ContractAmendment:
    """Proposed, accepted and approved were the succession itself; another amendment on its way falls away."""
    now = clock.now()
    for open_one in (one for one in contract.amendments if one.state in ("drafted", "approved")):
        open_one.state = AMENDMENT.after(open_one.state, "drop")
        open_one.closed_at, open_one.answer = now, row.legal_reference
    made = ContractAmendment(
        contract_id=contract.id, place=max((one.place for one in contract.amendments), default=0) + 1, code="mod-repl",
        state="in_force", terms=noted(NewTerms()), changes=_changes(contract, new, budget), reason=row.legal_reference,
        effective_from=new.valid_from, original_value=budget, value_change=0, drafted_by=row.proposed_by,
        drafted_at=row.proposed_at, approved_by=row.approved_by, approved_at=row.closed_at,
        accepted_by=row.accepted_by, closed_at=row.closed_at,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    db.session.expire(contract, ["amendments"])
    return made


def _changes(contract: Contract, new: Contract, budget: int | None) -> list[dict[str, Any]]:
    after = _("%(name)s, contract %(number)s", name=providers.provider_name(new.organisation_id), number=new.number)
    rows = [("contractor", _("Contractor"), contract.organisation.name, after)]
    if budget is not None:
        exponent = fund().currency.exponent
        kept = major(contract.budget, exponent)
        rows.append(("budget", _("Budget for the whole term"), major(budget, exponent), kept))
    return [
        {"where": where, "service": "", "label": label, "before": before, "after": text}
        for where, label, before, text in rows
    ]


def parted(amount: int | None, contract: Contract, first: dt.date, used: int) -> tuple[int | None, int | None]:
    """What stays and what goes over from `first`: by calendar days, at least `used` stays, together the whole."""
    if amount is None:
        return None, None
    whole, left = days(contract.valid_from, contract.valid_until), days(first, contract.valid_until)
    stays = min(max(amount - amount * left // whole, used), amount)
    return stays, amount - stays
