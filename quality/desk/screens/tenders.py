"""F3 and F4: the same officer and the same winner; evaluators whose marks are always equal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from core.words import _l
from quality.desk.plan import Terms
from quality.desk.queries import acts
from quality.desk.queries.acts import Awarded
from quality.desk.screens.screen import Found, Hit, furthest_first, refs, screen
from quality.desk.window import Window

if TYPE_CHECKING:
    import polars as pl


def read_awards(window: Window, _terms: Terms) -> Sequence[Awarded]:
    return acts.decided_awards(window)


@screen(
    "F3",
    reads=read_awards,
    text=_l("%(won)s of the %(all)s awards this person drafted, proposed or decided went to it (%(won_share)s)."),
)
def same_winner(awards: Sequence[Awarded], terms: Terms) -> Found:
    """One hit per person and winner: enough awards, and a large share of all that person's awards."""
    together: dict[tuple[str, int], list[Awarded]] = defaultdict(list)
    totals: Counter[str] = Counter()
    for award in awards:
        for person in award.persons:
            together[person, award.organisation_id].append(award)
            totals[person] += 1
    hits = [
        _same(person, winner, won, totals[person], len(totals) - 1)
        for (person, winner), won in together.items()
        if len(won) >= terms.threshold and len(won) >= terms.numbers["share"] * totals[person]
    ]
    return Found(len(totals), furthest_first(hits))


def _same(person: str, winner: int, won: Sequence[Awarded], total: int, peers: int) -> Hit:
    figures = {"won": len(won), "all": total, "won_share": len(won) / total}
    return Hit(winner, person, float(len(won)), peers, figures, refs("tender", sorted({row.tender for row in won})))


def read_marks(window: Window, _terms: Terms) -> pl.DataFrame:
    return acts.locked_marks(window)


@screen(
    "F4",
    reads=read_marks,
    text=_l(
        "%(equal)s of %(marks)s marks on the same question of the same bid are equal (%(equal_share)s), over "
        "%(tenders)s tenders."
    ),
)
def always_agree(marks: pl.DataFrame, terms: Terms) -> Found:
    """One hit per pair of evaluators; the subject names both."""
    by_person = {person[0]: rows for person, rows in marks.sort("person").partition_by("person", as_dict=True).items()}
    hits, examined = [], 0
    for one, other in combinations(sorted(by_person), 2):
        both = by_person[one].join(by_person[other], on=["tender", "bid_id", "criterion_id"], suffix="_other")
        if both.height < terms.minimum:
            continue
        examined += 1
        equal = int((both["mark"] == both["mark_other"]).sum())
        if equal >= terms.threshold * both.height:
            hits.append(_agree(f"{one} {other}", equal, both.height, sorted(both["tender"].unique())))
    return Found(examined, furthest_first(hits))


def _agree(pair: str, equal: int, count: int, tenders: Sequence[str]) -> Hit:
    figures = {"equal": equal, "marks": count, "equal_share": equal / count, "tenders": len(tenders)}
    return Hit(None, pair, equal / count, 0, figures, refs("tender", tenders))
