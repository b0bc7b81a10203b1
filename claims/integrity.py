"""Are the stored decisions those that the audit trail vouches for? Partition by partition, streaming."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from claims import encoding
from claims.decisions import content_digest, line_sums, stream_of, sums
from claims.filed import PARTITIONS
from claims.queries import stored
from claims.written import leaf
from core import audit
from core.acts import Act
from core.audit import AuditEntry, Break

Key = tuple[int, int]  # claim id, version
Found = dict[Key, tuple[str, bytes]]  # claim number, digest as stored


def check() -> Iterator[Break]:
    """Every decision says what its digest says, and every digest is the one in the trail."""
    for partition in range(PARTITIONS):
        found: Found = {}
        yield from _rows(partition, found)
        yield from _vouchers(partition, found)


def _rows(partition: int, found: Found) -> Iterator[Break]:
    """Each decision against its own digest, recomputed from its rows; fills `found`."""
    lines = groupby(stored.line_versions(partition), key=lambda row: (row.claim_id, row.version))
    waiting: tuple[Key, list[Any]] | None = None
    for version, number in stored.versions(partition):
        key = (version.claim_id, version.version)
        found[key] = (number, version.digest)
        if waiting is None or waiting[0] < key:
            waiting = next(((there, list(rows)) for there, rows in lines if there >= key), None)
        rows = waiting[1] if waiting is not None and waiting[0] == key else []
        lines_said = [(line_sums(row), said(row)) for row in rows]
        if content_digest(sums(version), lines_said) != version.digest:
            yield _altered(partition, number, version, rows)


def said(row: Any) -> str:
    """Detail and use in the form that was hashed, whatever blanks the database put between."""
    use = audit.canonical(json.loads(row.use)).decode() if row.use else ""
    return encoding.whole(audit.canonical(row.detail).decode(), use)


def _altered(partition: int, number: str, version: Any, rows: list[Any]) -> Break:
    """As near to the changed value as the rows tell: a line whose amounts do not follow from its trace, else all."""
    wrong = [row.line_no for row in rows if not _follows(row)]
    numbers = wrong or [row.line_no for row in rows]
    named = ", ".join(f"line {line_no}" for line_no in numbers) or "its sums"
    reason = "its amounts do not follow from its trace" if wrong else "what is stored is not what was decided"
    return Break(stream_of(partition), 0, reason, f"claim {number}, version {version.version}, {named}")


def _follows(row: Any) -> bool:
    """The trace moves every minor unit from the fund to its bearer: its sums are the line's."""
    borne = {"fund": 0, "member": 0, "provider": 0}
    trace = row.detail["trace"]
    for _step, _code, before, after, bearer, _parameters in trace:
        borne[bearer] += before - after
    if not trace:
        return bool(row.undecided == row.submitted)
    paid = row.submitted - borne["member"] - borne["provider"]
    return bool((row.benefit, row.member_share, row.write_off) == (paid, borne["member"], borne["provider"]))


def _vouchers(partition: int, found: Found) -> Iterator[Break]:
    """Single decisions and Merkle roots of the stream against the digests; nothing is left without a voucher."""
    stream, unvouched = stream_of(partition), set(found)
    ids = {number: claim_id for (claim_id, _version), (number, _digest) in found.items()}
    for entry in audit.entries(stream):
        keys = _covered(entry, ids)
        missing = [key for key in keys if key not in found]
        if missing:
            yield _broken(entry, f"claim with id {missing[0][0]}", "the decision that the trail vouches for is gone")
        elif keys and not _agrees(entry, keys, found):
            yield _broken(entry, _named(keys, found), "the stored digests are not those in the trail")
        unvouched.difference_update(keys)
    for key in sorted(unvouched):
        place = f"claim {found[key][0]}, version {key[1]}"
        yield Break(stream, 0, "nothing in the trail vouches for this decision", place)


def _covered(entry: AuditEntry, ids: dict[str, int]) -> list[Key]:
    said = entry.after or {}
    if entry.act == Act.CLAIMS_DECIDED:
        return [(claim_id, version) for claim_id, version in said.get("rows", ())]
    return [(ids.get(entry.subject, 0), said["version"])] if "digest" in said else []


def _agrees(entry: AuditEntry, keys: Iterable[Key], found: Found) -> bool:
    said = entry.after or {}
    if "root" not in said:
        return all(found[key][1].hex() == said["digest"] for key in keys)
    return bool(audit.merkle_root([leaf(*key, found[key][1]) for key in keys]).hex() == said["root"])


def _broken(entry: AuditEntry, place: str, reason: str) -> Break:
    return Break(entry.stream, entry.sequence, reason, f"{entry.stream} entry {entry.sequence}, {place}")


def _named(keys: list[Key], found: Found) -> str:
    first, last = found[keys[0]][0], found[keys[-1]][0]
    return f"claim {first}" if len(keys) == 1 else f"claims {first} to {last}"
