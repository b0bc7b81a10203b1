"""Tender keys: who can open, who cannot, and what lies in the database."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace

import pytest

from core.errors import InputErrors
from procurement.sealing import (
    FULL_COST,
    Address,
    EnvelopeKind,
    OfficerShare,
    OpeningRefused,
    TenderKeys,
    make_keys,
    open_key,
    open_sealed,
    seal,
)

TENDER = "T-2026-014-K"
SECRETS = {"amel": "olive tree by the well", "bilal": "red boat at the quay", "chadia": "three stones, one hearth"}


def shares(passphrases: Mapping[str, str]) -> list[OfficerShare]:
    return [OfficerShare.choose(officer, text, cost=16) for officer, text in passphrases.items()]


KEYS, HALVES = make_keys(TENDER, shares(SECRETS), threshold=2)
PRICE, QUALITY = EnvelopeKind.PRICE, EnvelopeKind.QUALITY


def came(*officers: str, envelope: EnvelopeKind = PRICE, keys: TenderKeys = KEYS) -> dict[str, bytes]:
    """What these officers bring, each with their own passphrase."""
    return {officer: keys.share_of(officer).key(SECRETS[officer], keys.of(envelope)) for officer in officers}


@pytest.mark.parametrize("pair", [("amel", "bilal"), ("amel", "chadia"), ("bilal", "chadia")])
def test_any_two_of_three_officers_open_a_bid_so_one_may_be_lost(pair: tuple[str, str]) -> None:
    address = Address(TENDER, "L1", "B1", 1, PRICE)
    sealed = seal({"total": "100.000"}, address, KEYS.of(PRICE).public_key, 1)
    private = open_key(KEYS, PRICE, HALVES[PRICE], came(*pair))
    assert open_sealed(sealed, address, private).payload == {"total": "100.000"}


def test_one_officer_alone_opens_nothing() -> None:
    with pytest.raises(OpeningRefused, match="2 officers must enter their passphrase; 1 did"):
        open_key(KEYS, PRICE, HALVES[PRICE], came("amel"))


def test_one_officer_under_two_names_opens_nothing() -> None:
    (mine,) = came("amel").values()
    with pytest.raises(OpeningRefused):
        open_key(KEYS, PRICE, HALVES[PRICE], {"amel": mine, "stranger": came("bilal")["bilal"]})
    with pytest.raises(OpeningRefused, match="At least one officer’s key is wrong"):
        open_key(KEYS, PRICE, HALVES[PRICE], {"amel": mine, "bilal": mine})


def test_all_officers_with_the_whole_database_open_nothing_without_the_system_half() -> None:
    for guess in (bytes(32), HALVES[QUALITY]):
        with pytest.raises(OpeningRefused, match="system's half"):
            open_key(KEYS, PRICE, guess, came(*SECRETS))
    with pytest.raises(OpeningRefused, match="wrong length"):
        open_key(KEYS, PRICE, b"", came(*SECRETS))


def test_the_server_alone_opens_nothing() -> None:
    with pytest.raises(OpeningRefused):
        open_key(KEYS, PRICE, HALVES[PRICE], {})
    with pytest.raises(OpeningRefused):
        open_key(KEYS, PRICE, HALVES[PRICE], dict.fromkeys(SECRETS, bytes(32)))


def test_a_mistyped_passphrase_is_seen_at_once_and_without_the_others() -> None:
    with pytest.raises(InputErrors, match="not the passphrase you chose"):
        KEYS.share_of("bilal").key("red boat at the key", KEYS.of(PRICE))


def test_a_wrong_key_does_no_harm_when_enough_others_are_right() -> None:
    entered = came(*SECRETS) | {"bilal": bytes(32)}
    assert open_key(KEYS, PRICE, HALVES[PRICE], entered).public_key().public_bytes_raw() == KEYS.of(PRICE).public_key


def test_a_passphrase_typed_with_combining_accents_is_the_same() -> None:
    share = OfficerShare.choose("a", "caf\u00e9 au lait noir", cost=16)
    assert share.key("cafe\u0301 au lait noir", KEYS.of(QUALITY))


def test_what_an_officer_brought_for_quality_opens_no_price() -> None:
    with pytest.raises(OpeningRefused):
        open_key(KEYS, PRICE, HALVES[PRICE], came("amel", "bilal", envelope=QUALITY))


def test_the_quality_key_does_not_open_the_price() -> None:
    address = Address(TENDER, "L1", "B1", 1, PRICE)
    sealed = seal({"total": "1"}, address, KEYS.of(PRICE).public_key, 1)
    quality = open_key(KEYS, QUALITY, HALVES[QUALITY], came(*SECRETS, envelope=QUALITY))
    with pytest.raises(Exception, match="seal does not fit"):
        open_sealed(sealed, address, quality)


def test_there_is_one_wrap_of_60_bytes_per_subset() -> None:
    assert [len(wrap.wrapped) for wrap in KEYS.of(PRICE).wraps] == [60, 60, 60]
    five = {f"officer{n}": f"a passphrase number {n}" for n in range(5)}
    keys, _ = make_keys(TENDER, shares(five), threshold=3)
    assert len(keys.of(QUALITY).wraps) == 10
    assert len(keys.of(QUALITY).wrapped_private) == 60


def test_keys_of_another_tender_or_envelope_cannot_be_slipped_in() -> None:
    with pytest.raises(OpeningRefused):
        open_key(replace(KEYS, tender="T-2026-015-K"), PRICE, HALVES[PRICE], came(*SECRETS))
    swapped = replace(KEYS, keys=(replace(KEYS.of(QUALITY), envelope=PRICE),))
    with pytest.raises(OpeningRefused):
        open_key(swapped, PRICE, HALVES[PRICE], came(*SECRETS, keys=swapped))
    foreign = replace(KEYS, keys=(replace(KEYS.of(PRICE), public_key=KEYS.of(QUALITY).public_key),))
    with pytest.raises(OpeningRefused, match="public key on record"):
        open_key(foreign, PRICE, HALVES[PRICE], came(*SECRETS))


@pytest.mark.parametrize("place", [0, 11, 12, 59])
def test_a_changed_wrap_opens_nothing(place: int) -> None:
    sealed = KEYS.of(PRICE)
    broken = bytearray(sealed.wrapped_private)
    broken[place] ^= 1
    changed = replace(KEYS, keys=(replace(sealed, wrapped_private=bytes(broken)),))
    with pytest.raises(OpeningRefused):
        open_key(changed, PRICE, HALVES[PRICE], came(*SECRETS))


def test_what_is_stored_holds_neither_passphrase_nor_half_nor_private_key() -> None:
    stored = json.dumps(KEYS.to_json())
    private = open_key(KEYS, PRICE, HALVES[PRICE], came(*SECRETS)).private_bytes_raw()
    for secret in (*HALVES.values(), *came(*SECRETS).values(), private):
        assert b64encode(secret).decode() not in stored
        assert secret.hex() not in stored
    assert not any(passphrase in stored for passphrase in SECRETS.values())


def test_the_same_passphrase_chosen_twice_cannot_be_told_by_its_public_half() -> None:
    one, same = (OfficerShare.choose("a", SECRETS["amel"], cost=16) for _ in range(2))
    assert one.public_key != same.public_key


def test_keys_survive_the_way_through_json() -> None:
    again = TenderKeys.from_json(json.loads(json.dumps(KEYS.to_json())))
    assert again == KEYS
    assert len(again.of(PRICE).fingerprint) == 64


@pytest.mark.parametrize("threshold", [0, 1, 4])
def test_a_threshold_that_one_alone_or_nobody_could_reach_is_refused(threshold: int) -> None:
    with pytest.raises(InputErrors):
        make_keys(TENDER, shares(SECRETS), threshold)


def test_an_officer_does_not_hold_two_shares() -> None:
    twice = [*shares({"a": "long enough words"}), *shares({"a": "other long words"})]
    with pytest.raises(InputErrors, match="one share"):
        make_keys(TENDER, twice, 2)


@pytest.mark.parametrize(("passphrase", "cost"), [("short", 16), ("long enough words", 8), ("long enough words", 100)])
def test_a_share_that_would_be_weak_is_refused(passphrase: str, cost: int) -> None:
    with pytest.raises(InputErrors):
        OfficerShare.choose("a", passphrase, cost)


def test_cheap_keys_say_that_they_are_weak() -> None:
    assert KEYS.is_weak
    assert not replace(KEYS, officers=(OfficerShare("amel", bytes(16), FULL_COST, bytes(32)),)).is_weak
    assert FULL_COST == 131_072


def test_broken_stored_keys_are_named() -> None:
    with pytest.raises(InputErrors, match="threshold"):
        TenderKeys.from_json({**KEYS.to_json(), "threshold": "2"})
    with pytest.raises(InputErrors, match="salt"):
        TenderKeys.from_json({**KEYS.to_json(), "officers": [{"officer": "a", "salt": "%%", "cost": 16}]})
