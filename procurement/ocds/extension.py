"""What the standard has no home for: points of a bid by criterion, who alone could take part, how a contract ended."""

from __future__ import annotations

from typing import Any, Final

EXTENSION: Final[dict[str, Any]] = {
    "name": {"en": "Bid evaluations"},
    "description": {"en": "The points of each bid by award criterion, and the reservation kept on its award."},
    "maintainers": ["Touiza"],
    "compatibility": ["1.1"],
    "dependencies": [
        "https://raw.githubusercontent.com/open-contracting-extensions/ocds_bid_extension/master/extension.json"
    ],
    "schemas": ["release-schema.json"],
}
_POINTS = {"type": "number", "description": "Rounded half-up to 0.01, once per criterion; the sum adds rounded points."}
_ROW = {
    "type": "object",
    "required": ["id", "points"],
    "properties": {
        "id": {"type": "string", "description": "The code of the criterion, or TOTAL."},
        "points": _POINTS,
        "maximum": {"type": "number", "description": "The weight of the criterion; absent for the total."},
    },
}
_RESERVED = {
    "type": "array",
    "description": "Who alone could take part, as on the lot: codes of reservedParticipation.csv.",
    "items": {"type": "string"},
    "uniqueItems": True,
}
_END = {
    "endDate": {
        "type": ["string", "null"],
        "format": "date-time",
        "description": "The last day, where it ended early.",
    },
    "endReason": {
        "type": ["string", "null"],
        "enum": ["end", "agreement", "breach", None],
        "description": "By the buyer as the contract allows, by agreement, or for a breach that was found.",
    },
    "endResult": {
        "type": ["string", "null"],
        "enum": ["success", "failure", None],
        "description": "Whether what was agreed until the last day was given.",
    },
}
PATCH: Final[dict[str, Any]] = {
    "definitions": {
        "Bid": {"properties": {"bidEvaluations": {"type": "array", "items": _ROW, "uniqueItems": True}}},
        "Award": {"properties": {"reservedParticipation": _RESERVED}},
        "Implementation": {"properties": _END},
    }
}
