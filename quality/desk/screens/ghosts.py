"""D13: members whom nobody but one provider has seen, and who share a phone or an account."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from core.words import _l
from quality.desk.plan import Terms
from quality.desk.queries import people
from quality.desk.queries.people import Lonely
from quality.desk.screens.screen import Found, Hit, furthest_first, refs, screen
from quality.desk.window import Window


class Members(NamedTuple):
    """`examined`: members billed by anyone."""

    lonely: Sequence[Lonely]
    examined: int


def read(window: Window, _terms: Terms) -> Members:
    return Members(people.lonely_members(window), people.members_billed(window))


@screen(
    "D13",
    reads=read,
    text=_l(
        "%(members)s members whom no other provider, assessor or desk has seen in these months: %(provider_phone)s "
        "have a phone of the provider, %(provider_account)s its account, %(household_phone)s a phone of "
        "another household."
    ),
)
def unseen_elsewhere(found: Members, terms: Terms) -> Found:
    """One hit per provider with at least `threshold` such members."""
    by_provider: dict[int, list[Lonely]] = defaultdict(list)
    for row in found.lonely:
        by_provider[row.organisation_id].append(row)
    hits = [_hit(one, rows) for one, rows in by_provider.items() if len(rows) >= terms.threshold]
    return Found(found.examined, furthest_first(hits))


def _hit(organisation_id: int, rows: Sequence[Lonely]) -> Hit:
    signs = Counter(row.sign for row in rows)
    figures = {"members": len(rows)} | {
        sign: signs[sign] for sign in ("provider_phone", "provider_account", "household_phone")
    }
    return Hit(organisation_id, "", float(len(rows)), 0, figures, refs("member", [row.member for row in rows]))
