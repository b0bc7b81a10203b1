"""Draws and estimates again from what is published and exported alone. Imports nothing of the product.

    python redraw.py PAGE FRAME DRAWN            → the drawn lines follow from frame and words
    python redraw.py LINES_CSV VALUES_CSV        → the estimate follows from the findings

`PAGE` is the public page's HTML, `FRAME` and `DRAWN` its two files; the CSVs are the working papers.
"""

from __future__ import annotations

import csv
import hashlib
import html
import json
import math
import re
import statistics
import sys
from pathlib import Path

from scipy.stats import hypergeom, t


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def redraw(page: str, frame: str) -> list[str]:
    """The rows of `drawn.txt` as they must be. Raises ValueError if the frame is not the announced one."""
    said = {name: html.unescape(value) for name, value in re.findall(r'data-(\w+)="([^"]*)"', page)}
    if sha256(frame) != said["hash"]:
        raise ValueError("the frame is not the one that was announced")
    seed = sha256(said["hash"] + said["words"])
    lines = [(row.split(" ")[0], int(row.split(" ")[1])) for row in frame.splitlines()]
    if said["design"] == "monetary":
        return units_of_money(lines, seed, int(said["size"]))
    order = sorted(lines, key=lambda line: sha256(seed + line[0]))
    taken, spares = [], []
    for stratum in json.loads(said["strata"]):
        low, high = stratum["above"], stratum["until"]
        inside = [name for name, paid in order if (low is None or paid > low) and (high is None or paid <= high)]
        size, more = stratum["size"], stratum["spares"]
        taken += [f"{name} {stratum['number']} drawn" for name in inside[:size]]
        spares += [f"{name} {stratum['number']} spare" for name in inside[size : size + more]]
    return taken + spares


def units_of_money(lines: list[tuple[str, int]], seed: str, size: int) -> list[str]:
    value = sum(paid for _, paid in lines)
    start = 1 + int(seed, 16) % (value // size)
    found, reached = [], 0
    hits = [start * size + place * value for place in range(size)]
    for name, paid in lines:
        before, reached = reached, reached + paid * size
        if any(before < hit <= reached for hit in hits):
            found.append(f"{name} {2 if paid * size >= value else 1} drawn")
    return found


def estimate(lines: list[dict[str, str]], values: dict[str, str]) -> dict[str, float]:
    """The difference estimate and the minimum sum's first step, by the formulas of the working papers."""
    judged = [row for row in lines if row["use"] in ("drawn", "used")]
    total = variance = squares = 0.0
    for number in range(1, 100):
        stratum = f"strata.{number}"
        if f"{stratum}.number" not in values:
            break
        errors = [int(row["paid_minor"]) - int(row["allowed_minor"]) for row in judged if int(row["stratum"]) == number]
        count, size = int(values[f"{stratum}.lines"]), len(errors)
        total += count * statistics.fmean(errors)
        if size < count and values[f"{stratum}.is_certain"] != "1":
            part = count**2 * (1 - size / count) * statistics.variance(errors) / size
            variance, squares = variance + part, squares + part**2 / (size - 1)
    error, confidence = math.sqrt(variance), float(values["plan.confidence"])
    half = t.ppf((1 + confidence) / 2, variance**2 / squares) * error if squares else 0.0
    return {"total": total, "error": error, "lower": total - half, "upper": total + half}


def minimum_sum(lines: list[dict[str, str]], values: dict[str, str], frame: list[dict[str, str]]) -> int:
    """What was found, and per stratum the smallest unsampled payments of as many lines as must be wrong too."""
    judged = {row["id"]: row for row in lines if row["use"] in ("drawn", "used")}
    numbers = [n for n in range(1, 100) if f"strata.{n}.number" in values]
    chance = sum(values[f"strata.{n}.is_certain"] != "1" for n in numbers)
    alpha, total = (1 - float(values["plan.confidence"])) / 2 / max(chance, 1), 0
    for n in numbers:
        low, high = values[f"strata.{n}.above"], values[f"strata.{n}.until"]
        errors = [int(r["paid_minor"]) - int(r["allowed_minor"]) for r in judged.values() if int(r["stratum"]) == n]
        left = [
            int(row["amount_minor"])
            for row in frame
            if row["id"] not in judged
            and (not low or int(row["amount_minor"]) > int(low))
            and (not high or int(row["amount_minor"]) <= int(high))
        ]
        wrong = sum(error > 0 for error in errors)
        more = fewest_wrong(int(values[f"strata.{n}.lines"]), len(errors), wrong, alpha) - wrong if wrong else 0
        total += sum(errors) + sum(sorted(left)[:more])
    return total


def fewest_wrong(lines: int, size: int, wrong: int, alpha: float) -> int:
    """Counted up one by one, unlike the product."""
    return next(n for n in range(wrong, lines + 1) if 1 - hypergeom.cdf(wrong - 1, lines, n, size) >= alpha)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.lstrip("\ufeff").splitlines()))


def main(paths: list[str]) -> int:
    texts = [Path(path).read_text(encoding="utf-8") for path in paths]
    if len(texts) == 3:
        page, frame, drawn = texts
        is_same = redraw(page, frame) == drawn.splitlines()
        print("same lines" if is_same else "other lines")
        return 0 if is_same else 1
    lines, values = rows(texts[0]), {row["name"]: row["value"] for row in rows(texts[1])}
    found = estimate(lines, values)
    is_same = all(abs(found[name] - float(values[f"estimate.difference.{name}"])) < 0.001 for name in found)
    print("same estimate" if is_same else "another estimate", json.dumps(found))
    return 0 if is_same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
