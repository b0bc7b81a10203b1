"""Uploaded and issued files: content-addressed, encrypted one by one, fsynced before the row commits (DECISIONS 7)."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from core import clock, secrets
from core.actors import Actor
from core.db import BigId, Instant, Model, db
from core.errors import InputErrors, TooLarge
from core.words import _l

SIGNATURES = {
    "application/pdf": (b"%PDF-", _l("a PDF")),
    "image/png": (b"\x89PNG\r\n\x1a\n", _l("a PNG picture")),
    "image/jpeg": (b"\xff\xd8\xff", _l("a JPEG picture")),
}
LOCKED = re.compile(rb"/Encrypt\s+\d+\s+\d+\s+R")  # in the trailer, or the dictionary of a stream that stands for it
MAX_SIZE = 10 * 1024 * 1024


class StoredFile(Model):
    """One file: its bytes lie under `files/` by their ciphertext's name, its key sealed in the row."""

    __tablename__ = "stored_file"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True, comment="of the plain bytes")
    size: Mapped[int] = mapped_column(Integer, comment="bytes, plain")
    media_type: Mapped[str] = mapped_column(String(80))
    filename: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_by: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)


def check_upload(content: bytes, filename: str, allowed: tuple[str, ...], field: str = "file") -> str:
    """The media type that the bytes themselves show, or a clear refusal: none, empty, too large, another type."""
    wanted = ", ".join(str(SIGNATURES[kind][1]) for kind in allowed)
    if not filename:
        raise InputErrors.at(field, _l("Choose a file: %(wanted)s.", wanted=wanted))
    if not content:
        raise InputErrors.at(field, _l("%(name)s is empty. Choose a file with content.", name=filename), filename)
    if len(content) > MAX_SIZE:
        raise TooLarge(_l("%(name)s is larger than 10 MB. Send a smaller file.", name=filename))
    for kind in allowed:
        if content.startswith(SIGNATURES[kind][0]):
            _refuse_locked(content, filename, kind, field)
            return kind
    raise InputErrors.at(
        field, _l("%(name)s is not %(wanted)s inside, whatever its name says.", name=filename, wanted=wanted), filename
    )


def _refuse_locked(content: bytes, filename: str, kind: str, field: str) -> None:
    """Nobody at the fund could read it, nor anyone who looks at the record later."""
    if kind == "application/pdf" and LOCKED.search(content):
        words = _l("%(name)s is locked with a password. Save it without one and send it again.", name=filename)
        raise InputErrors.at(field, words, filename)


def store(content: bytes, *, filename: str, media_type: str, organisation_id: int | None, by: Actor) -> StoredFile:
    """Write the bytes durably, then add the row to the current transaction."""
    digest = hashlib.sha256(content).hexdigest()
    key, nonce = os.urandom(32), os.urandom(12)
    row = StoredFile(
        sha256=digest,
        size=len(content),
        media_type=media_type,
        filename=Path(filename).name[:200],
        organisation_id=organisation_id,
        sealed_key=secrets.encrypt("stored_file", key.hex()),
        created_by=by.account_id,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    _write(_path(row), nonce + AESGCM(key).encrypt(nonce, content, digest.encode()))
    return row


def read(row: StoredFile) -> bytes:
    """The plain bytes, checked against tampering by their tag."""
    sealed = _path(row).read_bytes()
    key = bytes.fromhex(secrets.decrypt("stored_file", row.sealed_key))
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], row.sha256.encode())


def erase(row: StoredFile) -> None:
    """Forget a file for good: its key stood in its row alone, so what lies on disk is noise from the commit on."""
    db.session.delete(row)


def _path(row: StoredFile) -> Path:
    folder = Path(current_app.config["INSTANCE_FOLDER"]) / "files" / row.sha256[:2]
    return folder / f"{row.sha256}-{row.id}"


def _write(path: Path, content: bytes) -> None:
    """temp → fsync → rename: after the commit the file is there, or the commit never came."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
