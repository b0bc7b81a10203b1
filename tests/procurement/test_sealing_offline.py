"""Sealing without the site, and the command that does it."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from core.errors import InputErrors
from procurement.sealing import Address, EnvelopeKind, fingerprint, make_manifest, open_sealed, sign_receipt
from procurement.sealing.__main__ import main
from procurement.sealing.canonical import instant_at
from procurement.sealing.offline import check_payload, seal_bid
from procurement.sealing.receipts import FIRST_PREVIOUS, Part, Receipt, SignedReceipt

PRIVATE = X25519PrivateKey.generate()
PUBLIC = PRIVATE.public_key().public_bytes_raw()
SCHEMA = {
    "type": "object",
    "required": ["rates"],
    "additionalProperties": False,
    "properties": {
        "rates": {"type": "object", "additionalProperties": {"type": "string", "pattern": r"^\d+(\.\d+)?$"}}
    },
}
NOTICE: dict[str, Any] = {
    "tender": "T-2026-014-K",
    "notice_version": 3,
    "envelopes": {
        "price": {"public_key": b64encode(PUBLIC).decode(), "fingerprint": fingerprint(PUBLIC), "schema": SCHEMA}
    },
}
BID: dict[str, Any] = {
    "tender": "T-2026-014-K",
    "lot": "L1",
    "bid": "B7",
    "version": 2,
    "price": {"rates": {"visit": "12.345"}},
}


def test_a_bid_sealed_offline_opens_like_one_sealed_on_the_site() -> None:
    address = Address("T-2026-014-K", "L1", "B7", 2, EnvelopeKind.PRICE)
    opened = open_sealed(seal_bid(NOTICE, BID, EnvelopeKind.PRICE), address, PRIVATE)
    assert opened.payload == BID["price"]
    assert opened.notice_version == 3


def test_a_bid_that_does_not_fit_the_form_is_refused_with_every_place() -> None:
    wrong = {**BID, "price": {"rates": {"visit": "twelve", "night": "-1"}, "gift": "yes"}}
    with pytest.raises(InputErrors) as refused:
        seal_bid(NOTICE, wrong, EnvelopeKind.PRICE)
    assert {problem.where for problem in refused.value.problems} == {"bid", "rates.visit", "rates.night"}


@pytest.mark.parametrize(
    ("place", "bid"),
    [
        ("tender", {**BID, "tender": "T-2026-015-K"}),
        ("price", {key: value for key, value in BID.items() if key != "price"}),
        ("version", {**BID, "version": 0}),
        ("lot", {**BID, "lot": "L 1"}),
    ],
)
def test_a_bid_for_elsewhere_is_refused_by_name(place: str, bid: dict[str, Any]) -> None:
    with pytest.raises(InputErrors) as refused:
        seal_bid(NOTICE, bid, EnvelopeKind.PRICE)
    assert [problem.where for problem in refused.value.problems] == [place]


def test_a_notice_whose_key_was_exchanged_is_refused() -> None:
    other = X25519PrivateKey.generate().public_key().public_bytes_raw()
    terms = {**NOTICE["envelopes"]["price"], "public_key": b64encode(other).decode()}
    with pytest.raises(InputErrors, match="fingerprint"):
        seal_bid({**NOTICE, "envelopes": {"price": terms}}, BID, EnvelopeKind.PRICE)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # so that only the empty registry stands in the way
def test_a_form_that_points_elsewhere_is_refused_and_never_fetched(tmp_path: Path) -> None:
    elsewhere = tmp_path / "form.json"
    elsewhere.write_text("{}")
    for address in (elsewhere.as_uri(), "https://example.org/form.json"):
        with pytest.raises(InputErrors, match="schema"):
            check_payload(BID["price"], {"$ref": address})


def test_a_form_that_is_no_schema_is_refused() -> None:
    with pytest.raises(InputErrors, match="schema"):
        check_payload(BID["price"], {"type": "nonsense"})


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str, content: object) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    return write


def test_the_command_seals_once_and_never_overwrites(
    folder: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "b.sealed"
    asked = ["seal-bid", "--notice", str(folder("n.json", NOTICE)), "--bid", str(folder("b.json", BID))]
    asked += ["--envelope", "price", "--out", str(out)]
    assert main(asked) == 0
    assert "4144 bytes" in capsys.readouterr().out
    before = out.read_bytes()
    assert main(asked) == 1
    assert "exists" in capsys.readouterr().err
    assert out.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not json", "json"),
        (b"[]", "named fields"),
        ({**BID, "price": {"rates": {"visit": 12.3}}}, "price.rates.visit: Write numbers with decimals"),
        ({**BID, "price": {}}, "'rates' is a required property"),
    ],
)
def test_the_command_says_what_is_wrong_and_writes_nothing(
    content: object, said: str, folder: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "b.sealed"
    asked = ["seal-bid", "--notice", str(folder("n.json", NOTICE)), "--bid", str(folder("b.json", content))]
    assert main([*asked, "--envelope", "price", "--out", str(out)]) == 1
    assert said in capsys.readouterr().err
    assert not out.exists()


def signed_receipt(signer: Ed25519PrivateKey) -> SignedReceipt:
    received_at = instant_at({"at": "2026-03-02T09:30:00.000000Z"}, "at")
    parts = (Part.of("price", b"sealed"),)
    return sign_receipt(Receipt("T-2026-014-K", "L1", "B7", 1, 3, parts, received_at, 1, FIRST_PREVIOUS), signer)


def test_the_command_tells_a_genuine_receipt_and_manifest_from_others(
    folder: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    signer = Ed25519PrivateKey.generate()
    signed = signed_receipt(signer)
    key = b64encode(signer.public_key().public_bytes_raw()).decode()
    receipt, sealed, other = folder("r.json", signed.to_json()), folder("b", b"sealed"), folder("c", b"other")
    asked = ["verify-receipt", "--receipt", str(receipt), "--key", key, "--part"]
    assert main([*asked, f"price={sealed}"]) == 0
    assert "Genuine receipt of bid B7, version 1" in capsys.readouterr().out
    assert main([*asked, f"price={other}"]) == 1
    assert "not the one in the receipt" in capsys.readouterr().err
    made = make_manifest("T-2026-014-K", signed.receipt.received_at, [signed])
    path = folder("m.json", made.to_json())
    assert main(["verify-manifest", "--manifest", str(path), "--key", key]) == 0
    assert made.root in capsys.readouterr().out
    assert main(["verify-manifest", "--manifest", str(path), "--key", key[::-1]]) == 1
