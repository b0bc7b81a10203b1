"""What a provider is written about inspections: no finding stands in a mail."""

from __future__ import annotations

from functools import partial

from core.accounts.readers import reader_of, tell
from core.web.filters import day_words
from core.words import _
from quality.inspections.models import Inspection


def tell_planned(row: Inspection) -> None:
    """An announced visit."""
    _write(row, "inspections/planned", partial(_planned, row))


def tell_reported(row: Inspection) -> None:
    _write(row, "inspections/reported", partial(_reported, row))


def _write(row: Inspection, template: str, words: partial[tuple[str, str]]) -> None:
    tell(reader_of(row.organisation_id), template, words, purpose="quality", arguments={"inspection": row.number})


def _planned(row: Inspection) -> tuple[str, str]:
    told = {"number": row.number, "day": day_words(row.visit_on)}
    return (
        _("An inspector comes on %(day)s", **told),
        _("Inspection %(number)s, %(day)s. Sign in to read what will be looked at.", **told),
    )


def _reported(row: Inspection) -> tuple[str, str]:
    told = {"number": row.number, "day": day_words(row.visit_on)}
    return (
        _("The report of inspection %(number)s is there", **told),
        _("The visit of %(day)s. Sign in to read it and to answer.", **told),
    )
