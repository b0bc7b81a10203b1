"""The causes of a comparison in words."""

from __future__ import annotations

from typing import Any

from claims.reasons import BY_CODE
from claims.shadow.comparing import MORE_THAN_ASKED, OLD_LESS, OLD_MORE, ONLY_OLD, ONLY_OURS, Cause
from claims.shadow.correcting import REPLACED
from core.words import _, _l

DIRECTIONS: dict[str, Any] = {
    ONLY_OLD: _l("Paid then, not by us"),
    OLD_MORE: _l("Paid more then"),
    OLD_LESS: _l("Paid less then"),
    ONLY_OURS: _l("Not paid then, paid by us"),
}


def direction(cause: Cause) -> Any:
    return DIRECTIONS[cause.direction]


def title(cause: Cause) -> str:
    """Our reason where we pay less; where we pay more, the old system's own word, as it stood in the file."""
    if cause.code in BY_CODE:
        return str(BY_CODE[cause.code].title)
    if cause.code == REPLACED:
        return _("Another claim of the file corrects it")
    if cause.code == MORE_THAN_ASKED:
        return _("More was paid than was asked")
    if cause.old_reason:
        return _("The old system says “%(reason)s”", reason=cause.old_reason)
    return _("The old system gives no reason")
