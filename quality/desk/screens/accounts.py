"""F1: an account took the place of another one, and was paid to soon after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from core.words import _l
from quality.desk.plan import Terms
from quality.desk.queries import acts
from quality.desk.queries.acts import PaidToNewAccount
from quality.desk.screens.screen import Found, Hit, furthest_first, refs, screen
from quality.desk.window import Window


def read(window: Window, _terms: Terms) -> Sequence[PaidToNewAccount]:
    return acts.paid_to_new_accounts(window)


@screen(
    "F1",
    reads=read,
    text=_l(
        "The account was changed on %(changed_on)s and paid to %(days)s days later: %(paid_amount)s in %(payments)s "
        "payments within %(within)s days."
    ),
)
def changed_then_paid(rows: Sequence[PaidToNewAccount], terms: Terms) -> Found:
    """One hit per account, if a payment followed within the days of the plan."""
    within, accounts = terms.numbers["days"], defaultdict(list)
    for row in rows:
        if 0 <= (row.value_on - row.entered_at.date()).days <= within:
            accounts[row.account_id].append(row)
    hits = [_hit(paid, within) for paid in accounts.values() if len(paid) >= terms.threshold]
    return Found(len({row.account_id for row in rows}), furthest_first(hits))


def _hit(paid: Sequence[PaidToNewAccount], within: float) -> Hit:
    first = paid[0]
    figures = {
        "changed_on": first.entered_at.date().isoformat(),
        "days": (first.value_on - first.entered_at.date()).days,
        "paid_amount": sum(row.amount for row in paid),
        "payments": len(paid),
        "within": within,
    }
    owner = f"organisation {first.organisation_id}" if first.organisation_id else f"member {first.member}"
    evidence = (*refs("payment", [row.payment for row in paid]), ("act", owner))
    return Hit(first.organisation_id, first.member, float(len(paid)), 0, figures, evidence)
