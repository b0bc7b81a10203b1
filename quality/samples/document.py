"""The working papers of a sample as PDF: recipe, strata, every line and value, the way to appeal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from core import clock
from core.config import fund
from core.documents import (
    Column,
    Document,
    Figure,
    Letterhead,
    code,
    day,
    in_its_language,
    instant,
    letterhead,
    money,
    typed,
)
from core.documents import number as amount
from core.words import _, ngettext
from quality.samples import presenters
from quality.samples.models import AuditSample
from quality.samples.plan import rules_of
from quality.samples.queries.lines import Line, lines_of
from quality.samples.services.judging import working_of
from quality.samples.states import DESIGNS, ERRORS, SAMPLE


def writer(row: AuditSample) -> Callable[[str], bytes]:
    """What `core.issued` prints, given the check code."""
    return partial(_paper, row)


def _paper(row: AuditSample, check_code: str) -> bytes:
    return _pdf(_Checked(row, check_code), letterhead())


class _Checked(NamedTuple):
    row: AuditSample
    check_code: str


@in_its_language
def _pdf(checked: _Checked, head: Letterhead) -> bytes:
    """The same bytes for the same findings."""
    (row, check_code), language, zone = checked, head.locale, fund().zone
    values = row.result if row.result is not None else working_of(row)[0]
    document = Document(
        head,
        kind=_("Working papers of a sample"),
        number=row.number,
        title=typed(row.organisation.name),
        issued_on=clock.local_day(row.ended_at or row.drawn_at or clock.now(), zone),
        check_code=check_code,
    )
    span = {"first": day(row.valid_from, language), "last": day(row.valid_until, language)}
    document.lead(_("Claim lines of %(first)s to %(last)s, both days included.", **span))
    document.key_figures(
        [
            Figure(
                _("May be taken back") if row.state == "judged" else _("May be taken back, so far"),
                money(values["amount"], fund().currency, language),
            ),
            Figure(_("Found in the lines"), money(max(0, values["errors_found"]), fund().currency, language)),
            Figure(_("State"), str(SAMPLE.states[row.state])),
        ]
    )
    document.paragraph(str(presenters.rule(values)))
    for reason in presenters.reasons(values):
        document.paragraph(str(reason), is_soft=True)
    _recipe(document, row, language)
    _strata(document, row, language)
    document.heading(_("From the findings to the amount"), code(fund().currency.code))
    document.facts(presenters.recovery(values))
    document.facts(presenters.value_rows(values, language), label_share=0.5)
    _lines(document, row, language)
    _appeal(document, row)
    return document.render()


def _recipe(document: Document, row: AuditSample, language: str) -> None:
    document.heading(_("How it was drawn"))
    document.facts(
        [
            (_("What the sample is to tell"), str(DESIGNS[row.design][0])),
            (_("Announced on"), _instant(row.announced_at, language)),
            (_("What gives the words"), typed(row.source) if row.source else "–"),
            (_("On which day"), day(row.source_on, language) if row.source_on else "–"),
            (_("Words that came out"), typed(row.words)),
            (_("Drawn on"), _instant(row.drawn_at, language)),
            (_("Legal basis"), typed(rules_of(row).basis)),
        ]
    )
    document.fingerprint(_("Frame (SHA-256 of its rows “id amount”, sorted)"), row.frame_hash)
    document.fingerprint(_("Seed (SHA-256 of frame and words)"), row.seed)
    document.paragraph(
        _("Lines are ordered by the SHA-256 of seed and id; of each stratum the first ones are taken."), is_soft=True
    )


def _instant(at: dt.datetime | None, language: str) -> str:
    return instant(at, fund().zone, language) if at else "–"


def _strata(document: Document, row: AuditSample, language: str) -> None:
    document.heading(_("Strata"), _("amounts in %(currency)s", currency=code(fund().currency.code)))
    columns = [
        Column(_("Amounts"), 3),
        Column(_("Lines"), 1, is_amount=True),
        Column(_("Paid"), 1.6, is_amount=True),
        Column(_("Lines drawn"), 1, is_amount=True),
    ]
    currency = fund().currency
    rows = [
        (
            presenters.bounds(one, language),
            str(one["lines"]),
            amount(one["value"], currency, language),
            str(one["size"]),
        )
        for one in row.strata
    ]
    document.table(columns, rows)


def _lines(document: Document, row: AuditSample, language: str) -> None:
    shown = [line for line in lines_of(row) if line.counts or line.replaced]
    document.heading(_("The lines"), ngettext("%(num)s line", "%(num)s lines", len(shown)))
    columns = [
        Column(_("Place"), 0.6),
        Column(_("Claim line"), 2),
        Column(_("Paid"), 1.1, is_amount=True),
        Column(_("Allowed"), 1.1, is_amount=True),
        Column(_("Finding"), 3.4),
    ]
    document.table(columns, [_line(line, language) for line in shown])


def _line(line: Line, language: str) -> tuple[str, ...]:
    one, found = line.row, line.finding
    if line.replaced:
        said, allowed = typed(line.replaced.reason), "–"
    elif found is None:
        said, allowed = "–", "–"
    else:
        texts = [str(ERRORS[found.error]), found.evidence, found.text, found.found_by_name]
        said, allowed = (
            "\n".join(typed(text) for text in texts if text),
            amount(found.allowed, fund().currency, language),
        )
    return str(one.position), code(one.line), amount(one.amount, fund().currency, language), allowed, said


def _appeal(document: Document, row: AuditSample) -> None:
    days = rules_of(row).appeal_days
    document.heading(_("If you see it otherwise"))
    document.paragraph(
        ngettext(
            "What an estimate says beyond the lines is presumed, not proven. You can bring proof against every line "
            "and against the estimate within %(num)s day of the decision; until then nothing is final.",
            "What an estimate says beyond the lines is presumed, not proven. You can bring proof against every line "
            "and against the estimate within %(num)s days of the decision; until then nothing is final.",
            days,
        )
    )
