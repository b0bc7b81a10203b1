"""`python -m tests.reference --lines 200000`: decide generated cases twice and say whether the answers are equal."""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from claims.adjudication import decide as engine
from tests.reference import adjudicator
from tests.reference.checks import REASONS
from tests.reference.comparing import Answer, difference, is_equal, told
from tests.reference.generator import generated

LIMITS = {"BEN-03", "BEN-04", "BEN-05", "BEN-06", "BEN-08"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.reference", description=__doc__)
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    counts: Counter[str] = Counter()
    for case, plans in generated(asked.seed, asked.lines):
        answer = told(engine(case, plans))
        if not is_equal(answer, adjudicator.decide(case, plans)):
            found = difference(case, lambda c, p=plans: told(engine(c, p)), lambda c, p=plans: adjudicator.decide(c, p))
            print(found.text if found else "different only once")
            return 1
        tally(counts, answer)
    for name, count in sorted(counts.items()):
        print(f"{name:24}{count:10,}")
    print(f"{counts['limit touched'] / counts['lines']:.1%} of {counts['lines']:,} lines touch a limit")
    never = [code for code in REASONS if not counts[code]]
    if never or 3 * counts["limit touched"] < counts["lines"]:
        print(f"too tame a sample; never raised: {', '.join(never) or 'none'}")
        return 1
    print("equal")
    return 0


def tally(counts: Counter[str], answer: Answer) -> None:
    """Lines by state, by reason, and those that a limit cut or refused."""
    for line in answer["lines"]:
        codes = {each["code"] for each in line["findings"]}
        counts.update(codes)
        counts["lines"] += 1
        counts[f"state {line['state']}"] += 1
        counts["limit touched"] += bool(codes & LIMITS)


if __name__ == "__main__":
    sys.exit(main())
