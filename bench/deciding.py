"""Deciding alone, in memory: mixed cases that touch limits, every rule, the trace, then the stored text and its digest.

`python -m bench.deciding LINES` asks both engines, each in a process of its own. Figures are lines per second of one
core's own time, the best of some rounds, so that a busy machine does not count.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections import Counter
from typing import Any

from claims import engine
from claims.adjudication import decide
from claims.case import Case
from claims.decisions import digest_of
from tests.claims import mixed
from tests.claims.mixed import always

ROUNDS = 5
CHUNK = 200  # cases decided before they are encoded, as a batch does


def measure(lines: int) -> dict[str, Any]:
    """Figures by engine; "compiled" is missing where it was not built."""
    return {told["engine"]: told for told in (_asked(choice, lines) for choice in ("interpreted", ""))}


def _asked(choice: str, lines: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.deciding", str(lines), "here"]
    environment = {**os.environ, "TOUIZA_ENGINE": choice}
    child = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    told: dict[str, Any] = json.loads(child.stdout.splitlines()[-1])
    return told


def measured(lines: int) -> dict[str, Any]:
    cases = list(mixed.cases(lines))
    gc.collect()
    gc.freeze()
    with engine.uncollected():  # as `services.judge` does
        rounds = [_round(cases) for _ in range(ROUNDS)]
    total = sum(len(case.lines) for case in cases)
    deciding, encoding = (min(seconds) for seconds in zip(*rounds, strict=True))
    return {
        "engine": engine.name(),
        "lines": total,
        "deciding": round(total / deciding),
        "encoding": round(total / encoding),
        **_shown(cases),
    }


def _round(cases: list[Case]) -> tuple[float, float]:
    """Seconds of deciding and of encoding."""
    plan_for = always(mixed.plan())
    deciding = encoding = 0.0
    for first in range(0, len(cases), CHUNK):
        start = time.process_time()
        decided = [decide(case, plan_for) for case in cases[first : first + CHUNK]]
        middle = time.process_time()
        for decisions in decided:
            for claim in decisions.claims:
                digest_of(claim)
        deciding += middle - start
        encoding += time.process_time() - middle
    return deciding, encoding


def _shown(cases: list[Case]) -> dict[str, Any]:
    """What the mix is made of: states, and the share of lines that met a limit."""
    plan_for = always(mixed.plan())
    lines = [line for case in cases[:2000] for line in decide(case, plan_for).lines]
    limited = {"BEN-03", "BEN-04", "BEN-05", "BEN-06", "BEN-08", "PRC-03"}
    touched = sum(any(found.code in limited for found in line.findings) for line in lines)
    return {"states": dict(Counter(line.state for line in lines)), "limited": round(touched / len(lines), 2)}


if __name__ == "__main__":
    wanted, *here = sys.argv[1:]
    print(json.dumps(measured(int(wanted)) if here else measure(int(wanted))))
