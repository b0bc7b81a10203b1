"""Sealing without the site: the notice, the bid, one function. For bidders who do not want to trust the server."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from referencing import Registry
from referencing.exceptions import Unresolvable

from core.errors import InputErrors, Problem
from core.words import _l
from procurement.sealing.canonical import Json, number_at, object_at, octets_at, text_at
from procurement.sealing.envelope import Address, EnvelopeKind, seal
from procurement.sealing.keys import fingerprint


def seal_bid(notice: Json, bid: Json, envelope: EnvelopeKind) -> bytes:
    """Check one envelope of a bid against the notice and seal it; same bytes format as on the site.

    `notice`: {tender, notice_version, envelopes: {kind: {public_key, fingerprint, schema}}};
    `bid`: {tender, lot, bid, version, kind: {…}}.
    """
    terms = object_at(object_at(notice, "envelopes"), envelope.value)
    payload = object_at(bid, envelope.value)
    if text_at(bid, "tender") != text_at(notice, "tender"):
        raise InputErrors.at("tender", _l("The bid names another tender than the notice."), bid["tender"])
    public_key = octets_at(terms, "public_key")
    if fingerprint(public_key) != text_at(terms, "fingerprint"):
        raise InputErrors.at("fingerprint", _l("The key of the notice does not have the printed fingerprint."))
    check_payload(payload, object_at(terms, "schema"))
    address = Address(
        text_at(bid, "tender"), text_at(bid, "lot"), text_at(bid, "bid"), number_at(bid, "version"), envelope
    )
    return seal(payload, address, public_key, number_at(notice, "notice_version"))


def check_payload(payload: Json, schema: Json) -> None:
    """Raise `InputErrors` with every place where `payload` does not fit the notice's JSON Schema."""
    # An empty registry: a schema that points to another machine is refused, never fetched.
    registry: Registry[Any] = Registry()
    try:
        Draft202012Validator.check_schema(schema)
        found = sorted(
            Draft202012Validator(schema, registry=registry).iter_errors(payload), key=lambda error: error.json_path
        )
    except (SchemaError, Unresolvable) as error:
        raise InputErrors.at("schema", _l("The bid form of the notice cannot be read."), error) from error
    if found:
        raise InputErrors([_problem(error.json_path, error.message, error.instance) for error in found])


def _problem(path: str, message: str, instance: object) -> Problem:
    where = path.removeprefix("$").lstrip(".") or "bid"
    shown = json.dumps(instance, ensure_ascii=False)[:80]
    return Problem(where, _l("Does not fit the bid form of the notice: %(why)s", why=message[:300]), shown)
