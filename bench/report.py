"""The figures as Markdown, ready to paste into docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bench.intake import PHASES

Results = Mapping[str, Mapping[str, Any]]  # database → measure → figures


def markdown(results: Results) -> str:
    return "\n".join([*_intake(results), "", *_single(results), "", *_pages(results)])


def _table(title: str, results: Results, rows: list[list[str]]) -> Iterator[str]:
    yield f"| {title} | " + " | ".join(results) + " |"
    yield "|---|" + "---:|" * len(results)
    yield from ("| " + " | ".join(row) + " |" for row in rows)


def _intake(results: Results) -> Iterator[str]:
    found = [figures["intake"] for figures in results.values()]
    totals = [sum(one["seconds"].values()) for one in found]
    rows = [["lines, claims, members", *(f"{one['lines']:,}, {one['claims']:,}, {one['members']:,}" for one in found)]]
    for phase in (*PHASES, "the rest"):
        rows.append([f"{phase}, seconds", *(f"{one['seconds'][phase]:.1f}" for one in found)])
    rows += [
        [
            "**end to end, lines per second**",
            *(f"**{o['lines'] / t:,.0f}**" for o, t in zip(found, totals, strict=True)),
        ],
        ["deciding alone, lines per second", *(f"{one['lines'] / one['seconds']['deciding']:,.0f}" for one in found)],
        ["processor, milliseconds per claim", *(f"{sum(o['cpu'].values()) * 1000 / o['claims']:.2f}" for o in found)],
        ["SQL statements per claim", *(f"{one['statements'] / one['claims']:.3f}" for one in found)],
        ["peak memory, MiB (before the files)", *(f"{one['memory']} ({one['memory_before']})" for one in found)],
    ]
    yield from _table("24 monthly files, each one transaction", results, rows)


def _single(results: Results) -> Iterator[str]:
    found = [figures["single"] for figures in results.values()]
    rows = [[f"p{part}, milliseconds", *(f"{one[f'p{part}']:.1f}" for one in found)] for part in (50, 99)]
    yield from _table(f"one claim submitted, decided, committed ({found[0]['claims']} times)", results, rows)


def _pages(results: Results) -> Iterator[str]:
    found = [figures["pages"] for figures in results.values() if "pages" in figures]
    if not found:
        return
    rows = [[name, *(_page(one["pages"][name]) for one in found)] for name in found[0]["pages"]]
    yield from _table(f"page at {found[0]['claims']:,} claims: milliseconds, SQL statements", results, rows)


def _page(figures: Mapping[str, Any]) -> str:
    if figures["status"] != 200:
        return f"answered {figures['status']}"
    return f"{figures['milliseconds']:.0f}, {figures['statements']}"
