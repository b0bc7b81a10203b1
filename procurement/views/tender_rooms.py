"""The rooms of a tender: every blueprint of its pages, those of the fund, of bidders and of the public."""

from __future__ import annotations

from procurement.views import (
    admission,
    amendments,
    awarding,  # noqa: F401 - its routes hang on the ranking
    bids,
    complaints,
    court,
    debrief,
    elsewhere,
    exporting,
    joint,
    notices,
    open_data,
    opening,
    participation,
    people,
    planning,
    portal,
    questions,
    ranking,
    red_flags,
    results,
    samples,  # noqa: F401 - its routes hang on the tenders
    scoring,
    sealed_bids,
    securities,
    tender_drafts,  # noqa: F401 - its routes hang on the tenders
    tenders,
    withholding,
)

ROOMS = tuple(
    room.blueprint
    for room in (
        tenders,
        admission,
        complaints,
        debrief,
        questions,
        amendments,
        participation,
        people,
        planning,
        joint,
        securities,
        sealed_bids,
        exporting,
        opening,
        scoring,
        ranking,
        bids,
        notices,
        open_data,
        elsewhere,
        court,
        results,
        portal,
        red_flags,
        withholding,
    )
)
