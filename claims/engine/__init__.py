"""Which engine decides: the text of the rules interpreted, or the same text compiled by `make engine`.

A build carries the fingerprint of the text it was made from. If a letter of the rules changed since, the build is left
alone and the text is interpreted: an old build never decides. `TOUIZA_ENGINE` = "interpreted", or another folder.
"""

from __future__ import annotations

import gc
import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "engine"
LIBRARY = "claims_engine"
STAMP = "fingerprint"
PARTS = (
    "claims/benefit_plan/rows.py",
    "claims/case",
    "claims/rule.py",
    "claims/use.py",
    "claims/terms.py",
    "claims/kinds.py",
    "claims/limits.py",
    "claims/spread.py",
    "claims/months.py",
    "claims/recorded_days.py",
    "claims/pricing",
    "claims/rules",
    "claims/regulation.py",
    "claims/adjudication.py",
    "claims/sent.py",
    "claims/filed.py",
    "claims/facts",
    "claims/verdicts.py",
    "claims/selection.py",
    "claims/written.py",
    "claims/versions.py",
    "claims/taken.py",
    "claims/posting.py",
)


def texts() -> list[Path]:
    """The files of the engine, relative to the project, in a fixed order."""
    found = [ROOT / part for part in PARTS]
    files = [file for part in found for file in (sorted(part.rglob("*.py")) if part.is_dir() else [part])]
    return [file.relative_to(ROOT) for file in files]


def fingerprint() -> str:
    """SHA-256 of the text of the engine, and of the Python that it was compiled for."""
    said = hashlib.sha256(EXTENSION_SUFFIXES[0].encode())
    for file in texts():
        said.update(b"\0%b\0%b" % (file.as_posix().encode(), (ROOT / file).read_bytes()))
    return said.hexdigest()


class Compiled:
    """Finds the modules of the engine in the folder of a build, before Python finds their text."""

    def __init__(self, folder: Path) -> None:
        self.files = {_name(file.relative_to(folder)): file for file in folder.rglob(f"*{EXTENSION_SUFFIXES[0]}")}

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package = self.files.get(f"{name}.__init__")
        if package is not None:
            inside = [str(ROOT / name.replace(".", "/"))]
            return spec_from_file_location(name, package, submodule_search_locations=inside)
        module = self.files.get(name)
        return None if module is None else spec_from_file_location(name, module)


def _name(file: Path) -> str:
    return ".".join(file.with_name(file.name.removesuffix(EXTENSION_SUFFIXES[0])).parts)


def wanted() -> Path | None:
    """The folder whose build should decide; None = interpret."""
    chosen = os.environ.get("TOUIZA_ENGINE", "")
    if chosen == "interpreted":
        return None
    return Path(chosen) if chosen else FOLDER


def is_fresh(folder: Path) -> bool:
    stamp = folder / STAMP
    return stamp.exists() and stamp.read_text() == fingerprint()


def use() -> None:
    """Put a fresh build in front of the text; to be called before a module of the engine is imported."""
    folder = wanted()
    if folder is not None and is_fresh(folder):
        sys.meta_path.insert(0, Compiled(folder))


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector of cycles: what deciding makes holds none, so the collector would walk it all in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def name() -> str:
    """The engine that this process runs: "compiled" or "interpreted"."""
    from claims import adjudication

    return "interpreted" if str(adjudication.__file__).endswith(".py") else "compiled"


def told() -> str:
    """For whoever asks: which one runs, and why."""
    folder = wanted()
    if folder is None:
        return "Interpreted, as TOUIZA_ENGINE says."
    if is_fresh(folder):
        return f"Compiled: {folder} was built from this very text."
    if (folder / STAMP).exists():
        return f"Interpreted: {folder} was built from another text; `make engine` builds it anew."
    return "Interpreted: no build is there; `make engine` makes one where there is a C compiler."
