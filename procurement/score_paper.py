"""“Quality score and what it pays” on paper: in the tender document and in the contract."""

from __future__ import annotations

import datetime as dt

from core.documents import Cell, Column, Document, code, typed
from core.texts import said
from core.words import _
from procurement.score_words import adjusted, gate_of, paid, range_of, weight_of
from procurement.scored import ScoredIndicator, ScoreTerms


def score_section(paper: Document, terms: ScoreTerms, begins_on: dt.date) -> None:
    """`begins_on`: the first day of the contract, or of the contract year from which it holds."""
    paper.heading(_("Quality score and what it pays"), _("nothing of it changes within a contract year"))
    columns = [
        Column(_("Indicator"), 3.2, is_bold=True),
        Column(_("No points, all points"), 2.2),
        Column(_("At least"), 1.5),
        Column(_("Adjusted for"), 1.6),
        Column(_("Weight of 100"), 1.1, is_amount=True),
    ]
    paper.table(columns, [_row(row) for row in terms.indicators])
    paper.facts([(what, typed(how)) for what, how in paid(terms, begins_on)])
    paper.fingerprint(_("SHA-256 of that plan version"), terms.sha256)


def _row(row: ScoredIndicator) -> tuple[str | Cell, ...]:
    name = _("%(code)s, version %(version)s of the definition", code=code(row.id), version=row.version)
    least = f"{row.minimum:,} {said(row.size_unit)}"
    return (
        Cell(typed(said(row.name)), f"{name}\n{gate_of(row)}".strip()),
        typed(range_of(row)), typed(least), typed(adjusted(row)), typed(weight_of(row)),
    )  # fmt: skip
