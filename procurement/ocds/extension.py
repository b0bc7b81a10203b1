"""What the standard has no home for: the points of a bid by criterion, and on an award who alone could take part."""

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
PATCH: Final[dict[str, Any]] = {
    "definitions": {
        "Bid": {"properties": {"bidEvaluations": {"type": "array", "items": _ROW, "uniqueItems": True}}},
        "Award": {"properties": {"reservedParticipation": _RESERVED}},
    }
}
