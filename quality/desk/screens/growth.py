"""D12 and D15: value that grew suddenly, and value per member far from that of peers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from core.words import _l
from quality.desk.plan import Terms
from quality.desk.queries import claimed
from quality.desk.queries.claimed import Halves, PerMember
from quality.desk.screens.screen import Found, Hit, furthest_first, refs, screen
from quality.desk.window import Window
from quality.statistics.screening import peer_distances

SHOWN = 25  # the dearest claims are the evidence: all would be everything the provider sent
SIZES = ("small", "medium", "large")


class Growths(NamedTuple):
    """`claims`: organisation → its dearest claims of the last months."""

    halves: Sequence[Halves]
    claims: Mapping[int, Sequence[str]]


def read_growth(window: Window, terms: Terms) -> Growths:
    halves = claimed.value_halves(window)
    grown = [row.organisation_id for row in halves if row.after > terms.threshold * row.before > 0]
    return Growths(halves, claimed.newest_claims(window, grown, SHOWN) if grown else {})


@screen(
    "D12",
    reads=read_growth,
    text=_l(
        "%(after_amount)s accepted in the last three months, %(before_amount)s in the three before: %(times)s times as "
        "much. The fastest of its peers grew %(peer)s times."
    ),
)
def sudden(found: Growths, terms: Terms) -> Found:
    """More than `threshold` times the months before, and more than the percentile of its peers in that service line."""
    by_line: dict[str, list[Halves]] = defaultdict(list)
    for row in found.halves:
        if row.before > 0 and row.claims_before >= terms.minimum:
            by_line[row.service_line].append(row)
    hits, examined = [], 0
    for rows in by_line.values():
        if len(rows) - 1 < terms.peers:
            continue
        examined += len(rows)
        for row in rows:
            others = sorted(other.after / other.before for other in rows if other is not row)
            limit, times = _percentile(others, terms.numbers["percentile"]), row.after / row.before
            if times > terms.threshold and times > limit:
                hits.append(_grown(row, times, others, found.claims.get(row.organisation_id, ())))
    return Found(examined, furthest_first(hits))


def _percentile(ordered: Sequence[float], percentile: float) -> float:
    """Type 7, of values in order."""
    place = (len(ordered) - 1) * percentile / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _grown(row: Halves, times: float, others: Sequence[float], claims: Sequence[str]) -> Hit:
    figures = {"after_amount": row.after, "before_amount": row.before, "times": times, "peer": others[-1]}
    return Hit(row.organisation_id, row.service_line, times, len(others), figures, refs("claim", claims))


def read_values(window: Window, _terms: Terms) -> Sequence[PerMember]:
    return claimed.value_per_member(window)


@screen(
    "D15",
    reads=read_values,
    text=_l(
        "%(mean_amount)s per member (%(members)s members); the middle of %(others)s peers of its service, size and "
        "place is %(middle_amount)s. Modified z %(z)s."
    ),
)
def far_from_peers(rows: Sequence[PerMember], terms: Terms) -> Found:
    """Above its peers by the median distance on a log scale; fewer peers or no spread give no hit."""
    groups: dict[tuple[str, ...], list[PerMember]] = defaultdict(list)
    for row in rows:
        if row.members >= terms.minimum and row.value > 0:
            groups[_group(row, terms)].append(row)
    hits, examined = [], 0
    for group in groups.values():
        means = {str(row.organisation_id): row.value / row.members for row in group}
        far = peer_distances(means) if len(group) > terms.peers else {}
        examined += len(far)
        for row in group:
            key = str(row.organisation_id)
            if far.get(key, 0.0) > terms.threshold:
                hits.append(_far(row, means[key], median(means.values()), far[key], len(group) - 1))
    return Found(examined, furthest_first(hits))


def _group(row: PerMember, terms: Terms) -> tuple[str, ...]:
    size = SIZES[min(sum(row.members >= bound for bound in terms.bounds), len(SIZES) - 1)]
    known = {"service_line": row.service_line, "size": size, "region": row.district}
    return tuple(known[name] for name in terms.peer_group)


def _far(row: PerMember, mean: float, middle: float, z: float, peers: int) -> Hit:
    figures = {
        "mean_amount": round(mean),
        "members": row.members,
        "others": peers,
        "middle_amount": round(middle),
        "z": z,
    }
    return Hit(row.organisation_id, row.service_line, z, peers, figures, (("claims", row.service_line),))
