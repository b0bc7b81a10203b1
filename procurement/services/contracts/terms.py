"""What a contract says, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from core import clock
from core.config import fund
from core.errors import InputErrors, Problem
from core.words import _l
from procurement.kpi.hooks import quality_parts
from procurement.kpi.spans import next_start
from procurement.kpi.terms import NOT_PAID, FollowUp, limit_problems
from procurement.models.contract import ORIGINS
from procurement.scored import ScoreTerms
from procurement.services import rules


@dataclass(frozen=True, slots=True)
class TariffLine:
    """One service at one rate (None: no agreed price yet); without dates it is valid as long as the contract."""

    service: str
    rate: Decimal | None
    site_id: int | None = None
    volume: int | None = None
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """A social promise or quality target; `direction`: up (more is better) or down. `follow`: what hangs on it."""

    code: str
    name: str
    unit: str
    committed: Decimal
    direction: str = "up"
    baseline: Decimal | None = None
    evidence: str = ""
    follow: FollowUp = NOT_PAID


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract says; `budget` in minor units for the whole period, None: no cap."""

    organisation_id: int
    title: str
    origin: str
    service_line: str
    valid_from: dt.date
    valid_until: dt.date
    lines: Sequence[TariffLine]
    promises: Sequence[Promise] = ()
    budget: int | None = None
    origin_reference: str = ""
    award_id: int | None = None
    partners: Sequence[Mapping[str, str]] = ()
    opened_from: str = ""
    paper_number: str = ""
    score: ScoreTerms | None = None


def check_terms(terms: Terms, where: str = "") -> None:
    """All defects of one contract at once; `where` names it in a bulk."""
    problems = [*_defects(terms), *_line_defects(terms), *_stake_problems(terms)]
    if problems:
        raise InputErrors(Problem(f"{where}{problem.where}", problem.message, problem.found) for problem in problems)


def contract_values(terms: Terms) -> dict[str, object]:
    names = ["organisation_id", "title", "origin", "origin_reference", "award_id", "service_line"]
    names += ["opened_from", "paper_number"]
    names += ["valid_from", "valid_until", "budget"]
    return {**{name: getattr(terms, name) for name in names}, "partners": [dict(row) for row in terms.partners]}


def line_values(terms: Terms) -> list[dict[str, object]]:
    return [
        {
            "service": line.service,
            "site_id": line.site_id,
            "rate": line.rate,
            "volume": line.volume,
            "valid_from": line.valid_from or terms.valid_from,
            "valid_until": line.valid_until or terms.valid_until,
        }
        for line in terms.lines
    ]


def indicator_values(terms: Terms, *, running_on: dt.date | None = None) -> list[dict[str, object]]:
    """`running_on`: the contract runs already on the day it is brought in, and is followed from the next period."""
    names = ("code", "name", "unit", "baseline", "committed", "direction", "evidence")
    return [
        {name: getattr(row, name) for name in names}
        | asdict(row.follow)
        | {"followed_from": _followed_from(row.follow, terms.valid_from, running_on)}
        for row in terms.promises
    ]


def _followed_from(follow: FollowUp, valid_from: dt.date, running_on: dt.date | None) -> dt.date:
    """Nobody was asked for evidence of days before."""
    if running_on is None or running_on <= valid_from:
        return valid_from
    return next_start(follow.period, running_on)


def _defects(terms: Terms) -> Iterable[Problem]:
    if terms.origin not in ORIGINS:
        yield Problem("origin", _l("A contract comes from: %(origins)s.", origins=", ".join(ORIGINS)), terms.origin)
    if terms.valid_until < terms.valid_from:
        yield Problem("valid_until", _l("The last day lies before the first."), terms.valid_until.isoformat())
    if terms.budget is not None and terms.budget < 0:
        yield Problem("budget", _l("A budget is not negative."), str(terms.budget))
    if not terms.lines:
        yield Problem("lines", _l("A contract needs at least one service with its rate."))
    for number, promise in enumerate(terms.promises):
        if promise.direction not in ("up", "down"):
            yield Problem(f"promises.{number}", _l("Better is up or down."), promise.direction)


def _stake_problems(terms: Terms) -> Iterable[Problem]:
    follows = [row.follow for row in terms.promises if row.follow.costs or row.follow.earns]
    return stake_problems(follows, terms.score) if follows else []


def stake_problems(follows: Iterable[FollowUp], score: ScoreTerms | None = None) -> list[Problem]:
    """What all promises of one contract may cost and earn, with its score or the plan's, against today's limit."""
    today = clock.today(fund().zone)
    quality = score.per_cent if score else quality_parts(today)
    return limit_problems(follows, rules.promises(today), quality, "promises")


def _line_defects(terms: Terms) -> Iterable[Problem]:
    """Rates, dates inside the contract, and no day on which a service has two rates."""
    seen: dict[tuple[str, int | None], list[tuple[dt.date, dt.date]]] = {}
    for number, line in enumerate(terms.lines):
        where = f"lines.{number}"
        begins, ends = line.valid_from or terms.valid_from, line.valid_until or terms.valid_until
        if line.rate is not None and line.rate < 0:
            yield Problem(where, _l("A rate is not negative."), str(line.rate))
        if ends < begins or begins < terms.valid_from or ends > terms.valid_until:
            yield Problem(where, _l("The days of %(service)s lie outside the contract.", service=line.service))
        spans = seen.setdefault((line.service, line.site_id), [])
        if any(begins <= other_end and other_begin <= ends for other_begin, other_end in spans):
            yield Problem(where, _l("%(service)s has two rates on the same day.", service=line.service), line.service)
        spans.append((begins, ends))
