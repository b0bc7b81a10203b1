"""What an envelope may hold, as JSON Schema: strictly, for who seals without the site; loosely, for who opens.

The loose form outlives changes of the notice: a bid that was confirmed for a newer one is read as it was sent.
"""

from __future__ import annotations

from typing import Any

from procurement.models.tender import Criterion, Tender
from procurement.promising import staff_code
from procurement.sealing import EnvelopeKind
from procurement.sealing.canonical import Json
from procurement.workforce import asked

_RATE = {"type": "string", "pattern": r"^[0-9]{1,15}(\.[0-9]{1,6})?$", "description": "minor units for one unit"}
_NUMBER = r"[0-9]{1,12}(\.[0-9]{1,6})?"
_KEPT = {"type": "string", "pattern": f"^(yes|no|{_NUMBER})?$"}
_TEXT = {"type": "string", "maxLength": 20_000}
_FACT = {"type": "object", "additionalProperties": {"type": "string", "maxLength": 500}}
_PARTNER = {
    "type": "object",
    "required": ["organisation", "name", "share", "delivers"],
    "additionalProperties": {"type": "string", "maxLength": 2_000},
}
_LOTS = {"type": "array", "items": {"type": "integer"}, "minItems": 1, "uniqueItems": True}

READABLE: dict[EnvelopeKind, Json] = {
    EnvelopeKind.QUALITY: {
        "type": "object",
        "required": ["lots", "answers", "promises"],
        "properties": {
            "lots": _LOTS,
            "answers": {"type": "object", "additionalProperties": _TEXT},
            "promises": {"type": "object", "additionalProperties": _KEPT},
            "documents": {"type": "array", "items": {"type": "object", "required": ["document", "filename", "sha256"]}},
            "partners": {"type": "array", "items": _PARTNER},
            "securities": {"type": "object", "additionalProperties": _FACT},
            "workforce": {"type": "object", "additionalProperties": _FACT},
        },
    },
    EnvelopeKind.PRICE: {
        "type": "object",
        "required": ["rates"],
        "properties": {
            "rates": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": _RATE}}
        },
    },
}


def bid_form(tender: Tender) -> dict[EnvelopeKind, Json]:
    """Exactly what this notice asks for, by envelope."""
    lots = {str(lot.number): _whole(dict.fromkeys(sorted(lot.volumes), _RATE)) for lot in tender.lots}
    quality = {
        "lots": {**_LOTS, "items": {"enum": [lot.number for lot in tender.lots]}},
        "answers": _whole({row.code: {**_TEXT, "minLength": 1} for row in tender.criteria_of("quality")}),
        "promises": _whole(_promises(tender)),
    }
    rates = {"type": "object", "properties": lots, "additionalProperties": False, "minProperties": 1}
    envelope = _whole(quality)
    if facts := asked(tender.tie_ladder):  # may be left out: then the bid comes last where bids are equal
        envelope["properties"]["workforce"] = {"type": "object", "properties": dict.fromkeys(facts, _FACT),
                                               "additionalProperties": False}  # fmt: skip
    return {EnvelopeKind.QUALITY: envelope, EnvelopeKind.PRICE: _whole({"rates": rates})}


def sealing_notice(tender: Tender, keys: dict[EnvelopeKind, tuple[str, str]]) -> dict[str, Any]:
    """The notice as `seal-bid` reads it. `keys`: envelope → (public key in base64, its fingerprint)."""
    form = bid_form(tender)
    return {
        "tender": tender.number,
        "notice_version": tender.notice_version,
        "envelopes": {
            kind.value: {"public_key": key, "fingerprint": fingerprint, "schema": form[kind]}
            for kind, (key, fingerprint) in keys.items()
        },
    }


def _whole(properties: dict[str, Any]) -> dict[str, Any]:
    """An object with all of these and nothing else."""
    return {"type": "object", "properties": properties, "required": sorted(properties), "additionalProperties": False}


def _promises(tender: Tender) -> dict[str, Any]:
    """Each promise; beside a share of women who lead, the share among all staff."""
    rows = tender.criteria_of("social")
    beside = {staff_code(row): _promise(row) for row in rows if row.measure == "parity"}
    return {row.code: _promise(row) for row in rows} | beside


def _promise(criterion: Criterion) -> dict[str, Any]:
    if criterion.measure == "bool":
        return {"enum": ["yes", "no"]}
    return {"type": "string", "pattern": f"^{_NUMBER}$", "description": criterion.unit}
