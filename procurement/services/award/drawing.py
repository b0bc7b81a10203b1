"""The contract of an award: tariff from the price envelope, promises as indicators."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import DomainError
from core.words import _l
from procurement.models.contract import Contract
from procurement.models.evaluation import Award
from procurement.promising import read_promise
from procurement.queries import tenders as queries
from procurement.queries.portal import portal_procedure
from procurement.scored import read
from procurement.services import rules
from procurement.services.award.deciding import close_the_lot, close_the_round, is_standstill_over
from procurement.services.complaining import refuse_suspended
from procurement.services.contracts import Promise, TariffLine, Terms, draw_contract
from procurement.services.moments import lot_after
from procurement.states.tender import AWARD


def contract_from_award(award: Award, *, by: Actor) -> Contract:
    """Draw the contract: tariff from the price envelope, promises as indicators. Not before the standstill is over."""
    award = queries.locked_award(award.number)
    target = AWARD.after(award.state, "contract")
    if not is_standstill_over(award, clock.local_day(clock.now(), fund().zone)):
        until = award.standstill_until.isoformat() if award.standstill_until else ""
        raise DomainError(
            _l("The standstill lasts until %(day)s. The contract is signed the day after.", day=until),
            code="standstill",
        )
    refuse_suspended(award.lot.tender, award.lot)
    lot_after(award.lot, "contract")
    contract = draw_contract(_terms(award), by=by)
    award.state = target
    db.session.flush()
    close_the_lot(award.lot)
    tender = award.lot.tender
    close_the_round(tender)
    audit.record(tender.stream, Act.CONTRACT_DRAWN, award.number, by=by, after={"contract": contract.number})
    return contract


def _terms(award: Award) -> Terms:
    lot, tender = award.lot, award.lot.tender
    rates = award.bid.content("price")["rates"][str(lot.number)]
    volumes = {row.service: row.volume for row in lot.services}
    elsewhere = portal_procedure(tender.id)
    return Terms(
        organisation_id=award.bid.organisation_id,
        title=f"{tender.title}: {lot.title}",
        origin="award_elsewhere" if elsewhere else "award",
        origin_reference=f"{tender.number} lot {lot.number}",
        award_id=None if elsewhere else award.id,
        service_line=tender.service_line,
        valid_from=tender.starts_on,
        valid_until=tender.ends_on,
        lines=[TariffLine(code, Decimal(rate), volume=volumes[code]) for code, rate in sorted(rates.items())],
        promises=_promises(award),
        budget=lot.ceiling if tender.framework else award.amount,
        score=read(tender.score_terms),
        partners=[{key: row[key] for key in ("name", "share", "delivers")} for row in award.bid.joined],
    )


def _promises(award: Award) -> list[Promise]:
    """Every scored promise becomes an indicator of the contract; so does what the notice measures without points."""
    tender = award.lot.tender
    promised = award.bid.content("quality").get("promises", {})
    follows = rules.follow_ups_of(tender)
    found = []
    for row in tender.criteria_of("social"):
        value = read_promise(row, promised.get(row.code, ""))
        if value is None:
            continue
        direction = "down" if row.measure == "lin_down" else "up"
        promise = Promise(row.code, row.name, row.unit, Decimal(value), direction, evidence=row.evidence)
        found.append(replace(promise, follow=follows[row.code]))
    promised_codes = {row.code for row in found}
    return found + [
        Promise(
            row["code"], row["name"], row["unit"], Decimal(row["target"]), row["direction"], evidence=row["evidence"],
            follow=follows[row["code"]],
        )
        for row in tender.performance
        if row["code"] not in promised_codes
    ]  # fmt: skip
