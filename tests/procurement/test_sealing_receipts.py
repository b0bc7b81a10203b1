"""Receipts and manifest: nothing can be altered, dropped, added or put in another order unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from core import audit
from core.errors import DomainError, InputErrors
from procurement.sealing import (
    FIRST_PREVIOUS,
    EnvelopeKind,
    Manifest,
    ManifestBroken,
    Part,
    Receipt,
    ReceiptBroken,
    SignedReceipt,
    broken_link,
    chained,
    make_manifest,
    merkle_root,
    part_name,
    sign_receipt,
    verify_manifest,
    verify_receipt,
)

SIGNER = Ed25519PrivateKey.generate()
PUBLIC = SIGNER.public_key().public_bytes_raw()
DEADLINE = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
PRICE, QUALITY = b"sealed price", b"sealed quality"


def receipts(*bids: str) -> list[SignedReceipt]:
    """One signed receipt per bid named, chained; a name that comes again is the next version."""
    signed: list[SignedReceipt] = []
    for seq, bid in enumerate(bids, start=1):
        receipt = Receipt(
            tender="T-2026-014-K",
            lot="L1",
            bid=bid,
            version=bids[:seq].count(bid),
            notice_version=1,
            parts=(Part.of("price", PRICE), Part.of("quality", QUALITY)),
            received_at=DEADLINE - timedelta(hours=10) + timedelta(microseconds=seq),
            seq=seq,
            prev=signed[-1].receipt.sha256 if signed else FIRST_PREVIOUS,
        )
        signed.append(sign_receipt(receipt, SIGNER))
    return signed


def manifest(*bids: str) -> Manifest:
    return make_manifest("T-2026-014-K", DEADLINE, receipts(*bids))


def test_a_receipt_is_verified_with_its_files() -> None:
    verify_receipt(receipts("B1")[0], PUBLIC, {"price": PRICE, "quality": QUALITY})


def test_a_file_that_is_not_the_receipted_one_is_named() -> None:
    with pytest.raises(ReceiptBroken, match="“price”"):
        verify_receipt(receipts("B1")[0], PUBLIC, {"price": PRICE + b"!"})
    with pytest.raises(ReceiptBroken, match="doc=1"):
        verify_receipt(receipts("B1")[0], PUBLIC, {part_name(EnvelopeKind.PRICE, 1): PRICE})


@pytest.mark.parametrize(
    "change",
    [
        {"tender": "T-2026-015-K"},
        {"lot": "L2"},
        {"bid": "B2"},
        {"version": 2},
        {"notice_version": 2},
        {"received_at": DEADLINE},
        {"seq": 2},
        {"prev": "1" * 64},
        {"parts": ()},
    ],
)
def test_a_receipt_with_any_field_changed_is_broken(change: dict[str, Any]) -> None:
    signed = receipts("B1")[0]
    with pytest.raises(ReceiptBroken):
        verify_receipt(replace(signed, receipt=replace(signed.receipt, **change)), PUBLIC)


def test_a_receipt_of_another_signer_is_broken() -> None:
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    for key in (other, b"short"):
        with pytest.raises(ReceiptBroken):
            verify_receipt(receipts("B1")[0], key)


def test_a_receipt_survives_the_way_through_json() -> None:
    signed = receipts("B1")[0]
    data = json.loads(json.dumps(signed.to_json()))
    assert data["receipt"]["received_at"] == "2026-03-02T00:00:00.000001Z"
    again = SignedReceipt.from_json(data)
    assert again == signed
    verify_receipt(again, PUBLIC)


def test_the_instant_is_the_same_in_every_zone_and_needs_one() -> None:
    receipt = receipts("B1")[0].receipt
    abroad = replace(receipt, received_at=receipt.received_at.astimezone(timezone(timedelta(hours=5))))
    assert abroad.canonical() == receipt.canonical()
    with pytest.raises(InputErrors, match="time zone"):
        sign_receipt(replace(receipt, received_at=datetime(2026, 3, 1)), SIGNER)


@pytest.mark.parametrize("field", ["format", "receipt", "signature"])
def test_a_receipt_file_without_a_field_is_refused_by_name(field: str) -> None:
    data = {key: value for key, value in receipts("B1")[0].to_json().items() if key != field}
    with pytest.raises(InputErrors, match=field):
        SignedReceipt.from_json(data)


def test_the_chain_of_receipts_names_the_first_broken_place() -> None:
    chain = [signed.receipt for signed in receipts("B1", "B2", "B1", "B3")]
    assert broken_link(chain) is None
    assert broken_link([]) is None
    assert broken_link([*chain[:1], *chain[2:]]) == 2
    assert broken_link([chain[0], replace(chain[1], lot="L9"), *chain[2:]]) == 3
    assert broken_link([chain[1], chain[0]]) == 1


def test_the_merkle_root_repeats_the_published_vector() -> None:
    assert merkle_root([b"r1", b"r2", b"r3"]).hex().startswith("1ca39f6bd9316d89")


def test_one_leaf_and_no_leaf_have_roots() -> None:
    assert merkle_root([b"r1"]) == hashlib.sha256(b"\0r1").digest()
    assert merkle_root([]) == bytes(32)


@given(st.lists(st.binary(max_size=4), max_size=9), st.dictionaries(st.text('aé|"', max_size=3), st.integers()))
def test_roots_and_chains_are_those_of_the_audit_trail(leaves: list[bytes], entry: dict[str, int]) -> None:
    assert merkle_root(leaves) == audit.merkle_root(leaves)
    assert chained(merkle_root(leaves), entry) == audit.chain(merkle_root(leaves), entry)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=9), st.data())
def test_any_change_of_the_leaves_changes_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    root, place = merkle_root(leaves), data.draw(st.integers(0, len(leaves) - 1))
    assert merkle_root([*leaves[:place], leaves[place] + b"x", *leaves[place + 1 :]]) != root
    assert merkle_root([*leaves, leaves[-1]]) != root
    assert merkle_root(leaves[:place] + leaves[place + 1 :]) != root


def test_the_manifest_holds_the_latest_version_of_each_standing_bid() -> None:
    made = make_manifest("T-2026-014-K", DEADLINE, receipts("B1", "B2", "B1", "B3"), left_out=frozenset({"B2"}))
    assert [(s.receipt.bid, s.receipt.version, s.receipt.seq) for s in made.receipts] == [("B1", 2, 3), ("B3", 1, 4)]
    assert len(made.root_octets) == 32
    verify_manifest(made, PUBLIC)


def test_the_order_of_receipts_does_not_change_the_manifest() -> None:
    signed = receipts("B1", "B2", "B1", "B3")
    made = make_manifest("T-2026-014-K", DEADLINE, signed)
    assert made == make_manifest("T-2026-014-K", DEADLINE, reversed(signed))


def test_the_manifest_survives_the_way_through_json() -> None:
    made = manifest("B1", "B2")
    again = Manifest.from_json(json.loads(json.dumps(made.to_json())))
    assert again == made
    verify_manifest(again, PUBLIC)


def _swap(made: Manifest) -> Manifest:
    forged = replace(made.receipts[0], receipt=replace(made.receipts[0].receipt, parts=()))
    return replace(made, receipts=(forged, *made.receipts[1:]))


def _late(made: Manifest) -> Manifest:
    return replace(made, closed_at=made.receipts[-1].receipt.received_at - timedelta(microseconds=1))


TAMPERINGS: dict[str, Callable[[Manifest], Manifest]] = {
    "swapped": _swap,
    "late": _late,
    "dropped": lambda made: replace(made, receipts=made.receipts[1:]),
    "reordered": lambda made: replace(made, receipts=made.receipts[::-1]),
    "doubled": lambda made: replace(made, receipts=(*made.receipts, made.receipts[0])),
    "foreign": lambda made: replace(made, tender="T-2026-015-K"),
    "other root": lambda made: replace(made, root="0" * 64),
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_a_tampered_manifest_is_found(how: str) -> None:
    with pytest.raises((ManifestBroken, ReceiptBroken)):
        verify_manifest(TAMPERINGS[how](manifest("B1", "B2", "B3")), PUBLIC)


def test_a_bid_that_stands_twice_is_found_even_under_its_own_root() -> None:
    twice = tuple(receipts("B1", "B1"))
    root = merkle_root([signed.receipt.canonical() for signed in twice]).hex()
    with pytest.raises(ManifestBroken, match="stands twice"):
        verify_manifest(Manifest("T-2026-014-K", DEADLINE, twice, root), PUBLIC)


def test_a_receipt_at_the_deadline_itself_is_in_time() -> None:
    made = manifest("B1")
    verify_manifest(replace(made, closed_at=made.receipts[0].receipt.received_at), PUBLIC)


def test_a_receipt_of_another_tender_is_not_taken_in() -> None:
    with pytest.raises(DomainError, match="another tender"):
        make_manifest("T-2026-999-X", DEADLINE, receipts("B1"))
