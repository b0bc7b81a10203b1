"""Deciding alone, in memory: mixed cases that touch limits, every rule, the trace, then the stored text and its digest.

`python -m bench.deciding LINES` measures the engine that this process runs; `measure` asks both, each in a process of
its own. Figures are lines per second of one core's own time, the best of some rounds, so a busy machine does not count.
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

from claims.adjudication import decide
from claims.case import Case
from claims.decisions import digest_of
from tests.claims import mixed
from tests.claims.mixed import always

ROUNDS = 5
CHUNK = 200  # cases decided before they are encoded, as a batch does


def measure(lines: int) -> dict[str, Any]:
    """Both engines; the compiled one is left out where it was not built."""
    found = {}
    for choice in ("interpreted", "compiled"):
        command = [sys.executable, "-m", "bench.deciding", str(lines)]
        child = subprocess.run(command, env={**os.environ, "TOUIZA_ENGINE": choice}, check=True, stdout=subprocess.PIPE)
        told = json.loads(child.stdout.splitlines()[-1])
        found[told["engine"]] = told
    return found


def measured(lines: int) -> dict[str, Any]:
    cases = list(mixed.cases(lines))
    gc.collect()
    gc.freeze()
    rounds = [_round(cases) for _ in range(ROUNDS)]
    total = sum(len(case.lines) for case in cases)
    deciding, encoding = (min(seconds) for seconds in zip(*rounds, strict=True))
    return {
        "engine": "interpreted",
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
    print(json.dumps(measured(int(sys.argv[1]))))
