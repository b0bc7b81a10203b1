"""What the scores of a period are worth, contract by contract, against what was posted; and the pool of bonuses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from claims.accepted import accepted_values
from core.money import round_half_up
from procurement.kpi.hooks import ContractSpan
from procurement.models.contract import Contract
from procurement.services.rules import promises as promise_rules
from quality.periods import Period
from quality.scoring import queries
from quality.scoring.agreed import contract_pays
from quality.scoring.life import rules_of
from quality.scoring.models import QualityScore, SettlementLine
from quality.scoring.settlement import Settlement, Terms, limited, settle, share_pool, undisputed


@dataclass(frozen=True, slots=True)
class Due:
    """One contract: what its score is worth before the pool, and what was posted before."""

    contract: Contract
    scored: QualityScore
    settled: Settlement
    promises: int
    before: SettlementLine | None
    posted_before: int
    contributed_before: int

    @property
    def withheld(self) -> int:
        return self.settled.accepted - self.settled.paid_before

    @property
    def contributed(self) -> int:
        """What the pool gets: withheld, neither returned nor suspended, and not given before."""
        return self.withheld - self.settled.returned - self.settled.suspended - self.contributed_before

    @property
    def bonus_before(self) -> int:
        return self.before.bonus if self.before else 0

    @property
    def is_new(self) -> bool:
        """Never settled, or by another score; the same score is not settled twice."""
        if self.before is None:
            return self.settled.accepted > 0
        return (self.before.score_id, self.before.is_final) != (self.scored.id, self.scored.is_final)


def dues_of(period: Period, released: Sequence[SettlementLine]) -> list[Due]:
    """Of every contract with a told score, by its number."""
    contracts = queries.contracts_in(period)
    scores = {key: row for key, row in queries.latest_scores(period.name).items() if row.contest_until is not None}
    wanted = [one for one in contracts if one.organisation_id in scores]
    bases = accepted_values([_span(one, period) for one in wanted])
    promises = queries.promises_of([one.id for one in wanted], period)
    most, rules = promise_rules(period.last), rules_of(list(scores.values()))
    before: dict[int, list[SettlementLine]] = defaultdict(list)
    for line in released:
        if line.settlement.period == period.name:
            before[line.contract_id].append(line)
    found = []
    for contract, base in zip(wanted, bases, strict=True):
        row, lines, theirs = scores[contract.organisation_id], before[contract.id], promises.get(contract.id, 0)
        worth = _worth(row, base, contract_pays(contract, period, rules[row.id]))
        settled = limited(worth, theirs, most.most) if most else worth
        found.append(Due(contract, row, settled, theirs, lines[-1] if lines else None, _posted(lines), _given(lines)))
    return found


def _worth(row: QualityScore, base: int, terms: Terms) -> Settlement:
    settled = settle(base, row.score, terms, is_gated=bool(row.limiters))
    return settled if row.is_final else undisputed(settled)


def _posted(lines: Sequence[SettlementLine]) -> int:
    return sum(line.difference + line.cured for line in lines)


def _given(lines: Sequence[SettlementLine]) -> int:
    """What the newest line gave to the pool."""
    return lines[-1].contributed if lines else 0


def carried_over(released: Sequence[SettlementLine]) -> int:
    """What released settlements left in the pool, with forfeited withholds; the fund keeps none of it."""
    rows = {line.settlement_id: line.settlement for line in released}.values()
    left = sum(row.unreturned + row.top_up - row.bonuses_drawn for row in rows)
    return left + sum(line.suspended - line.cured for line in released if line.closed_at is not None)


def bonuses_of(dues: Sequence[Due], before: Sequence[SettlementLine], pool: int) -> list[int]:
    """Of the pool by largest remainder. What comes later in a period gets the share that the first ones got, and the
    fund adds what lacks: nobody gains or loses by another's objection."""
    first = [line for line in before if line.settlement.period == dues[0].scored.period]
    due = sum(line.bonus_due for line in first)
    if not due:
        return share_pool([one.settled.bonus for one in dues], pool)
    part = Fraction(sum(line.bonus for line in first), due)
    return [round_half_up(one.settled.bonus * part) for one in dues]


def _span(contract: Contract, period: Period) -> ContractSpan:
    first, last = max(contract.valid_from, period.first), min(contract.valid_until, period.last)
    return ContractSpan(contract.id, contract.organisation_id, first, last)
