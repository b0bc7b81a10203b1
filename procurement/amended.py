"""What an amendment does to a contract: what reads differently, what it costs, what stands in its way. No queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.errors import Problem
from core.money import round_half_up
from core.words import _, _l
from procurement import capitation, indexation, scored
from procurement.amending import NewRate, NewTerms, Used, daily_units, days, spot
from procurement.capitation import Band, Capitation
from procurement.contract_document import rate_text
from procurement.models.contract import Contract, ContractIndicator, ContractLine

Key = tuple[str, int | None]


def line_on(contract: Contract, key: Key, on: dt.date) -> ContractLine | None:
    """The line of a service (of a site) that covers a day."""
    rows = (row for row in contract.lines if (row.service, row.site_id) == key and row.valid_from <= on)
    return next((row for row in rows if on <= row.valid_until), None)


def original_value(contract: Contract) -> int | None:
    """Minor units of a contract that was never amended: its budget, else its volumes at their first rates."""
    if contract.budget is not None:
        return contract.budget
    first: dict[Key, ContractLine] = {}
    for line in sorted(contract.lines, key=lambda row: row.valid_from):
        first.setdefault((line.service, line.site_id), line)
    worth = [
        None if line.rate is None or line.volume is None else Fraction(line.rate) * line.volume
        for line in first.values()
    ]
    known = [value for value in worth if value is not None]
    return round_half_up(sum(known, Fraction())) if len(known) == len(worth) else None


def value_change(contract: Contract, terms: NewTerms, used: Used) -> int | None:
    """Minor units, rounded once: the change of the budget, or what new rates and volumes cost if that is more.

    None: nobody knows, for want of a volume or of use, or because it hangs on how many people will be enrolled.
    """
    if terms.capitation is not None:
        return None
    budget = 0 if terms.budget is None or contract.budget is None else terms.budget - contract.budget
    costs = [*(rate_cost(contract, row, terms, used) for row in terms.rates), *_volume_costs(contract, terms)]
    known = [cost for cost in costs if cost is not None]
    if len(known) < len(costs) or (terms.valid_until and contract.budget is None and terms.budget is None):
        return None
    tariff = round_half_up(sum(known, Fraction()))
    return max(budget, tariff, key=abs)


def rate_cost(contract: Contract, row: NewRate, terms: NewTerms, used: Used) -> Fraction | None:
    """What the new rate costs more until its line ends; None: nobody knows how many units."""
    key = (row.service, row.site_id)
    line = line_on(contract, key, row.from_on)
    if line is None or line.rate is None:
        return None
    volume = next((one.volume for one in terms.volumes if (one.service, one.site_id) == key), line.volume)
    taken = used.units.get((row.service, row.site_id or 0), 0)
    daily = daily_units(volume, taken, (contract.valid_from, contract.valid_until), used.on)
    if daily is None:
        return None
    return (Fraction(row.rate) - Fraction(line.rate)) * daily * days(row.from_on, line.valid_until)


def _volume_costs(contract: Contract, terms: NewTerms) -> Iterator[Fraction | None]:
    for row in terms.volumes:
        lines = [line for line in contract.lines if (line.service, line.site_id) == (row.service, row.site_id)]
        dearest = max((line.rate for line in lines if line.rate is not None), default=None)
        known = dearest is not None and all(line.volume is not None for line in lines)
        yield Fraction(dearest) * (row.volume - lines[0].volume) if known else None  # type: ignore[arg-type, operator]


def problems(contract: Contract, terms: NewTerms, effective_from: dt.date, used: Used) -> Iterator[Problem]:
    """What cannot be, whatever the kind of the amendment."""
    if not max(contract.valid_from, used.on) <= effective_from <= contract.valid_until:
        message = _l("The first day lies between today and the contract’s last day. Earlier days keep their price.")
        yield Problem("effective_from", message, effective_from.isoformat())
    for row in terms.rates:
        yield from _rate_problems(contract, row, effective_from)
    for one in terms.volumes:
        taken = used.units.get((one.service, one.site_id or 0), 0)
        if one.volume < 0:
            yield Problem(f"volume-{spot(one.service, one.site_id)}", _l("A volume is not negative."), str(one.volume))
        elif one.volume * 1000 < taken:
            message = _l("%(used)s units are used already.", used=f"{taken / 1000:g}")
            yield Problem(f"volume-{spot(one.service, one.site_id)}", message, str(one.volume))
    if terms.capitation is not None:
        yield from _capitation_problems(contract, terms.capitation, effective_from)
    if terms.indexation is not None:
        yield from indexation.defects(terms.indexation)
    if terms.score is not None and terms.score.from_on != scored.year_began(contract.valid_from, terms.score.from_on):
        day = scored.next_year(contract.valid_from, used.on).isoformat()
        message = _l("What a score is made of stays within a contract year. The next one begins on %(day)s.", day=day)
        yield Problem("effective_from", message, terms.score.from_on.isoformat())
    if terms.budget is not None and terms.budget < used.benefit:
        yield Problem("budget", _l("More than that is used already."), str(terms.budget))
    if terms.valid_until is not None and terms.valid_until <= contract.valid_until:
        message = _l("An amendment prolongs. To end earlier, end the contract.")
        yield Problem("valid_until", message, terms.valid_until.isoformat())


def _rate_problems(contract: Contract, row: NewRate, effective_from: dt.date) -> Iterator[Problem]:
    where = f"rate-{spot(row.service, row.site_id)}"
    if row.rate < 0:
        yield Problem(where, _l("A rate is not negative."), str(row.rate))
    line = line_on(contract, (row.service, row.site_id), row.from_on)
    if row.from_on < effective_from or line is None:
        yield Problem(where, _l("%(service)s has no rate on that day.", service=row.service), row.from_on.isoformat())
    elif line.rate is None:
        yield Problem(where, _l("%(service)s has no price yet: agree on it first.", service=row.service))


def _capitation_problems(contract: Contract, new: Capitation, effective_from: dt.date) -> Iterator[Problem]:
    if new.from_on != effective_from:
        yield Problem("capitation", _l("Capitation begins with the amendment."), new.from_on.isoformat())
    if contract.origin == "open_list":
        yield Problem("capitation", _l("A contract of an open list has the prices of its list and no others."))
    running = {line.service for line in contract.lines if line.valid_from <= effective_from <= line.valid_until}
    yield from capitation.defects(new, running)


def lowered(contract: Contract, terms: NewTerms) -> list[ContractIndicator]:
    """Promises that would ask less of the provider."""
    found = []
    for row in contract.indicators:
        new = (terms.promises or {}).get(row.code)
        if new is not None and (new < row.committed if row.direction == "up" else new > row.committed):
            found.append(row)
    return found


def changes(contract: Contract, terms: NewTerms, names: Mapping[str, str], exponent: int) -> list[dict[str, Any]]:
    """What reads differently: [{where, service, label, before, after}], amounts in major units."""
    return [
        *_rates(contract, terms, names, exponent),
        *_volumes(contract, terms, names),
        *_capitation(contract, terms.capitation, names, exponent),
        *_rest(contract, terms, exponent),
    ]


def _rates(contract: Contract, terms: NewTerms, names: Mapping[str, str], exponent: int) -> Iterable[dict[str, Any]]:
    for row in terms.rates:
        line = line_on(contract, (row.service, row.site_id), row.from_on)
        before = line.rate if line is not None else None
        if before != row.rate:
            day = row.from_on.isoformat()
            label = _("Rate of %(service)s from %(day)s", service=names.get(row.service, row.service), day=day)
            yield _change(
                f"rate {row.service}", label, rate_text(before, exponent), rate_text(row.rate, exponent), row.service
            )


def _volumes(contract: Contract, terms: NewTerms, names: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    for row in terms.volumes:
        lines = (line for line in contract.lines if (line.service, line.site_id) == (row.service, row.site_id))
        before = next((line.volume for line in lines), None)
        if before != row.volume:
            label = _("Volume of %(service)s", service=names.get(row.service, row.service))
            yield _change(
                f"volume {row.service}", label, "" if before is None else f"{before}", f"{row.volume}", row.service
            )


def _capitation(
    contract: Contract, new: Capitation | None, names: Mapping[str, str], exponent: int
) -> Iterable[dict[str, Any]]:
    if new is None:
        return
    before, after = (bands_text(bands, exponent) for bands in (contract.bands_on(new.from_on), new.bands))
    if before != after:
        label = _("Capitation per person and month from %(day)s", day=new.from_on.isoformat())
        yield _change("capitation", label, before, after)
    lines = [line for line in contract.lines if line.valid_until >= new.from_on]
    for service in sorted({line.service for line in lines if line.is_capitated != (line.service in new.services)}):
        words = _("paid per unit"), _("included in capitation")
        was, becomes = words if service in new.services else reversed(words)
        yield _change(f"basket {service}", names.get(service, service), was, becomes, service)


def bands_text(bands: Iterable[Band], exponent: int) -> str:
    return "; ".join(f"{capitation.band_text(band)}: {major(band.rate, exponent)}" for band in bands)


def _rest(contract: Contract, terms: NewTerms, exponent: int) -> Iterable[dict[str, Any]]:
    if terms.budget not in (None, contract.budget):
        before = major(contract.budget, exponent)
        yield _change("budget", _("Budget for the whole term"), before, major(terms.budget, exponent))
    if terms.valid_until not in (None, contract.valid_until):
        yield _change("valid_until", _("Last day"), contract.valid_until.isoformat(), f"{terms.valid_until}")
    if terms.indexation is not None:
        old = indexation.clause_text(contract.indexation.clause if contract.indexation else None)
        if old != indexation.clause_text(terms.indexation):
            yield _change("indexation", _("Indexation"), old, indexation.clause_text(terms.indexation))
    if terms.score is not None:
        for label, *texts in scored.differences(contract.score_on(terms.score.from_on), terms.score.terms):
            yield _change(f"score {label}", label, *texts)
    for row in contract.indicators:
        new = (terms.promises or {}).get(row.code)
        if new is not None and new != row.committed:
            yield _change(
                f"promise {row.code}", row.name, f"{row.committed.normalize():f} {row.unit}", f"{new:f} {row.unit}"
            )


def major(amount: int | None, exponent: int) -> str:
    """Minor units as they are read; nothing for no cap."""
    return rate_text(None if amount is None else Decimal(amount), exponent)


def _change(where: str, label: str, before: str, after: str, service: str = "") -> dict[str, Any]:
    return {"where": where, "service": service, "label": label, "before": before, "after": after}


def committed_on(promise: ContractIndicator, day: dt.date) -> Decimal:
    """What was promised on a day: what a later amendment changed reads as before it."""
    where = f"promise {promise.code}"
    for row in promise.contract.amendments:
        if row.state == "in_force" and row.effective_from > day:
            for change in row.changes:
                if change["where"] == where:
                    return Decimal(change["before"].partition(" ")[0])
    return promise.committed
