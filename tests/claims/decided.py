"""What the engine of this process decides on many cases, as text: `python -m tests.claims.decided LINES`.

The first line names the engine; two engines decide alike when all other lines are the same.
"""

from __future__ import annotations

import gc
import pickle
import sys
import tomllib
from collections.abc import Callable, Iterator
from datetime import date

from claims import encoding, engine
from claims.adjudication import decide
from claims.benefit_plan import BenefitPlan
from claims.case import Case, Decisions
from claims.decisions import line_sums, sums
from tests.claims import mixed
from tests.rules import reading

Given = tuple[Case, Callable[[date], BenefitPlan]]


def main(lines: int) -> None:
    print(engine.name())
    for index, (case, plan_for) in enumerate(_cases(lines)):
        decisions = decide(case, plan_for)
        print(*_told(decisions), sep="\n")
        if index % 50 == 0:
            assert pickle.loads(pickle.dumps(case)) == case
            assert pickle.loads(pickle.dumps(decisions)) == decisions
            assert decide(case, plan_for) == decisions
    _leave_no_cycle()


def _cases(lines: int) -> Iterator[Given]:
    demo = mixed.plan()
    for case in mixed.cases(lines, seed=5):
        yield case, mixed.always(demo)
    for file in sorted((reading.HERE / "cases").glob("*.toml")):
        for raw in tomllib.loads(file.read_text())["case"]:
            yield reading.case_of(raw), mixed.always(reading.plan(raw.get("plan", "plan")))


def _told(decisions: Decisions) -> Iterator[object]:
    for claim in decisions.claims:
        yield sums(claim)
        for line in claim.lines:
            yield line_sums(line)
            yield encoding.to_text(line)
            yield encoding.use_text(line)
            yield [found.rank for found in line.findings]


def _leave_no_cycle() -> None:
    """Deciding without the collector leaks nothing only as long as this holds."""
    plan_for = mixed.always(mixed.plan())
    cases = list(mixed.cases(300))
    gc.collect()
    gc.disable()
    for case in cases:
        decide(case, plan_for)
    assert gc.collect() == 0


if __name__ == "__main__":
    main(int(sys.argv[1]))
