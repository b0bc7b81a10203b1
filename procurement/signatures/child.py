"""Read the signatures of one PDF in a process of its own: a hostile file can take only this process down.

Run as a script with the path of the PDF, how many bytes of it we issued, the folder of trusted certificates, the
instant it is (ISO) and a memory limit in bytes; imports nothing of the house, asks no network. Writes one JSON object:
{"verdict": …} and, where a signature could be read, "signer", "issuer", "valid_from", "valid_until", "signed_at",
"fingerprint" (SHA-256 of the certificate), "is_whole", "count" of signatures, of which the last one is judged.
"""

import datetime as dt
import hashlib
import json
import logging
import sys
from pathlib import Path
from typing import Any

MOST_REVISIONS = 12
LARGEST_STAMP = 0.2  # of the page: a visible signature that covers more could hide what was agreed
STRONG = ("sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512")
KINDS = (".pem", ".crt", ".cer")
USAGES = ("digital_signature", "non_repudiation")


def cap_memory(size: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit; the time limit still holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def verdict_of(content: bytes, issued: int, folder: str, now: dt.datetime) -> dict[str, Any]:
    """What the last signature of the file is worth; `content` begins with the bytes that we issued."""
    from io import BytesIO

    from pyhanko.pdf_utils.reader import PdfFileReader

    ours = PdfFileReader(BytesIO(content[:issued]))
    reader = PdfFileReader(BytesIO(content))
    signatures = reader.embedded_regular_signatures
    if not signatures:
        return {"verdict": "no_signature"}
    last = signatures[-1]
    found = certificate_facts(last) | {"count": len(signatures)}
    if reader.xrefs.total_revisions > MOST_REVISIONS:
        return found | {"verdict": "changed"}
    return found | judged(reader, last, ours, trusted(folder), now)


def certificate_facts(signature: Any) -> dict[str, Any]:
    certificate = signature.signer_cert
    return {
        "signer": named(certificate.subject),
        "issuer": named(certificate.issuer),
        "valid_from": certificate.not_valid_before.date().isoformat(),
        "valid_until": certificate.not_valid_after.date().isoformat(),
        "fingerprint": hashlib.sha256(certificate.dump()).hexdigest(),
    }


def named(subject: Any) -> str:
    """The common name and whose it is, else all that stands there."""
    parts = [subject.native.get(key) for key in ("common_name", "organization_name")]
    return (", ".join(part for part in parts if isinstance(part, str)) or subject.human_friendly)[:200]


def judged(reader: Any, signature: Any, ours: Any, trust: Any, now: dt.datetime) -> dict[str, Any]:
    """In this order: is it intact, is it our paper that was signed, does it cover all, whose certificate is it."""
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    roots, crls = trust
    context = ValidationContext(trust_roots=roots, crls=crls, moment=now, allow_fetching=False)
    usage = KeyUsageConstraints(key_usage=set(USAGES), match_all_key_usages=False)
    status = validate_pdf_signature(signature, context, key_usage_settings=usage)
    told = status.signer_reported_dt
    found = {
        "signed_at": told.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC") if told else "",
        "is_whole": status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
    }
    if not (status.intact and status.valid) or status.md_algorithm not in STRONG:
        return found | {"verdict": "altered"}
    if not is_ours_signed(reader, ours):
        return found | {"verdict": "changed"}
    if not found["is_whole"]:
        return found | {"verdict": "not_whole"}
    return found | {"verdict": whose(status, signature.signer_cert, now)}


def whose(status: Any, certificate: Any, now: dt.datetime) -> str:
    if status.revoked:
        return "revoked"
    if not certificate.not_valid_before <= now <= certificate.not_valid_after:
        return "expired"
    return "trusted" if status.trusted else "unknown_issuer"


def is_ours_signed(reader: Any, ours: Any) -> bool:
    """The first revision is the one that we issued, and nothing but signatures was added to it."""
    from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, ModificationLevel, SuspiciousModification

    if reader.xrefs.total_revisions < ours.xrefs.total_revisions:
        return False
    base = ours.xrefs.total_revisions - 1
    starts = [pdf.xrefs.get_startxref_for_revision(base) for pdf in (ours, reader)]
    if starts[0] != starts[1]:
        return False
    found = DEFAULT_DIFF_POLICY.review_file(reader, base)
    if isinstance(found, SuspiciousModification) or found.modification_level > ModificationLevel.FORM_FILLING:
        return False
    return all(is_small(page) for page in pages(reader))


def pages(reader: Any) -> list[Any]:
    count = int(reader.root["/Pages"]["/Count"])
    return [reader.find_page_for_modification(index)[0].get_object() for index in range(min(count, 500))]


def is_small(page: Any) -> bool:
    """The stamps on it leave the page to be read."""
    _x, _y, width, height = (float(value) for value in page.get("/MediaBox", (0, 0, 595, 842)))
    covered = 0.0
    for row in page.get("/Annots", ()):
        left, low, right, high = (float(value) for value in row.get_object().get("/Rect", (0, 0, 0, 0)))
        covered += abs(right - left) * abs(high - low)
    return covered <= LARGEST_STAMP * width * height


def trusted(folder: str) -> tuple[list[Any], list[bytes]]:
    """Certificates (*.pem, *.crt, *.cer) and lists of revoked ones (*.crl) that the fund has put into the folder."""
    from asn1crypto import pem
    from asn1crypto.x509 import Certificate

    def octets(path: Path) -> list[bytes]:
        content = path.read_bytes()
        return [row[2] for row in pem.unarmor(content, multiple=True)] if pem.detect(content) else [content]

    there = sorted(Path(folder).glob("*")) if folder else []
    roots = [Certificate.load(part) for path in there if path.suffix in KINDS for part in octets(path)]
    return roots, [part for path in there if path.suffix == ".crl" for part in octets(path)]


def main(path: str, issued: int, folder: str, now: str, memory: int) -> None:
    logging.disable()
    cap_memory(memory)
    try:
        found = verdict_of(Path(path).read_bytes(), issued, folder, dt.datetime.fromisoformat(now))
    except Exception:  # whatever a hostile file brings about, it is not read
        found = {"verdict": "unreadable"}
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5]))
