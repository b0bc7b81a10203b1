"""flask quality compute --period 2026Q3; flask quality scores --period 2026Q3."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from core import clock
from core.actors import SYSTEM
from core.config import fund
from core.db import unit_of_work
from core.errors import DomainError
from quality import services
from quality.periods import Period, last_full_quarter, parse_period
from quality.scoring.computing import compute_scores

quality_group = AppGroup("quality", help="Indicators and scores.")
_period = click.option("--period", default="", help="2026Q3, 2026-09 or 2026; without it the last full quarter.")


@quality_group.command("compute")
@_period
@click.option("--indicator", default="", help="One indicator, like L-01; without it all.")
def compute(period: str, indicator: str) -> None:
    """Compute the indicators of a period from the fund's own records."""
    with _spoken(), unit_of_work():
        wanted = _wanted(period)
        one = [services.compute_run(indicator, wanted, by=SYSTEM)] if indicator else None
        for run in one or services.compute_period(wanted, by=SYSTEM):
            click.echo(
                f"{run.indicator} {run.period}: {run.cases} cases"
                if run.has_source
                else f"{run.indicator} {run.period}: no source"
            )


@quality_group.command("scores")
@_period
def scores(period: str) -> None:
    """Compute the scores of a measured period; an auditor tells the providers."""
    with _spoken(), unit_of_work():
        rows = compute_scores(_wanted(period), by=SYSTEM)
    click.echo(f"{len(rows)} scores computed.")


def _wanted(text: str) -> Period:
    return parse_period(text) if text else last_full_quarter(clock.today(fund().zone))


class _spoken:  # noqa: N801 - reads as a word in its `with`
    """A refusal is said in its own words, without a trace."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, DomainError):
            raise click.ClickException(str(error.message)) from error
