"""The figures as Markdown, ready to paste into docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bench.decided import PHASES as RUN_PHASES
from bench.indicators import PHASES as COUNTING
from bench.intake import PHASES
from bench.opening import PHASES as OPENING

Results = Mapping[str, Mapping[str, Any]]  # database → measure → figures


def markdown(results: Results, engine: Mapping[str, Any]) -> str:
    """Every table of docs/performance.md."""
    parts = [_engine(engine), _decided(results), _limits(results), _single(results), _intake(results)]
    parts += [_procedures(results), _contracts(results), _opening(results), _register(results), _indicators(results)]
    parts.append(_pages(results))
    return "\n\n".join("\n".join(part) for part in ([*rows] for rows in parts) if part)


def _engine(engine: Mapping[str, Any]) -> Iterator[str]:
    """Deciding alone, in memory, by each engine that is there."""
    named = {name: {"engine": figures} for name, figures in engine.items()}
    found = list(engine.values())
    rows = [
        ["lines; share that met a limit", *(f"{one['lines']:,}; {one['limited']:.0%}" for one in found)],
        ["deciding, lines per second of one core", *(f"**{one['deciding']:,}**" for one in found)],
        ["writing down findings and trace, with the digest", *(f"{one['encoding']:,}" for one in found)],
    ]
    yield from _table("deciding alone, in memory", named, rows)


def _decided(results: Results) -> Iterator[str]:
    """From stored claims to durable decisions."""
    found = [figures["decided"] for figures in results.values()]
    rows = [["lines, claims", *(f"{one['lines']:,}, {one['claims']:,}" for one in found)]]
    rows.append(["share of lines that met a limit", *(f"{one['limited']:.0%}" for one in found)])
    for phase in (*RUN_PHASES, "the rest"):
        rows.append([f"{phase}, seconds", *(f"{one['phases'].get(phase, 0):.1f}" for one in found)])
    rows += [
        ["**one process, lines per second**", *(f"**{one['lines'] / one['seconds']:,.0f}**" for one in found)],
        ["the same per second of its own processor time", *(f"{one['lines'] / one['cpu']:,.0f}" for one in found)],
        ["**two workers, lines per second**", *(_pair(figures) for figures in results.values())],
        ["SQL statements", *(f"{one['statements']:,}" for one in found)],
        ["SQL statements per 1,000 lines", *(f"{one['statements'] * 1000 / one['lines']:.1f}" for one in found)],
        ["peak memory, MiB (before the run)", *(f"{one['memory']} ({one['memory_before']})" for one in found)],
        ["peak memory of a worker of two, MiB", *(_pair_memory(figures) for figures in results.values())],
    ]
    yield from _table("from stored claims to durable decisions", results, rows)


def _pair(figures: Mapping[str, Any]) -> str:
    pair = figures.get("pair")
    return f"**{pair['lines'] / pair['seconds']:,.0f}**" if pair else "one writer"


def _pair_memory(figures: Mapping[str, Any]) -> str:
    return str(figures["pair"]["memory"]) if "pair" in figures else "–"


def _limits(results: Results) -> Iterator[str]:
    """What the machine could do at most, and how near the run came."""
    found = [figures["machine"] for figures in results.values()]
    rates = [_best(figures) for figures in results.values()]
    rows = [
        ["the same rows written alone (COPY, or one INSERT), per second", *(f"{one['write']:,.0f}" for one in found)],
        ["the same rows read in sequence, per second", *(f"{one['scan']:,.0f}" for one in found)],
        ["one fsync, milliseconds", *(f"{one['fsync']:.2f}" for one in found)],
        [
            "best run, as a share of writing alone",
            *(f"{r / o['write']:.0%}" for r, o in zip(rates, found, strict=True)),
        ],
    ]
    yield from _table("limits of the machine", results, rows)


def _best(figures: Mapping[str, Any]) -> float:
    runs = [figures[name] for name in ("decided", "pair") if name in figures]
    return max(run["lines"] / run["seconds"] for run in runs)


def _table(title: str, results: Results, rows: list[list[str]]) -> Iterator[str]:
    yield f"| {title} | " + " | ".join(results) + " |"
    yield "|---|" + "---:|" * len(results)
    yield from ("| " + " | ".join(row) + " |" for row in rows)


def _intake(results: Results) -> Iterator[str]:
    found = [figures["intake"] for figures in results.values() if "intake" in figures]
    if not found:
        return
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
    rows = [[f"one client, p{part}, milliseconds", *(f"{one[f'p{part}']:.1f}" for one in found)] for part in (50, 99)]
    rows.append(["one client, processor time of a claim, milliseconds", *(f"{one['cpu']:.1f}" for one in found)])
    crowds = [figures.get("crowd") for figures in results.values()]
    rows.append(
        ["eight clients in two processes, claims per second", *(f"**{c['rate']:,.0f}**" if c else "–" for c in crowds)]
    )
    for part in (50, 99):
        rows.append([f"eight clients, p{part}, milliseconds", *(f"{c[f'p{part}']:.1f}" if c else "–" for c in crowds)])
    yield from _table("claims of four lines submitted, decided, committed one by one", results, rows)


def _procedures(results: Results) -> Iterator[str]:
    """Open data: each procedure read, written as a release, checked as a package, stored."""
    found = [figures["procedures"] for figures in results.values() if "procedures" in figures]
    if not found:
        return
    rows = [
        ["procedures; releases kept back", *(f"{one['procedures']:,}; {one['refused']}" for one in found)],
        ["**procedures per second**", *(f"**{one['procedures'] / one['seconds']:,.0f}**" for one in found)],
        ["of it checking alone, milliseconds per package", *(f"{one['checking']:.2f}" for one in found)],
        ["first and last thousand, milliseconds each", *(f"{one['first']:.2f}, {one['last']:.2f}" for one in found)],
        ["SQL statements per procedure", *(f"{one['statements'] / one['procedures']:.1f}" for one in found)],
        ["looking again with no news, seconds", *(f"{one['again']:.2f}" for one in found)],
        ["all of them as a stream, seconds; MB", *(f"{one['stream']:.1f}; {one['bytes'] / 1e6:.0f}" for one in found)],
        ["peak memory, MiB (before)", *(f"{one['memory']} ({one['memory_before']})" for one in found)],
    ]
    yield from _table("procedures published as open data and checked", results, rows)


def _contracts(results: Results) -> Iterator[str]:
    """The tariff of every claim line of a year, and a wage decree over all contracts; processor seconds."""
    found = [figures["contracts"] for figures in results.values() if "contracts" in figures]
    if not found:
        return
    tariffs = [(one["tariff"], one["tariff"]["reading"] + one["tariff"]["pricing"]) for one in found]
    rows = [
        ["contracts; claim lines; of them priced", *(f"{one['contracts']:,}; {t['lines']:,}; {t['priced']:,}"
         for one, (t, _s) in zip(found, tariffs, strict=True))],
        ["reading the tariff of whole shards, seconds", *(f"{t['reading']:.1f}" for t, _s in tariffs)],
        ["finding the price of each line, seconds", *(f"{t['pricing']:.1f}" for t, _s in tariffs)],
        ["**lines per processor second**", *(f"**{t['lines'] / seconds:,.0f}**" for t, seconds in tariffs)],
        ["statements for the tariff of a shard of 10,000 lines", *(f"{t['statements']:g}" for t, _s in tariffs)],
        ["wage check: lines under the floor", *(f"{one['under']:,}" for one in found)],
        ["wage check: seconds; statements", *(f"{one['check']:.1f}; {one['check_statements']}" for one in found)],
        ["amendments drafted in one act", *(f"{one['written']:,}" for one in found)],
        ["drafting: seconds; statements", *(f"{one['drafts']:.1f}; {one['draft_statements']}" for one in found)],
        ["peak memory, MiB (before)", *(f"{one['memory']} ({one['memory_before']})" for one in found)],
    ]  # fmt: skip
    yield from _table("tariffs of claim lines, and a wage decree; processor time", results, rows)


def _opening(results: Results) -> Iterator[str]:
    """One tender of eight lots, every bid for all of them: seconds, statements and memory as bids grow."""
    found = {f"{name}, {one['bids']} bids": one for name, all_sizes in results.items()
             for one in all_sizes.get("opening", ())}  # fmt: skip
    if not found:
        return
    rows = [
        [
            f"{phase}, seconds (processor)",
            *(f"{one['seconds'][phase]:.2f} ({one['cpu'][phase]:.2f})" for one in found.values()),
        ]
        for phase in OPENING
    ]
    rows += [
        [f"{phase}, SQL statements", *(f"{one['statements'][phase]:,}" for one in found.values())]
        for phase in OPENING
        if phase != "points"  # counted with the price envelopes
    ]
    rows.append(["peak memory, MiB (before)", *(f"{o['memory']} ({o['memory_before']})" for o in found.values())])
    yield from _table("opening and ranking, eight lots", {name: {} for name in found}, rows)


def _register(results: Results) -> Iterator[str]:
    """Searches of the public register through its page."""
    found = [figures["register"] for figures in results.values() if "register" in figures]
    if not found:
        return
    rows = [[name, *(_search(one["searches"][name]) for one in found)] for name in found[0]["searches"]]
    size = f"{found[0]['providers']:,} providers, {found[0]['sites']:,} sites"
    yield from _table(f"search over {size}: p50 and p99 in milliseconds, SQL statements, kB", results, rows)


def _indicators(results: Results) -> Iterator[str]:
    """All indicators of a quarter, from records to kept cases and results."""
    found = [figures["indicators"] for figures in results.values() if "indicators" in figures]
    if not found:
        return
    rows = [
        ["claim lines; providers; members", *(f"{o['lines']:,}; {o['providers']}; {o['members']:,}" for o in found)],
        ["indicators with cases; cases", *(f"{len(_counted(o))}; {sum(_counted(o)):,}" for o in found)],
    ]
    for phase in COUNTING:
        rows.append(
            [
                f"{phase}, seconds (processor)",
                *(f"{o['phases'][phase]:.1f} ({o['cpu_phases'][phase]:.1f})" for o in found),
            ]
        )
    rows += [
        ["**all of it, seconds (processor)**", *(f"**{o['seconds']:.1f}** ({o['cpu']:.1f})" for o in found)],
        ["SQL statements", *(f"{one['statements']}" for one in found)],
        ["peak memory, MiB (before)", *(f"{one['memory']} ({one['memory_before']})" for one in found)],
    ]
    yield from _table("all indicators of a quarter", results, rows)


def _counted(figures: Mapping[str, Any]) -> list[int]:
    return [cases for cases in figures["indicators"].values() if cases]


def _search(figures: Mapping[str, Any]) -> str:
    return f"{figures['p50']:.0f}, {figures['p99']:.0f}, {figures['statements']:.0f}, {figures['bytes'] / 1000:.0f}"


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
