"""What marshmallow finds, in the words of the house: its own sentences are recognised and said as ours."""

from __future__ import annotations

import re
from typing import Any

from core.words import _l

_OWN: tuple[tuple[str, Any], ...] = (
    (r"Missing data for required field\.", _l("This is missing.")),
    (r"Field may not be null\.", _l("This is empty. Write a value, or leave the entry out.")),
    (r"Unknown field\.", _l("We do not know this entry. Compare its name with the others.")),
    (r"Invalid (input )?type\.", _l("This is not a table of entries.")),
    (r"Not a valid mapping type\.", _l("This is not a table of entries.")),
    (r"Not a valid list\.", _l("Write a list, between square brackets.")),
    (r"Not a valid integer\.", _l("Write a whole number, without quotation marks.")),
    (r"Not a valid number\.|Number too large\.", _l("Write a number.")),
    (r"Not a valid boolean\.", _l("Write true or false.")),
    (r"Not a valid (utf-8 )?string\.", _l("Write a text, between quotation marks.")),
    (r"Not a valid date\.", _l("Write a date, like 2026-01-31.")),
    (r"Invalid value\.", _l("This value is not possible here.")),
    (r"Must be one of: (?P<choices>.*)\.", _l("Write one of: %(choices)s.")),
    (
        r"Must be greater than or equal to (?P<least>\S+) and less than or equal to (?P<most>\S+)\.",
        _l("Write a number from %(least)s to %(most)s."),
    ),
    (r"Must be greater than or equal to (?P<least>\S+)\.", _l("Write a number from %(least)s up.")),
    (r"Must be less than or equal to (?P<most>\S+)\.", _l("Write a number up to %(most)s.")),
    (r"Must be greater than (?P<least>\S+)\.", _l("Write a number above %(least)s.")),
    (r"Must be less than (?P<most>\S+)\.", _l("Write a number below %(most)s.")),
    (
        r"Length must be between (?P<least>\d+) and (?P<most>\d+)\.",
        _l("Write from %(least)s to %(most)s characters or entries."),
    ),
    (r"Shorter than minimum length 1\.", _l("This is empty. Write something.")),
    (r"Shorter than minimum length (?P<least>\d+)\.", _l("Write at least %(least)s characters or entries.")),
    (r"Longer than maximum length (?P<most>\d+)\.", _l("Write at most %(most)s characters or entries.")),
    (r"Length must be (?P<equal>\d+)\.", _l("Write exactly %(equal)s characters or entries.")),
    (r"String does not match expected pattern\.", _l("This is not written as it should be.")),
)
_KNOWN = [(re.compile(pattern), sentence) for pattern, sentence in _OWN]


def in_our_words(message: Any) -> Any:
    """A sentence of marshmallow's as one of ours; any other as it is."""
    if not isinstance(message, str):
        return message
    for pattern, sentence in _KNOWN:
        if found := pattern.fullmatch(message):
            return str(sentence) % found.groupdict() if found.groupdict() else str(sentence)
    return message
