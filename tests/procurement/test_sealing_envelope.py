"""Envelopes: what opens, what does not, and what a size tells."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DomainError, InputErrors
from procurement.sealing import (
    CHAIN_START,
    Address,
    EnvelopeKind,
    Unreadable,
    canonical,
    chained,
    check_upload,
    open_octets,
    open_sealed,
    parsed,
    seal,
    seal_octets,
)
from procurement.sealing.envelope import SUITE

PRIVATE = X25519PrivateKey.generate()
PUBLIC = PRIVATE.public_key().public_bytes_raw()
ADDRESS = Address("T-2026-014-K", "L1", "B7", 1, EnvelopeKind.PRICE)
PRICE = {"currency": "TND", "rates": {"visit": "12.345"}}
SEALED = seal(PRICE, ADDRESS, PUBLIC, notice_version=2)

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=3)
    ),
    max_leaves=12,
)


def test_what_is_sealed_opens_with_the_key_and_the_address() -> None:
    opened = open_sealed(SEALED, ADDRESS, PRIVATE)
    assert opened.payload == PRICE
    assert opened.notice_version == 2
    assert len(opened.nonce) == 32


def test_the_info_string_joins_its_fields_with_bars() -> None:
    assert ADDRESS.info() == b"touiza/seal/v1|T-2026-014-K|L1|B7|1|price"
    attachment = Address("T", "L", "B", 3, EnvelopeKind.QUALITY, document=2)
    assert attachment.info() == b"touiza/seal/v1|T|L|B|3|quality|doc=2"


@pytest.mark.parametrize(
    "other",
    [
        Address("T-2026-015-K", "L1", "B7", 1, EnvelopeKind.PRICE),
        Address("T-2026-014-K", "L2", "B7", 1, EnvelopeKind.PRICE),
        Address("T-2026-014-K", "L1", "B8", 1, EnvelopeKind.PRICE),
        Address("T-2026-014-K", "L1", "B7", 2, EnvelopeKind.PRICE),
        Address("T-2026-014-K", "L1", "B7", 1, EnvelopeKind.QUALITY),
        Address("T-2026-014-K", "L1", "B7", 1, EnvelopeKind.PRICE, document=1),
    ],
)
def test_an_envelope_moved_to_another_address_is_unreadable(other: Address) -> None:
    with pytest.raises(Unreadable):
        open_sealed(SEALED, other, PRIVATE)


@pytest.mark.parametrize(
    "fields",
    [
        ("a|b", "L", "B", 1),
        ("", "L", "B", 1),
        ("T", "L" * 65, "B", 1),
        ("T", "L", "é", 1),
        ("T", "L", "B\n", 1),
        ("T", "L", "B", 0),
    ],
)
def test_an_address_that_could_be_read_two_ways_is_refused(fields: tuple[Any, ...]) -> None:
    with pytest.raises(InputErrors):
        Address(*fields, EnvelopeKind.PRICE)


def test_the_wrong_key_opens_nothing() -> None:
    with pytest.raises(Unreadable):
        open_sealed(SEALED, ADDRESS, X25519PrivateKey.generate())


def test_a_flip_of_any_single_byte_is_refused() -> None:
    for place in range(len(SEALED)):
        broken = bytearray(SEALED)
        broken[place] ^= 0x01
        with pytest.raises(Unreadable):
            open_octets(bytes(broken), ADDRESS, PRIVATE)


@settings(max_examples=60)
@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_any_change_of_any_byte_is_refused(place: int, change: int) -> None:
    broken = bytearray(SEALED)
    broken[place] ^= change
    with pytest.raises(Unreadable):
        open_sealed(bytes(broken), ADDRESS, PRIVATE)


CUTS = {
    "nothing": b"",
    "one byte less": SEALED[:-1],
    "only the start": SEALED[:48],
    "one byte more": SEALED + b"\0",
    "a block more": SEALED + bytes(4096),
    "zeros": bytes(4144),
}


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
def test_a_cut_or_lengthened_envelope_is_refused(cut: bytes) -> None:
    with pytest.raises(Unreadable):
        open_sealed(cut, ADDRESS, PRIVATE)


@pytest.mark.parametrize(("size", "blocks"), [(0, 1), (1, 1), (4088, 1), (4089, 2), (8184, 2), (8185, 3)])
def test_the_size_tells_only_the_number_of_blocks(size: int, blocks: int) -> None:
    sealed = seal_octets(b"x" * size, ADDRESS, PUBLIC)
    assert len(sealed) == 48 + 4096 * blocks
    assert open_octets(sealed, ADDRESS, PRIVATE) == b"x" * size


@pytest.mark.parametrize("size", [0, 47, 48, 49, 4096, 4143, 4145, 8191])
def test_an_upload_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(InputErrors, match="not a sealed envelope"):
        check_upload(bytes(size), most=10**6)


def test_an_upload_within_the_limit_passes_and_above_it_is_refused() -> None:
    check_upload(bytes(4144), most=4144)
    with pytest.raises(InputErrors, match="larger than 4144"):
        check_upload(bytes(8240), most=4144)


@pytest.mark.parametrize(
    "padded",
    [
        (5).to_bytes(8, "big") + b"hello" + b"\x01" + bytes(4082),
        (5).to_bytes(8, "big") + b"hello" + bytes(4083 + 4096),
        (2**63).to_bytes(8, "big") + bytes(4088),
        (4089).to_bytes(8, "big") + bytes(4088),
    ],
)
def test_hidden_bytes_in_the_padding_are_refused(padded: bytes) -> None:
    sealed = SUITE.encrypt(padded, PRIVATE.public_key(), ADDRESS.info())
    with pytest.raises(Unreadable, match="padding"):
        open_octets(sealed, ADDRESS, PRIVATE)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"nonce":"AA==","notice_version":1,"payload":{}}',
        b'{"payload":{},"notice_version":1}',
        b'{"nonce":"' + b"A" * 43 + b'=","notice_version":1,"payload":{"p":1.5}}',
        b'{"nonce":"' + b"A" * 43 + b'=","notice_version":1,"payload":{"p":NaN}}',
        b'{"nonce":"' + b"A" * 43 + b'=","notice_version":1,"payload":{"p":"1","p":"2"}}',
        b'{"nonce":"' + b"A" * 43 + b'=","notice_version":1,"payload":[]}',
        b'{"nonce": "' + b"A" * 43 + b'=","notice_version":1,"payload":{}}',
        b"[" * 500 + b"]" * 500,
        b"[" * 100_000,
        b'{"payload":' + b"9" * 5000 + b"}",
    ],
)
def test_content_that_is_no_bid_is_unreadable_and_never_a_crash(content: bytes) -> None:
    sealed = seal_octets(content, ADDRESS, PUBLIC)
    with pytest.raises(Unreadable):
        open_sealed(sealed, ADDRESS, PRIVATE)


def test_two_seals_of_the_same_bid_look_different() -> None:
    assert seal(PRICE, ADDRESS, PUBLIC, 2) != seal(PRICE, ADDRESS, PUBLIC, 2)


def test_a_public_key_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(InputErrors, match="32 bytes"):
        seal(PRICE, ADDRESS, PUBLIC[:31], 2)


def test_ten_megabytes_seal_and_open() -> None:
    content = bytes(10 * 1024 * 1024)
    assert open_octets(seal_octets(content, ADDRESS, PUBLIC), ADDRESS, PRIVATE) == content


@given(plain)
def test_canonical_json_reads_back_to_the_same_value(value: object) -> None:
    assert parsed(canonical(value)) == value


@given(st.dictionaries(st.text("abcdé", max_size=4), st.integers(), max_size=6), st.randoms())
def test_the_order_of_fields_does_not_change_the_bytes(value: dict[str, int], random: Any) -> None:
    mixed = list(value.items())
    random.shuffle(mixed)
    assert canonical(dict(mixed)) == canonical(value)


def test_canonical_json_is_sorted_tight_and_unescaped() -> None:
    assert canonical({"b": "تويزة", "a": ["1.50", None, True, 2]}) == '{"a":["1.50",null,true,2],"b":"تويزة"}'.encode()


@pytest.mark.parametrize("value", [1.5, float("nan"), Decimal("1.5"), b"x", {1: "a"}, "\ud800", {"a": [0.1]}])
def test_what_has_no_single_spelling_is_refused(value: object) -> None:
    with pytest.raises(DomainError):
        canonical(value)


def test_what_is_nested_without_end_is_refused() -> None:
    nested: list[Any] = []
    for _ in range(32):
        nested = [nested]
    assert canonical(nested) == b"[" * 33 + b"]" * 33
    with pytest.raises(InputErrors, match="nested too deeply"):
        canonical([nested])


def test_the_audit_chain_repeats_the_published_vector() -> None:
    first = chained(CHAIN_START, {"event": "published", "seq": 1, "tender": "2026-0001"})
    assert first.hex().startswith("6b18f0b3fdc3da8a")
    assert chained(first, {"bid": "B7", "event": "bid_received", "seq": 2}).hex().startswith("9a19f9402e3d41c4")
