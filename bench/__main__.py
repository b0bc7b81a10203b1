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

from bench import report
from tests import postgres

NAMES = {"sqlite": "SQLite (file)", "postgresql": "PostgreSQL"}


def main() -> None:
    wanted = _arguments()
    databases = list(NAMES) if wanted.database == "both" else [wanted.database]
    results: dict[str, dict[str, Any]] = {}
    for kind in databases:
        with tempfile.TemporaryDirectory(prefix="touiza-bench-") as folder, _databases(kind, Path(folder)) as empty:
            results[NAMES[kind]] = _measure(empty, folder, wanted)
    print(report.markdown(results))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--database", choices=(*NAMES, "both"), default="both")
    parser.add_argument("--no-pages", action="store_true", help="leave the demo fund and its pages out")
    return parser.parse_args()


def _measure(empty: Any, folder: str, wanted: argparse.Namespace) -> dict[str, Any]:
    found = {}
    for name, lines in (("intake", wanted.lines), ("single", min(wanted.lines, 8_000))):
        found[name] = _child(name, lines, folder, empty(name))
    if not wanted.no_pages:
        url = empty("pages")
        _load_demo(folder, url)
        found["pages"] = _child("pages", 0, folder, url)
    return found


def _child(name: str, lines: int, folder: str, url: str) -> Any:
    print(f"measuring {name} …", file=sys.stderr)
    command = [sys.executable, "-m", "bench.child", name, str(lines), folder, url]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()[-1])


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
        yield lambda name: _created(sa.make_url(server).set(drivername="postgresql+psycopg"), name)


def _created(server: sa.URL, name: str) -> str:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE bench_{name}"))
    engine.dispose()
    return server.set(database=f"bench_{name}").render_as_string(hide_password=False)


if __name__ == "__main__":
    main()
