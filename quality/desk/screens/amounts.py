"""D11: first digits of amounts that no tariff fixes. For information only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from core.words import _l
from quality.desk.plan import Terms
from quality.desk.queries import claimed
from quality.desk.screens.screen import Found, Hit, furthest_first, refs, screen
from quality.desk.window import Window
from quality.statistics.screening import Benford, benford

Amount = tuple[int, int, str]


def read(window: Window, terms: Terms) -> list[Amount]:
    return claimed.free_amounts(window, terms.services)


@screen(
    "D11",
    reads=read,
    text=_l(
        "First digits of %(amounts)s amounts differ from Benford’s law by %(deviation)s on average "
        "(chi-square %(chi2)s)."
    ),
)
def unlike_benford(amounts: Sequence[Amount], terms: Terms) -> Found:
    """Only where `benford` finds enough amounts over two orders of magnitude; capped and fixed amounts never are."""
    by_provider: dict[int, list[Amount]] = defaultdict(list)
    for row in amounts:
        by_provider[row[0]].append(row)
    judged = {one: fit for one, rows in by_provider.items() if (fit := benford([row[1] for row in rows])) is not None}
    hits = [
        _hit(one, fit, by_provider[one], len(judged) - 1)
        for one, fit in judged.items()
        if fit.deviation > terms.threshold
    ]
    return Found(len(judged), furthest_first(hits))


def _hit(organisation_id: int, fit: Benford, rows: Sequence[Amount], peers: int) -> Hit:
    figures = {"amounts": len(rows), "deviation": fit.deviation, "chi2": fit.chi2}
    return Hit(organisation_id, "", fit.deviation, peers, figures, refs("claim", [line for _, _, line in rows]))
