"""A draft is filled: rows by file or one by one, figures from the record or corrected there, papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from core import clock, files
from core.actors import Actor
from core.config import fund
from core.db import db
from core.errors import Conflict, Forbidden, InputErrors, Problem, TooLarge
from core.roles import PROVIDER_STAFF
from core.tables.values import BadValue
from core.words import _l
from providers.facts import Fact, catalogue_on
from providers.facts.checking import day_problem, figure_problem, together
from providers.facts.reading import read_figure
from providers.models import OrganisationFact
from providers.queries import latest
from providers.services.facts import Source, Statement, state, use
from quality.returns import queries
from quality.returns.asked import Ask, Table
from quality.returns.models import QualityReturn, ReturnPaper, ReturnRow
from quality.returns.tables import Said

PAPERS = ("application/pdf", "image/png", "image/jpeg")
MOST_ROWS = 5_000


class Attached(NamedTuple):
    content: bytes
    filename: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that is asked; `known`: what the record says of a day up to the period's end and still holds."""

    fact: Fact
    known: OrganisationFact | None


def draft_of(row: QualityReturn, by: Actor) -> QualityReturn:
    """The draft, locked, for the provider's own people."""
    row = queries.locked(row)
    if not (by.roles & PROVIDER_STAFF and by.organisation_id == row.organisation_id):
        raise Forbidden(_l("Only the provider itself fills its return."))
    if row.state != "draft":
        raise Conflict(_l("This version was sent. Begin a new version to correct it."))
    return row


def put_rows(row: QualityReturn, said: Sequence[Said], *, by: Actor) -> int:
    """Write rows that were judged already; the same code again takes the place of the row before. How many are new."""
    row = draft_of(row, by)
    known = {one.subject: one for one in row.rows}
    if len(known.keys() | {one.subject for one in said}) > MOST_ROWS:
        raise InputErrors.at("file", _l("A return holds at most %(most)s rows.", most=MOST_ROWS))
    place = max((one.place for one in row.rows), default=0)
    added = 0
    for one in said:
        if one.subject not in known:
            place, added = place + 1, added + 1
            known[one.subject] = ReturnRow(place=place, subject=one.subject)
            row.rows.append(known[one.subject])
        _write(known[one.subject], one)
    db.session.flush()
    return added


def remove_row(row: QualityReturn, subject: str, *, by: Actor) -> None:
    row = draft_of(row, by)
    for one in [one for one in row.rows if one.subject == subject]:
        row.rows.remove(one)
        db.session.delete(one)
    db.session.flush()


def attach(row: QualityReturn, paper: Attached, *, by: Actor) -> None:
    """Keep a paper beside the draft; the same bytes again change nothing."""
    row = draft_of(row, by)
    try:
        kind = files.check_upload(paper.content, paper.filename, PAPERS, "paper")
    except TooLarge as error:  # beside the field, so that what was typed stays
        raise InputErrors.at("paper", error.message, paper.filename) from error
    stored = files.store(
        paper.content, filename=paper.filename, media_type=kind, organisation_id=row.organisation_id, by=by
    )
    if stored.sha256 in {one.file.sha256 for one in row.papers}:
        files.erase(stored)
        return
    row.papers.append(ReturnPaper(file=stored))
    db.session.flush()


def figures_of(row: QualityReturn, ask: Ask) -> list[Figure]:
    """In the order of the plan; a statement that is too old for the period's end is asked again."""
    if ask.table is not Table.FACTS:
        return []
    catalogue = catalogue_on(row.valid_until)
    facts = [catalogue.facts[code] for code in ask.facts if code in catalogue.facts]
    held = {
        (said.code, said.period): said
        for said in latest([row.organisation_id], [fact.code for fact in facts], row.valid_until)
    }
    return [Figure(fact, _good(fact, held.get((fact.code, fact.periods[0])), row.valid_until)) for fact in facts]


def keep_figures(row: QualityReturn, ask: Ask, typed: Mapping[str, str], evidence: str, *, by: Actor) -> None:
    """What stands on record is used; another figure is stated there for the period's last day, with what proves it."""
    row = draft_of(row, by)
    asked = figures_of(row, ask)
    given = _given(asked, typed)
    if problems := [*_together(asked, given, row.valid_until)]:
        raise InputErrors(problems)
    fresh = [one for one in asked if one.known is None or one.known.figure != given[one.fact.code]]
    if fresh and not evidence.strip():
        raise InputErrors.at("evidence", _l("Name the paper that proves the new figure: paper, page, day."))
    source = Source("return", row.number)
    use([one.known for one in asked if one.known is not None and one not in fresh], source=source)
    _state(row, fresh, given, evidence.strip(), source, by)
    put_rows(row, [Said(code, figure, reference=evidence.strip()[:60]) for code, figure in given.items()], by=by)


def _state(
    row: QualityReturn, fresh: Sequence[Figure], given: Mapping[str, Decimal], evidence: str, source: Source, by: Actor
) -> None:
    """Problems of the record name the code, which is the field."""
    said = [
        Statement(one.fact.code, given[one.fact.code], row.valid_until, evidence, one.fact.periods[0]) for one in fresh
    ]
    if said:
        state(row.organisation, said, source=source, by=by)


def _good(fact: Fact, said: OrganisationFact | None, day: dt.date) -> OrganisationFact | None:
    return said if said is not None and fact.is_good_on(said.valid_until, day) else None


def _given(asked: Sequence[Figure], typed: Mapping[str, str]) -> dict[str, Decimal]:
    """All defects together, each at its field."""
    given, problems = {}, []
    for one in asked:
        text = typed.get(one.fact.code, "").strip()
        try:
            if not text:
                raise BadValue(_l("Write the figure."), "")
            given[one.fact.code] = Decimal(read_figure(one.fact, text, fund().currency))
        except BadValue as error:
            problems.append(Problem(one.fact.code, f"{one.fact.name}: {error.reason} {error.fix}".strip(), text))
    if problems:
        raise InputErrors(problems)
    return given


def _together(asked: Sequence[Figure], given: Mapping[str, Decimal], day: dt.date) -> Iterator[Problem]:
    """What cannot be right alone or beside the others; a whole that is not asked here is looked at by the record."""
    catalogue, today = catalogue_on(day), clock.today(fund().zone)
    for one in asked:
        figure, period = given[one.fact.code], one.fact.periods[0]
        alone = one.fact if one.fact.part_of in given else replace(one.fact, part_of="")
        beside = together(alone, figure, period, given, catalogue, fund().currency)
        if wrong := figure_problem(one.fact, figure) or day_problem(one.fact, period, day, today) or beside:
            yield Problem(one.fact.code, wrong, f"{figure:f}")


def _write(row: ReturnRow, said: Said) -> None:
    row.whole, row.part, row.leave_days, row.kind = said.whole, said.part, said.leave_days, said.kind
    row.reference, row.happened_at, row.reported_at = said.reference, said.happened_at, said.reported_at
