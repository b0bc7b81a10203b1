"""What a signed PDF shows: ours byte by byte first, then the signature, read by pyHanko in a child process."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.words import _l

MOST_ADDED = 2 * 1024 * 1024  # bytes that signatures may add to our paper
SECONDS = 20
MEMORY = 512 * 1024 * 1024
COUNTS = ("trusted", "unknown_issuer")
VERDICTS: dict[str, tuple[Any, str]] = {
    "trusted": (_l("Valid, and its issuer is trusted by the fund"), "valid"),
    "unknown_issuer": (_l("Valid, but the fund does not know its issuer"), "check"),
    "altered": (_l("Changed after it was signed"), "refused"),
    "changed": (_l("More than a signature was added to our paper"), "refused"),
    "not_whole": (_l("The signature does not cover the whole file"), "refused"),
    "no_signature": (_l("There is no signature in it"), "refused"),
    "other_paper": (_l("This is not the paper of this contract"), "refused"),
    "too_large": (_l("Far more was added than signatures need"), "refused"),
    "expired": (_l("The certificate is not valid today"), "refused"),
    "revoked": (_l("The certificate was revoked"), "refused"),
    "unreadable": (_l("The file is damaged and cannot be read"), "refused"),
}
"""Verdict → its words, and the state whose shape it has."""


@dataclass(frozen=True, slots=True)
class Reading:
    """`verdict`: a key of `VERDICTS`. The rest is of the last signature, empty where none could be read."""

    verdict: str
    signer: str = ""
    issuer: str = ""
    valid_from: str = ""
    valid_until: str = ""
    signed_at: str = ""
    fingerprint: str = ""
    is_whole: bool = False
    count: int = 0


def read_signed(content: bytes, issued: bytes, *, trusted: Path, now: dt.datetime) -> Reading:
    """`issued`: our paper, which `content` must begin with; `trusted`: the folder of the fund's CA certificates."""
    if not content.startswith(issued):
        return Reading("other_paper")
    if len(content) > len(issued) + MOST_ADDED:
        return Reading("too_large")
    with tempfile.NamedTemporaryFile(suffix=".pdf") as copy:
        copy.write(content)
        copy.flush()
        return _read(copy.name, len(issued), trusted, now)


def _read(path: str, size: int, trusted: Path, now: dt.datetime) -> Reading:
    script = str(Path(__file__).with_name("child.py"))
    command = [sys.executable, "-I", script, path, str(size), str(trusted), now.isoformat(), str(MEMORY)]
    try:
        child = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 - our own script, no shell
        return Reading(**json.loads(child.stdout))
    except (subprocess.SubprocessError, ValueError, TypeError):
        return Reading("unreadable")
