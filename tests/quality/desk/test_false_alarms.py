"""How often an honest provider is a hit: counted over many invented nights, all alike. docs/audit.md quotes this."""

from __future__ import annotations

import random

import polars as pl
import pytest

from quality.desk.queries.claimed import Halves, PerMember
from quality.desk.screens.growth import Growths
from quality.desk.screens.times import Visits
from tests.quality.desk.test_judges import HONEST, at, judged, tariffs, visits

NIGHTS = 40


def growths(chance: random.Random) -> Growths:
    return Growths(
        [Halves(n, "health", 10_000, round(10_000 * chance.lognormvariate(0, 0.25)), 20, 20) for n in HONEST], {}
    )


def values(chance: random.Random) -> list[PerMember]:
    return [PerMember(n, "health", "North", 100, round(100_000 * chance.lognormvariate(0, 0.3))) for n in HONEST]


def clocked(chance: random.Random) -> Visits:
    starts = {n: [at(chance.randint(1, 28), 9, chance.randint(0, 59)) for _ in range(100)] for n in HONEST}
    planned = pl.DataFrame({"placement_id": [1], "weekday": [1], "planned": [50]})
    return Visits(visits(starts), planned.with_columns(pl.col("weekday").cast(pl.Int8)))


def mixed(chance: random.Random) -> object:
    return tariffs({n: sum(chance.random() < 0.2 for _ in range(100)) for n in HONEST})


@pytest.mark.parametrize(
    ("code", "invented", "most"),
    [("D9", mixed, 0), ("D10", clocked, 0), ("D12", growths, 0), ("D15", values, 2)],
    ids=["D9", "D10", "D12", "D15"],
)
def test_false_alarms_among_honest_providers_are_few(code, invented, most):
    chance = random.Random(code)
    nights = [judged(code, invented(chance)) for _night in range(NIGHTS)]
    assert sum(night.examined for night in nights) == NIGHTS * len(HONEST)
    alarms = sum(len(night.hits) for night in nights)

    assert alarms <= most
