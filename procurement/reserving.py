"""Who may bid for a reserved lot, as rules that say which condition fails. Pure: plan and facts in, conditions out."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.errors import InputErrors
from core.organisations import LEGAL_FORMS, SSE_FORMS
from core.words import _l
from providers.solidarity import Sse

PART = "reservations"
KINDS: dict[str, Any] = {
    "": _l("Open to all accredited providers"),
    "res-sse": _l("Reserved for units of the social and solidarity economy, by legal form"),
    "res-ws": _l("Reserved for work integration (Art. 20)"),
    "res-pub-ser": _l("Reserved for missions of public service (Art. 77)"),
}
EVIDENCE: dict[str, Any] = {
    "integration": _l("Main aim is integration, and the share of disabled and disadvantaged workers"),
    "mission": _l("Mission of public service tied to these services"),
    "profits": _l("Profits are reinvested, or shared by participation alone"),
    "participation": _l("Owned or steered with employees, users or others concerned"),
}


KINDS_OF: dict[str, tuple[str, ...]] = {
    "res-ws": ("integration",),
    "res-pub-ser": ("mission", "profits", "participation"),
}
"""What has to be proved for which reservation."""


@dataclass(frozen=True, slots=True)
class Reservations:
    """`integration_share` in per cent; `codes`: CPV of 8 digits without the check digit."""

    integration_share: int
    most_years: int
    look_back_years: int
    legal_forms: frozenset[str]
    codes: frozenset[str]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition in words, whether it is met, and what was found."""

    text: Any
    is_met: bool
    found: str = ""


@dataclass(frozen=True, slots=True)
class Integration:
    """Disabled and disadvantaged workers among all, in heads or full-time equivalents, proved until a day."""

    people: Decimal
    total: Decimal
    valid_until: dt.date


BY_FORM = Sse(is_sse=False, is_assessed=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a bidder. `evidence`: kind → valid until; `last_award_on`: reserved under Art. 77, these
    services; `sse`: what the register says of the day."""

    legal_form: str
    evidence: Mapping[str, dt.date] = field(default_factory=dict)
    integration: Integration | None = None
    last_award_on: dt.date | None = None
    sse: Sse = BY_FORM


def parse(text: str) -> Reservations:
    """`plan/reservations.toml` as a value; names the key that is wrong."""
    raw = tomllib.loads(text)
    forms, services = frozenset(raw.get("legal_forms", ())), raw.get("services", {})
    if unknown := forms - set(LEGAL_FORMS):
        raise InputErrors.at("legal_forms", _l("This legal form is not known."), ", ".join(sorted(unknown)))
    codes = frozenset(str(code) for code in services.get("codes", ()))
    if wrong := [code for code in codes if len(code) != 8 or not code.isdigit()]:
        raise InputErrors.at("services.codes", _l("A code has 8 digits."), wrong[0])
    return Reservations(
        _whole(raw, "integration_share"),
        _whole(raw, "most_years"),
        _whole(raw, "look_back_years"),
        forms,
        codes,
        str(services.get("source", "")),
    )


def has_share(people: Decimal, total: Decimal, least: int) -> bool:
    """Whether `people` are at least `least` per cent of `total`; of nobody there is no share."""
    return total > 0 and 0 <= people <= total and people * 100 >= least * total


def years_after(day: dt.date, years: int) -> dt.date:
    """The same day later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)


def lasts_at_most(starts_on: dt.date, ends_on: dt.date, years: int) -> bool:
    """Both days count: 1 January to 31 December three years on is three years."""
    return ends_on < years_after(starts_on, years)


def is_listed(cpv: str, rules: Reservations) -> bool:
    """Exactly, by the 8 digits before the check digit."""
    return cpv.split("-")[0].strip() in rules.codes


def lot_conditions(
    kind: str, cpv: str, starts_on: dt.date, ends_on: dt.date, rules: Reservations | None
) -> Sequence[Condition]:
    """Before publication: what the lot itself must meet. Without rules in force nothing can be reserved."""
    if kind in ("", "res-sse"):
        return ()
    if rules is None:
        return (Condition(_l("Rules on reserved lots are in force"), False),)
    if kind != "res-pub-ser":
        return ()
    years = rules.most_years
    return (
        Condition(_l("The contract lasts %(years)s years at most", years=years),
                  lasts_at_most(starts_on, ends_on, years), f"{starts_on} – {ends_on}"),
        Condition(_l("Its object is on the list of social services (CPV)"), is_listed(cpv, rules), cpv),
    )  # fmt: skip


def bidder_conditions(kind: str, facts: Facts, on: dt.date, rules: Reservations | None) -> Sequence[Condition]:
    """Before bidding, and again at the award: what the bidder must meet on `on`."""
    if not kind:
        return ()
    if kind == "res-sse":
        return _solidarity(facts, rules)
    if rules is None:
        return (Condition(_l("Rules on reserved lots are in force"), False),)
    return _integration(facts, on, rules) if kind == "res-ws" else _public_service(facts, on, rules)


def _solidarity(facts: Facts, rules: Reservations | None) -> Sequence[Condition]:
    """The register's answer; the act on reservations may name fewer legal forms."""
    is_form = facts.legal_form in (rules.legal_forms if rules else SSE_FORMS)
    if not facts.sse.is_assessed:
        text = _l("Its legal form is one of the social and solidarity economy (not assessed yet)")
        return (Condition(text, is_form, facts.legal_form),)
    text = _l("Its legal form is one of the social and solidarity economy")
    assessed = Condition(_l("The register assessed it as such a unit"), facts.sse.is_sse)
    return (Condition(text, is_form, facts.legal_form), assessed)


def _integration(facts: Facts, on: dt.date, rules: Reservations) -> Sequence[Condition]:
    row, least = facts.integration, rules.integration_share
    is_valid = row is not None and row.valid_until >= on
    is_enough = row is not None and is_valid and has_share(row.people, row.total, least)
    found = f"{row.people:f}/{row.total:f}" if row else ""
    return (
        Condition(_l("Evidence that integration is the main aim, valid on that day"), is_valid),
        Condition(_l("At least %(least)s %% disabled or disadvantaged workers", least=least), is_enough, found),
    )


def _public_service(facts: Facts, on: dt.date, rules: Reservations) -> Sequence[Condition]:
    proved = [
        Condition(EVIDENCE[kind], kind in facts.evidence and facts.evidence[kind] >= on)
        for kind in KINDS_OF["res-pub-ser"]
    ]
    last, years = facts.last_award_on, rules.look_back_years
    is_free = last is None or on >= years_after(last, years)
    text = _l("No such award for these services in the past %(years)s years", years=years)
    return (*proved, Condition(text, is_free, last.isoformat() if last else ""))


def _whole(raw: Mapping[str, Any], key: str) -> int:
    value = raw.get(key)
    if type(value) is not int or value < 0:
        raise InputErrors.at(key, _l("This is a whole number, not below 0."), value)
    return value
