"""What kind of news a release is: read off the difference to the one before, so that no event can be forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Said = Mapping[str, Any]
SECTIONS = {"planning": "planning", "tender": "tender", "awards": "award", "contracts": "contract"}
NOTICED = ("title", "description", "value", "tenderPeriod", "items", "criteria", "contractPeriod")


def tags(before: Said | None, now: Said) -> list[str]:
    """In the order of the road; a release without any other news is an update of the tender."""
    return list(_first(now) if before is None else _next(before, now)) or ["tenderUpdate"]


def _first(now: Said) -> Iterator[str]:
    yield from (tag for section, tag in SECTIONS.items() if section in now)
    if any("implementation" in row for row in now.get("contracts", ())):
        yield "implementation"


def _next(before: Said, now: Said) -> Iterator[str]:
    if before.get("planning") != now.get("planning"):
        yield "planningUpdate" if "planning" in before else "planning"
    if before["tender"] != now["tender"]:
        yield _tender_tag(before["tender"], now["tender"])
    yield from _award_tags(before.get("awards", ()), now.get("awards", ()))
    yield from _contract_tags(_by_id(before), _by_id(now))


def _tender_tag(before: Said, now: Said) -> str:
    if now.get("status") == "cancelled" and before.get("status") != "cancelled":
        return "tenderCancellation"
    return "tenderAmendment" if any(before.get(key) != now.get(key) for key in NOTICED) else "tenderUpdate"


def _award_tags(before: Any, now: Any) -> Iterator[str]:
    old = {row["id"]: row for row in before}
    if any(row["id"] not in old for row in now):
        yield "award"
    changed = [row for row in now if row["id"] in old and old[row["id"]] != row]
    cancelled = [row for row in changed if row.get("status") == "cancelled"]
    if cancelled:
        yield "awardCancellation"
    if len(changed) > len(cancelled):
        yield "awardUpdate"


def _contract_tags(before: dict[str, Said], now: dict[str, Said]) -> Iterator[str]:
    known = [(before[key], row) for key, row in now.items() if key in before]
    if now.keys() - before.keys():
        yield "contract"
    if any(
        _without(old, "implementation", "amendments") != _without(row, "implementation", "amendments")
        and not _has_ended(old, row)
        for old, row in known
    ):
        yield "contractUpdate"
    if any(old.get("amendments") != row.get("amendments") for old, row in known):
        yield "contractAmendment"
    if any("implementation" in row and "implementation" not in before.get(key, {}) for key, row in now.items()):
        yield "implementation"
    elif any(old.get("implementation") != row.get("implementation") for old, row in known):
        yield "implementationUpdate"
    if any(_has_ended(old, row) for old, row in known):
        yield "contractTermination"


def _has_ended(before: Said, now: Said) -> bool:
    return now.get("status") == "terminated" and before.get("status") != "terminated"


def _without(row: Said, *names: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in names}


def _by_id(said: Said) -> dict[str, Said]:
    return {row["id"]: row for row in said.get("contracts", ())}
