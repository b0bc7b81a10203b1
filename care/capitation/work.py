"""What capitation gives people to do: months that would take money back."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from care.capitation import queries
from core.actors import Actor
from core.web import WorkItem
from core.web.filters import day, money
from core.words import _

SHOWN = 8


def to_release(actor: Actor) -> Iterable[WorkItem]:
    """A fixed number of statements, however many wait."""
    rows, _count = queries.statements(actor, None, state="waiting", limit=SHOWN)
    for row in rows:
        month = f"{row.month:%Y-%m}"
        yield WorkItem(
            title=_(
                "Capitation of %(month)s takes %(sum)s back", month=day(row.month, "LLL y"), sum=money(-row.difference)
            ),
            url=url_for("capitation.statement", number=row.contract.number, month=month),
            context=_("%(number)s with %(name)s", number=row.contract.number, name=row.contract.organisation.name),
            shape="check",
        )
