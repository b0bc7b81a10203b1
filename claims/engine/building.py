"""Compile the engine with mypyc: the same text, each dataclass written out, into one library beside its fingerprint."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from claims import engine
from claims.engine.expanding import expanded

_SETUP = """
import sys
from setuptools import setup
from mypyc.build import mypycify

optimisation, out, *files = sys.argv[1:]
options = ["--follow-imports=skip", "--ignore-missing-imports", "--no-warn-unused-ignores", *files]
modules = mypycify(options, opt_level=optimisation, debug_level="0", group_name="{library}")
setup(name="engine", ext_modules=modules, packages=[], script_args=["-q", "build_ext", "--build-lib", out])
"""


class NotBuilt(Exception):
    """The compiler refused; its words are the message."""


def missing() -> str:
    """What a build needs and this machine has not, "" if all is there."""
    if find_spec("mypyc") is None or find_spec("setuptools") is None:
        return "mypyc is not installed"
    chosen = os.environ.get("CC", "cc").split()[0]
    return "" if any(map(shutil.which, (chosen, "gcc", "clang", "cl"))) else "there is no C compiler"


def built_or_why_not() -> str:
    """Build into the usual place. Without the tools nothing is wrong: the text is interpreted."""
    lacks = missing()
    if lacks:
        return f"Not built: {lacks}."
    build(engine.FOLDER)
    return f"Built {len(engine.texts())} modules."


def build(folder: Path, optimisation: str = "3") -> None:
    """Compile into `folder`, which must be the build's own; what was there is replaced when all went well."""
    with tempfile.TemporaryDirectory(prefix="touiza-engine-") as place:
        source, out = Path(place) / "source", Path(place) / "out"
        files = _laid_out(source)
        _compiled(source, out, files, optimisation)
        (out / engine.STAMP).write_text(engine.fingerprint())
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(out, folder)


def _laid_out(source: Path) -> list[str]:
    for file in engine.texts():
        copy = source / file
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(expanded((engine.ROOT / file).read_text(encoding="utf-8")), encoding="utf-8")
    for package in ("claims", "claims/benefit_plan"):  # read by mypy only: these stay interpreted
        (source / package / "__init__.py").touch()
    return [file.as_posix() for file in engine.texts()]


def _compiled(source: Path, out: Path, files: list[str], optimisation: str) -> None:
    command = [sys.executable, "-c", _SETUP.format(library=engine.LIBRARY), optimisation, str(out), *files]
    told = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)  # noqa: S603 (our own text)
    if told.returncode:
        raise NotBuilt(f"{told.stdout}\n{told.stderr}".strip())
