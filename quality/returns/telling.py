"""What a provider is written about its returns: one mail for each act, in the reader's language, no figure in it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

from core.accounts.readers import readers_of, tell
from core.words import _, ngettext
from quality.returns.models import QualityReturn


def ask(made: Mapping[int, int]) -> None:
    """By organisation, how many returns are asked for."""
    for key, reader in readers_of(list(made)).items():
        tell(reader, "returns/asked", partial(_asked, made[key]), purpose="quality", arguments={})


def remind(rows: Sequence[QualityReturn], now: dt.datetime) -> None:
    """One mail for each organisation: what is due, and what is late."""
    count, late = (
        Counter(row.organisation_id for row in rows),
        {row.organisation_id for row in rows if row.due_at < now},
    )
    for key, reader in readers_of(list(count)).items():
        words = partial(_reminded, count[key], key in late)
        tell(reader, "returns/reminder", words, purpose="quality", arguments={})


def tell_decision(row: QualityReturn) -> None:
    (reader,) = readers_of([row.organisation_id]).values()
    tell(reader, "returns/decided", partial(_decided, row), purpose="quality", arguments={"return": row.number})


def _asked(count: int) -> tuple[str, str]:
    subject = ngettext("%(num)s return on quality is due", "%(num)s returns on quality are due", count)
    return subject, _("A period is over. Sign in and send what only you can know, with the papers that prove it.")


def _reminded(count: int, is_late: bool) -> tuple[str, str]:
    subject = ngettext("%(num)s return waits for you", "%(num)s returns wait for you", count)
    if is_late:
        return subject, _("The last day is over. Without the return there is no figure for you. Send it all the same.")
    return subject, _("The last day is near. Without the return there is no figure for you.")


def _decided(row: QualityReturn) -> tuple[str, str]:
    told = {"number": row.number, "indicator": row.indicator}
    if row.state == "returned":
        return (
            _("Return %(number)s was sent back", **told),
            _("%(indicator)s: sign in, read what is wrong and until when it is awaited again.", **told),
        )
    if row.state == "rejected":
        return (
            _("Return %(number)s was rejected", **told),
            _("%(indicator)s: it does not count. Sign in to read why; you can begin a new version.", **told),
        )
    return _("Return %(number)s is verified", **told), _("%(indicator)s: sign in to read what counts.", **told)
