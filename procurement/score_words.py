"""The table “Quality score and what it pays” in words: the same on pages and on paper."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.texts import said
from core.web.filters import day_words
from core.words import _, _l
from procurement.scored import ScoredIndicator, ScoreTerms, first_published_on, recovered, short

STRATA: dict[str, Any] = {
    "age": _l("age"),
    "age_5_years": _l("age in steps of five years"),
    "age_band": _l("age"),
    "sex": _l("sex"),
    "need": _l("level of need"),
    "discharge_group": _l("group of the discharge"),
    "visits": _l("number of visits"),
    "settlement": _l("town or country"),
    "size": _l("size"),
    "proxy": _l("who answered"),
    "mode": _l("how it was asked"),
}


def paid(terms: ScoreTerms, begins_on: dt.date) -> list[tuple[str, str]]:
    """(what, how): parameters, the day of publication, and the text that it comes from."""
    withheld, bonus = map(short, terms.per_cent)
    ends_on, out_on = first_published_on(terms, begins_on)
    days = {"all": terms.published_after, "late": terms.run_out_days, "answer": terms.appeal_days}
    return [
        (_("At stake (h)"), _("%(share)s %% of the accepted value of a period", share=withheld)),
        (_("Bonus (b)"), _("%(share)s %% of the accepted value at most, from the pool of what others do not get back",
                           share=bonus)),
        (_("At stake is lost whole up to (Q0)"), _("a score of %(score)s", score=short(terms.nothing_at))),
        (_("All of it comes back from (Q1)"), _("a score of %(score)s; between Q0 and Q1 in a straight line",
                                                score=short(terms.all_at))),
        (_("The whole bonus from (Q2)"), _("a score of %(score)s; between Q1 and Q2 in a straight line",
                                           score=short(terms.bonus_full_at))),
        (_("A score is published"), _(
            "%(all)s days after its quarter at the latest: %(late)s for late claims, %(answer)s for the provider to "
            "answer, %(decide)s to decide what it contests", **days, decide=terms.review_days)),
        (_("The first one"), _("of the quarter that ends on %(ends)s, by %(out)s",
                               ends=day_words(ends_on), out=day_words(out_on))),
        (_("Quality plan"), _("version %(version)s, approved on %(day)s", version=terms.plan_version,
                              day=day_words(terms.approved_on))),
        *([(_("Taken back after an audit by sample"), recovered(terms.recovery))] if terms.recovery else []),
    ]  # fmt: skip


def adjusted(row: ScoredIndicator) -> str:
    """What is taken into account before providers are compared."""
    return ", ".join(str(STRATA.get(one, one)) for one in row.adjustment) or _("none")


def range_of(row: ScoredIndicator) -> str:
    """“75 → 97 %”."""
    return _("%(floor)s to %(target)s %(unit)s", floor=short(row.floor), target=short(row.target), unit=said(row.unit))


def weight_of(row: ScoredIndicator) -> str:
    """Of 100; or why it has none."""
    if row.weight:
        return short(row.weight)
    return _("gate") if row.is_gate else _("a promise pays")


def gate_of(row: ScoredIndicator) -> str:
    return _("Below its floor there is no bonus, and what is at stake waits until it is cured.") if row.is_gate else ""
