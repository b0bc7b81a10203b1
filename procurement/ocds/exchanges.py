"""What was asked and changed while bids could arrive: enquiries without who asked, amendments with their reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from procurement.models.notice import NoticeVersion, TenderQuestion
from procurement.ocds.values import instant


def enquiries(rows: Sequence[TenderQuestion]) -> list[dict[str, Any]]:
    """Published questions; the date is that of the answer alone, since the hour of asking could tell who asked."""
    found = []
    for row in rows:
        answer = row.published
        if answer is not None:
            found.append(
                {
                    "id": str(row.number),
                    "description": answer.question_text,
                    "answer": answer.answer,
                    "dateAnswered": instant(answer.published_at),
                }
            )
    return found


def amendments(versions: Sequence[NoticeVersion]) -> list[dict[str, Any]]:
    """Every version after the first: when, why, what."""
    return [
        {
            "id": str(row.version),
            "date": instant(row.published_at),
            "rationale": row.reason,
            "description": "; ".join(f"{one['label']}: {one['before']} → {one['after']}" for one in row.changes),
        }
        for row in sorted(versions, key=lambda row: row.version)
        if row.version > 1
    ]
