"""`flask serve`: the web server and one worker, started together and stopped together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

import click


def _web(address: str) -> list[str]:
    host, _, port = address.rpartition(":")
    if sys.platform == "win32":
        return [sys.executable, "-m", "waitress", f"--host={host}", f"--port={port}", "--call", "app:create_app"]
    options = ["-b", address, "-w", "2", "--threads", "4", "--worker-tmp-dir", _memory_folder()]
    return [sys.executable, "-m", "gunicorn", *options, "app:create_app()"]


def _memory_folder() -> str:
    """gunicorn's heartbeat file belongs in memory where there is such a folder."""
    return "/dev/shm" if os.path.isdir("/dev/shm") else "."  # noqa: S108 - a heartbeat, nothing in it


ADDRESS = "127.0.0.1:8000"


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
    commands = [_web(bind), [sys.executable, "-m", "flask", "--app", "app", "worker"]]
    raise SystemExit(_together(commands))


def _together(commands: Sequence[list[str]]) -> int:
    """Run all until one ends or a signal comes; then end all and give the first one's status."""
    processes = [subprocess.Popen(command) for command in commands]  # noqa: S603 - our own commands

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for process in processes:
            process.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while all(process.poll() is None for process in processes):
        time.sleep(0.2)
    stop(signal.SIGTERM, None)
    return max(abs(process.wait(timeout=30) or 0) for process in processes if process.poll() is not None) and 1
