"""Letters about a score, in the provider's language. No figure stands in them: it is read after signing in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from core.accounts.readers import readers_of
from core.accounts.readers import tell as write
from core.config import fund
from core.words import _
from quality.periods import parse_period
from quality.scoring.models import QualityScore


def tell(rows: Sequence[QualityScore], kind: str) -> None:
    """`kind`: notified or decided. Two statements for the readers, whatever their number."""
    readers = readers_of({row.organisation_id for row in rows})
    for row in rows:
        told = {
            "period": parse_period(row.period).label,
            "until": row.contest_until.isoformat() if row.contest_until else "",
            "url": f"{fund().address}/quality?period={row.period}",
        }
        words = partial(WORDS[kind], told)
        write(readers[row.organisation_id], "score", words, purpose="score", arguments=told)


def _notified(told: dict[str, str]) -> tuple[str, str]:
    return _("Your quality score for %(period)s", **told), _(
        "Your quality score for %(period)s is computed. You read it before anybody else. You can accept it, or contest "
        "any line of it until %(until)s; nothing is published before. Sign in to read it: %(url)s",
        **told,
    )


def _decided(told: dict[str, str]) -> tuple[str, str]:
    return _("Your objection to the score for %(period)s", **told), _(
        "The fund decided about your objection to the quality score for %(period)s. Sign in to read the reasons: "
        "%(url)s",
        **told,
    )


WORDS: dict[str, Callable[[dict[str, str]], tuple[str, str]]] = {"notified": _notified, "decided": _decided}
