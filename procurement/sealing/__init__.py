"""Sealed bids: envelopes, tender keys, receipts and the manifest. Pure: no database, no clock, no request.

Price secrecy is cryptography, not a permission check. Source: procurement note, section 5.
`offline` (seal_bid, check_payload) is imported by its own name: it needs the JSON Schema library.
"""

from procurement.sealing.canonical import CHAIN_START, canonical, chained, digest, parsed
from procurement.sealing.ceremony import OpeningRefused, make_keys, open_key
from procurement.sealing.envelope import (
    Address,
    EnvelopeKind,
    Opened,
    Unreadable,
    check_upload,
    open_octets,
    open_sealed,
    seal,
    seal_octets,
)
from procurement.sealing.keys import FULL_COST, OfficerShare, SealedKey, TenderKeys, Wrap, fingerprint
from procurement.sealing.manifest import Manifest, ManifestBroken, make_manifest, merkle_root, verify_manifest
from procurement.sealing.receipts import (
    FIRST_PREVIOUS,
    Part,
    Receipt,
    ReceiptBroken,
    SignedReceipt,
    broken_link,
    part_name,
    sign_receipt,
    verify_receipt,
)

__all__ = [
    "CHAIN_START",
    "FIRST_PREVIOUS",
    "FULL_COST",
    "Address",
    "EnvelopeKind",
    "Manifest",
    "ManifestBroken",
    "OfficerShare",
    "Opened",
    "OpeningRefused",
    "Part",
    "Receipt",
    "ReceiptBroken",
    "SealedKey",
    "SignedReceipt",
    "TenderKeys",
    "Unreadable",
    "Wrap",
    "broken_link",
    "canonical",
    "chained",
    "check_upload",
    "digest",
    "fingerprint",
    "make_keys",
    "make_manifest",
    "merkle_root",
    "open_key",
    "open_octets",
    "open_sealed",
    "parsed",
    "part_name",
    "seal",
    "seal_octets",
    "sign_receipt",
    "verify_manifest",
    "verify_receipt",
]
