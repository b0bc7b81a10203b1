"""`make run`: the demo is loaded once, while the web server gets ready beside it; then it is served."""

from __future__ import annotations

import subprocess
import sys

import click

from core.serve import ADDRESS, listen, refuse_taken, start_web, stop, stop_on_signal


@click.command()
@click.option("--bind", default=ADDRESS, show_default=True, help="address and port of the web server")
def run(bind: str) -> None:
    """Bring the database up to date, load the demo once, serve until Ctrl-C."""
    refuse_taken(bind)
    web = start_web(bind)
    loading = subprocess.Popen([sys.executable, "-m", "flask", "--app", "app", "demo", "prepare"])
    stop_on_signal((web, loading))
    if loading.wait():
        stop((web,))
        raise SystemExit(abs(loading.returncode))
    if bind != ADDRESS:
        click.echo(f"Served at http://{bind}.")
    raise SystemExit(listen(web))


run()
