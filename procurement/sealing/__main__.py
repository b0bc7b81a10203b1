"""`python -m procurement.sealing seal-bid|verify-receipt|verify-manifest`: works without a network and without us."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from core.errors import DomainError, InputErrors
from core.words import _
from procurement.sealing.canonical import Json, as_object, octets_at, parsed_freely
from procurement.sealing.envelope import EnvelopeKind
from procurement.sealing.manifest import Manifest, verify_manifest
from procurement.sealing.offline import seal_bid
from procurement.sealing.receipts import SignedReceipt, verify_receipt


def main(arguments: list[str] | None = None) -> int:
    """0 if done or genuine, 1 with the reason on standard error if not."""
    asked = _parser().parse_args(arguments)
    try:
        sys.stdout.write(f"{asked.act(asked)}\n")
    except InputErrors as refused:
        for problem in refused.problems:
            sys.stderr.write(f"{problem.where}: {problem.message} {problem.found}".rstrip() + "\n")
        return 1
    except (DomainError, OSError, ValueError) as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    return 0


def _seal(asked: argparse.Namespace) -> str:
    sealed = seal_bid(_read(asked.notice), _read(asked.bid), EnvelopeKind(asked.envelope))
    with asked.out.open("xb") as out:  # an envelope already sealed is never overwritten
        out.write(sealed)
    return str(_("Sealed: %(path)s, %(size)s bytes.", path=asked.out, size=len(sealed)))


def _verify_receipt(asked: argparse.Namespace) -> str:
    signed = SignedReceipt.from_json(_read(asked.receipt))
    parts = dict(_part(text) for text in asked.part)
    verify_receipt(signed, octets_at(vars(asked), "key"), parts)
    return str(
        _(
            "Genuine receipt of bid %(bid)s, version %(version)s.",
            bid=signed.receipt.bid,
            version=signed.receipt.version,
        )
    )


def _verify_manifest(asked: argparse.Namespace) -> str:
    manifest = Manifest.from_json(_read(asked.manifest))
    verify_manifest(manifest, octets_at(vars(asked), "key"))
    return str(
        _("Genuine manifest with %(count)s bids, root %(root)s.", count=len(manifest.receipts), root=manifest.root)
    )


def _part(text: str) -> tuple[str, bytes]:
    name, _equals, path = text.rpartition("=")
    return name, Path(path).read_bytes()


def _read(path: Path) -> Json:
    return as_object(parsed_freely(path.read_bytes()), str(path))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m procurement.sealing", description=__doc__)
    acts = parser.add_subparsers(required=True)
    sealing = acts.add_parser("seal-bid", help="check one envelope against the notice and seal it")
    sealing.add_argument("--notice", type=Path, required=True)
    sealing.add_argument("--bid", type=Path, required=True)
    sealing.add_argument("--envelope", choices=[kind.value for kind in EnvelopeKind], required=True)
    sealing.add_argument("--out", type=Path, required=True)
    sealing.set_defaults(act=_seal)
    receipt = acts.add_parser("verify-receipt", help="is this receipt ours, and are these its files?")
    receipt.add_argument("--receipt", type=Path, required=True)
    receipt.add_argument("--key", required=True, help="receipt key of the notice, base64")
    receipt.add_argument("--part", action="append", default=[], help="NAME=FILE, such as price=b.sealed")
    receipt.set_defaults(act=_verify_receipt)
    manifest = acts.add_parser("verify-manifest", help="are the receipts, their signatures and the root right?")
    manifest.add_argument("--manifest", type=Path, required=True)
    manifest.add_argument("--key", required=True, help="receipt key of the notice, base64")
    manifest.set_defaults(act=_verify_manifest)
    return parser


if __name__ == "__main__":
    sys.exit(main())
