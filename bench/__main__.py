"""`python -m bench`: every measurement in a child process, on an empty database; then the tables."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench import deciding, opening, report
from tests import postgres

MOST_IN_FILES = 100_000  # lines; a larger batch shows nothing more of reading files
MOST_IN_MEMORY = 100_000
NAMES = {"sqlite": "SQLite (file)", "postgresql": "PostgreSQL"}


def main() -> None:
    wanted = _arguments()
    databases = list(NAMES) if wanted.database == "both" else [wanted.database]
    results: dict[str, dict[str, Any]] = {}
    for kind in databases:
        with tempfile.TemporaryDirectory(prefix="touiza-bench-") as folder, _databases(kind, Path(folder)) as empty:
            results[NAMES[kind]] = _measure(empty, folder, wanted)
    engine = deciding.measure(min(wanted.lines, MOST_IN_MEMORY))
    print(report.markdown(results, engine))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--database", choices=(*NAMES, "both"), default="both")
    parser.add_argument("--no-files", action="store_true", help="leave the monthly files out")
    parser.add_argument("--no-pages", action="store_true", help="leave the demo fund and its pages out")
    parser.add_argument("--no-openings", action="store_true", help="leave the opening and ranking of bids out")
    parser.add_argument("--procedures", type=int, default=10_000, help="published as open data; 0: none")
    parser.add_argument("--providers", type=int, default=50_000, help="in the public register; 0: none")
    parser.add_argument("--contracts", type=int, default=10_000, help="priced and checked after a decree; 0: none")
    parser.add_argument("--indicators", type=int, default=100_000, help="claim lines they are counted over; 0: none")
    return parser.parse_args()


def _measure(empty: Any, folder: str, wanted: argparse.Namespace) -> dict[str, Any]:
    """One fund is filled and decided, then asked one claim at a time; the others begin empty."""
    url, lines = empty("stored"), wanted.lines
    found = {"stored": _child("stored", lines, folder, url)}
    if url.startswith("postgresql"):
        found["pair"] = _child("pair", lines, folder, empty("pair", template="stored"))
    for name in ("decided", "machine", "single"):
        found[name] = _child(name, lines, folder, url)
    if url.startswith("postgresql"):
        found["crowd"] = _child("crowd", lines, folder, url)
    if not wanted.no_files:
        found["intake"] = _child("intake", min(lines, MOST_IN_FILES), folder, empty("intake"))
    if wanted.procedures:
        found["procedures"] = _child("procedures", wanted.procedures, folder, empty("procedures"))
    if wanted.providers:
        found["register"] = _child("register", wanted.providers, folder, empty("register"))
    if wanted.contracts:
        found["contracts"] = _child("contracts", wanted.contracts, folder, empty("contracts"))
    if wanted.indicators:
        found["indicators"] = _child("indicators", wanted.indicators, folder, empty("indicators"))
    if not wanted.no_openings:
        found["opening"] = [_child("opening", bids, folder, empty(f"opening_{bids}")) for bids in opening.SIZES]
    if not wanted.no_pages:
        url = empty("pages")
        _load_demo(folder, url)
        found["pages"] = _child("pages", 0, folder, url)
    return found


def _child(name: str, lines: int, folder: str, url: str) -> Any:
    print(f"measuring {name} …", file=sys.stderr)
    command = [sys.executable, "-m", "bench.child", name, str(lines), folder, url]
    # As where the house is installed: what Python compiled is kept, and no worker reads the text again.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(Path(folder) / "compiled")}
    child = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    return json.loads(child.stdout.splitlines()[-1])


def _load_demo(folder: str, url: str) -> None:
    settings = {"TOUIZA_DEMO": "true", "TOUIZA_INSTANCE_FOLDER": folder, "TOUIZA_SQLALCHEMY_DATABASE_URI": url}
    for command in (["db", "upgrade"], ["demo", "load"]):
        print(f"flask {' '.join(command)} …", file=sys.stderr)
        flask = [sys.executable, "-m", "flask", "--app", "app", *command]
        subprocess.run(flask, check=True, env={**os.environ, **settings}, stdout=sys.stderr)


@contextmanager
def _databases(kind: str, folder: Path) -> Iterator[Any]:
    """A function from a name to the URL of a new, empty database; PostgreSQL with durability, as in use."""
    if kind == "sqlite":
        yield lambda name: f"sqlite:///{folder / name}.sqlite"
        return
    with postgres.server(is_durable=True) as server:
        base = sa.make_url(server).set(drivername="postgresql+psycopg")
        yield lambda name, template="": _created(base, name, template)


def _created(server: sa.URL, name: str, template: str) -> str:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        copied = f" TEMPLATE bench_{template}" if template else ""
        connection.execute(sa.text(f"CREATE DATABASE bench_{name}{copied}"))
    engine.dispose()
    return server.set(database=f"bench_{name}").render_as_string(hide_password=False)


if __name__ == "__main__":
    main()
