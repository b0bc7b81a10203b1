"""Reports on paper: the figures, sentences and tables of the pages, for one reader. Values in, PDF out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.config import fund
from core.documents import Cell, Column, Document, Letterhead, code, day, instant, typed
from core.words import _
from quality import figures, presenters
from quality.charts import HEIGHT as FUNNEL
from quality.charts import SERIES_HEIGHT, Drawing
from quality.course_words import course_texts, series_of
from quality.definitions import Indicator
from quality.overview import Overview
from quality.periods import Period
from quality.scoring.models import QualityScore
from quality.showing import Line, Seen
from quality.statistics.series import Series

SCALE = 0.9  # px of the screen to points of the page
HEADING, ENTRY = 40.0, 130.0  # points of a heading, and of the sentences and the row below a picture


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a paper is: its letterhead and language, and whether it may be handed to anybody."""

    head: Letterhead
    issued_on: dt.date
    is_public: bool


def period_report(found: Overview, period: Period, reader: Reader) -> bytes:
    """“Indicators of a period”: where everybody stands, alarms, then one section for each indicator."""
    title = _("Indicators of %(period)s", period=period.label)
    paper = _begun(reader, period.name, title).lead(presenters.overview_said(found))
    paper.heading(_("Alarms, raw and adjusted"))
    heads = [_("Figures compared"), _("Raw 95 %"), _("Raw 99.8 %"), _("Adjusted")]
    columns = [Column(_("Indicator"), 3), *(Column(head, is_amount=True) for head in heads)]
    rows: list[list[str | Cell]] = [
        [_named(one.indicator.name, one.run.indicator), *map(str, one.alarms)] for one in found.tallies
    ]
    paper.table(columns, rows, [_("Together"), *map(str, found.total)])
    drawing = figures.heat_map(found)
    paper.keep(drawing.height * SCALE + HEADING).heading(_("Where everybody stands"))
    _draw(paper, drawing)
    for seen in found.seen:
        paper.keep(HEADING + ENTRY + (FUNNEL * SCALE if seen.valued else 0))
        _section(paper, seen)
    return paper.render()


def indicator_report(seen: Seen, period: Period, reader: Reader) -> bytes:
    """One indicator: funnel or intervals, and the table of all providers that the reader may see."""
    title = _("%(indicator)s, %(period)s", indicator=typed(seen.definition.name), period=period.label)
    paper = _begun(reader, f"{seen.run.indicator} {seen.run.period}", title)
    _section(paper, seen)
    return paper.render()


def provider_report(
    name: str,
    number: str,
    seen: Sequence[tuple[Seen, Series]],
    score: QualityScore | None,
    period: Period,
    reader: Reader,
) -> bytes:
    """One provider: its score, then every indicator with its place among the others and its own course."""
    title = _("%(name)s, %(period)s", name=typed(name), period=period.label)
    paper = _begun(reader, f"{number} {period.name}", title)
    if score is not None and score.score is not None:
        said = [_("Score %(score)s of 100, version %(version)s.", score=score.score, version=score.version)]
        if score.contest_until:
            said.append(_("It can be contested until %(day)s.", day=day(score.contest_until, reader.head.locale)))
        paper.lead(" ".join(said))
    for one, series in seen:
        line = one.line(number)
        if line is None:
            continue
        definition = one.definition
        paper.keep(HEADING + ENTRY + (FUNNEL * SCALE if one.funnel else 0))
        paper.heading(definition.name, code(definition.code))
        if one.funnel is not None:
            _draw(paper, figures.comparison_chart(one, number))
        texts = figures.texts_of(definition, one.names)
        paper.paragraph(figures.said_of(one, number))
        paper.paragraph(series_of(definition, series, texts)["said"], is_soft=True)
        _table(paper, one, [line])
    return paper.render()


def series_report(
    name: str, number: str, indicator: Indicator, courses: Mapping[str, Series], period: Period, reader: Reader
) -> bytes:
    """One indicator of one provider through time: each chart, its finding and its points."""
    title = _("%(indicator)s of %(name)s over time", indicator=typed(indicator.name), name=typed(name))
    paper = _begun(reader, f"{indicator.id} {number} {period.name}", title)
    for course, series in courses.items():
        texts = course_texts(indicator, {number: name}, course)
        shown = series_of(indicator, series, texts, course)
        paper.keep(SERIES_HEIGHT * SCALE + HEADING + ENTRY).heading(str(shown["title"]), code(indicator.code))
        _draw(paper, figures.series_drawing(series, texts))
        paper.paragraph(shown["said"])
        if shown["judged"]:
            paper.paragraph(str(shown["judged"]), is_soft=True)
        _points(paper, indicator, shown)
    return paper.render()


def _points(paper: Document, indicator: Indicator, shown: Mapping[str, Any]) -> None:
    columns = [Column(str(shown["stretch"]), 1.6), Column(str(shown["counted"]), 1.6, is_amount=True)]
    columns += [Column(indicator.size_unit, 1.4, is_amount=True)] if shown["has_sizes"] else []
    columns += [Column(_("Control limits"), 1.6, is_amount=True), Column(_("Signal"), 1.2)]
    rows: list[list[str | Cell]] = [
        [
            row["label"],
            _bare(row["value"]),
            *([row["size"]] if shown["has_sizes"] else []),
            _bare(row["limits"]),
            _("outside") if row["is_signal"] else "–",
        ]
        for row in shown["rows"]
    ]
    paper.table(columns, rows)


def _begun(reader: Reader, number: str, title: str) -> Document:
    paper = Document(reader.head, kind=_("Quality report"), number=number, title=title, issued_on=reader.issued_on)
    if not reader.is_public:
        paper.note(_("Figures marked “restricted” stand on few persons. They stay inside the fund."))
    return paper


def _section(paper: Document, seen: Seen) -> None:
    definition, run = seen.definition, seen.run
    paper.heading(definition.name, code(definition.code))
    if seen.valued:
        _draw(paper, figures.comparison_chart(seen))
    paper.paragraph(figures.said_of(seen))
    _table(paper, seen, seen.lines)
    at = instant(run.data_cutoff, fund().zone, paper.head.locale)
    made = _("Computation %(run)s, records as of %(day)s.", run=run.id, day=at)
    paper.paragraph(made, is_soft=True)


def _table(paper: Document, seen: Seen, lines: Sequence[Line]) -> None:
    heads = [_("Counted of all"), _("Value"), _("Interval (95 %)"), _("Limits (99.8 %)")]
    widths = (1.9, 1.7, 1.6, 1.6)
    amounts = [Column(_unbroken(head), width, is_amount=True) for head, width in zip(heads, widths, strict=True)]
    columns = [Column(_("Provider"), 2.5), *amounts, Column(_("Status"), 1.6)]
    paper.table(columns, [_row(row) for row in presenters.table_of(seen.definition, lines)])


def _row(row: dict[str, Any]) -> list[str | Cell]:
    """The same words as on the page, without its markup."""
    value = Cell(_bare(row["value"]), _("restricted")) if row["is_restricted"] else _bare(row["value"])
    span, limits, status = _bare(row["interval"]), _bare(row["limits"]), str(row["status"][1])
    return [_named(row["name"], row["provider"]), _bare(row["counts"]), value, span, limits, status]


def _unbroken(head: str) -> str:
    """“95 %” stays on one line."""
    return head.replace(" %", "\u00a0%")


def _named(name: str, number: str) -> Cell:
    return Cell(typed(name), code(number))


def _bare(shown: Any) -> str:
    text = shown.striptags() if hasattr(shown, "striptags") else str(shown)
    return code(text)


def _draw(paper: Document, drawing: Drawing) -> None:
    paper.picture(drawing.png(), drawing.width * SCALE, drawing.height * SCALE)
