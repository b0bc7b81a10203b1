"""`flask serve`: the web server and one worker, started together and stopped together.

The web server loads the application once, before it makes its processes, and listens when it is given the word: so it
can get ready while the demo is still being loaded.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TypeAlias

import click


def _web(address: str) -> list[str]:
    host, _, port = address.rpartition(":")
    if sys.platform == "win32":
        return [sys.executable, "-m", "waitress", f"--host={host}", f"--port={port}", "--call", "app:create_served_app"]
    options = ["-b", address, "-w", "2", "--threads", "4", "--preload", "--worker-tmp-dir", _memory_folder()]
    return [sys.executable, "-m", "gunicorn", *options, "app:create_served_app()"]


def _memory_folder() -> str:
    """gunicorn's heartbeat file belongs in memory where there is such a folder."""
    return "/dev/shm" if os.path.isdir("/dev/shm") else "."  # noqa: S108 - a heartbeat, nothing in it


ADDRESS = "127.0.0.1:8000"
Process: TypeAlias = "subprocess.Popen[bytes]"


def refuse_taken(address: str) -> None:
    """Say it before any work is done, not after, when another program answers at this address already."""
    host, _, port = address.rpartition(":")
    with socket.socket() as probe:
        probe.settimeout(1)
        if not port.isdigit() or probe.connect_ex((host, int(port))):
            return
    click.echo(f"Another program serves at {address} already.", err=True)
    click.echo("Stop it, or choose another address with --bind.", err=True)
    raise SystemExit(2)


@click.command("serve")
@click.option("--bind", default=ADDRESS, show_default=True, help="address and port of the web server")
def serve(bind: str) -> None:
    """Serve pages and do the background work until Ctrl-C."""
    refuse_taken(bind)
    raise SystemExit(listen(start_web(bind)))


def start_web(address: str) -> Process:
    """The web server: it loads the application at once and answers at `address` from `listen` on."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches it as our own SIGTERM, also while it loads
    try:
        return subprocess.Popen(_web(address), stdin=subprocess.PIPE)  # noqa: S603 - our own command
    finally:
        signal.signal(signal.SIGINT, before)


def wait_for_word() -> None:
    """In the web server: until `listen` says so; whoever started it and is gone wants no web server."""
    if not sys.stdin.readline():
        raise SystemExit(0)


def give_word(web: Process) -> None:
    """Let the web server answer; one that has ended is not missed here."""
    assert web.stdin is not None
    with suppress(BrokenPipeError), web.stdin as pipe:
        pipe.write(b"listen\n")


def listen(web: Process) -> int:
    """Give the web server the word, start a worker beside it; the status when one of them has ended, and so both."""
    worker = subprocess.Popen([sys.executable, "-m", "flask", "--app", "app", "worker"])
    processes = (web, worker)
    stop_on_signal(processes)
    give_word(web)
    while all(process.poll() is None for process in processes):
        time.sleep(0.2)
    stop(processes)
    return max(abs(process.wait(timeout=30) or 0) for process in processes if process.poll() is not None) and 1


def stop_on_signal(processes: Sequence[Process]) -> None:
    """Ctrl-C and a service manager's stop end all of them."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop(processes))


def stop(processes: Sequence[Process]) -> None:
    for process in processes:
        process.terminate()
