"""F2: a reviewer who lets nearly everything pass, or decides many claims in one go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from core.words import _l
from quality.desk.plan import Terms
from quality.desk.queries import acts
from quality.desk.queries.acts import Reviewed
from quality.desk.screens.screen import Found, Hit, furthest_first, refs, screen
from quality.desk.window import Window


def read(window: Window, _terms: Terms) -> Sequence[Reviewed]:
    return acts.reviewed_claims(window)


@screen(
    "F2",
    reads=read,
    text=_l(
        "%(passed)s of %(decided)s claims that the rules doubted were let pass (%(passed_share)s); %(bulk)s "
        "(%(bulk_share)s) were decided in bulk, at most %(largest)s at once with one reason."
    ),
)
def hardly_looks(rows: Sequence[Reviewed], terms: Terms) -> Found:
    """One hit per reviewer with enough decisions whose share let pass, or in bulk, reaches the threshold."""
    by_person: dict[str, list[Reviewed]] = defaultdict(list)
    for row in rows:
        by_person[row.person].append(row)
    judged = {person: found for person, found in by_person.items() if len(found) >= terms.minimum}
    hits = [hit for person, found in judged.items() if (hit := _hit(person, found, terms, len(judged) - 1)).value]
    return Found(len(judged), furthest_first(hits))


def _hit(person: str, rows: Sequence[Reviewed], terms: Terms, peers: int) -> Hit:
    """`value` is the larger of the two shares, 0 if neither reaches the threshold."""
    sizes = [len(act) for act in _acts(rows, terms.numbers["seconds"]) if len(act) >= terms.numbers["together"]]
    passed, bulk = sum(row.is_let_pass for row in rows), sum(sizes)
    figures = {
        "passed": passed,
        "decided": len(rows),
        "passed_share": passed / len(rows),
        "bulk": bulk,
        "bulk_share": bulk / len(rows),
        "largest": max(sizes, default=0),
    }
    value = max(passed, bulk) / len(rows)
    return Hit(
        None, person, value if value >= terms.threshold else 0.0, peers, figures, refs("claim", [r.claim for r in rows])
    )


def _acts(rows: Sequence[Reviewed], seconds: float) -> list[list[Reviewed]]:
    """Decisions with one reason that follow each other closely are one act; rows in order of time."""
    found = [[rows[0]]]
    for before, row in pairwise(rows):
        is_same = row.reason == before.reason and (row.at - before.at).total_seconds() <= seconds
        found[-1].append(row) if is_same else found.append([row])
    return found
