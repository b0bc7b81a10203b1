"""The report in words: figures, groups with their names, rows of the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from claims.presenters import major
from claims.simulation.tally import DIMENSIONS, OTHERS, Cell, Tally
from core.codes import service_names
from core.config import fund
from core.web.filters import amount, bdi, money, percentage
from core.words import _, _l, ngettext

TITLES: dict[str, Any] = {
    "service": _l("By service"),
    "age": _l("By age"),
    "district": _l("By district"),
    "size": _l("By size of the household"),
}
ORDERED = ("age", "size")
DRAWN = 12  # groups in a chart; all of them stand in the table


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    code: str
    cell: Cell
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One dimension: its groups in their order, and those the chart draws, the largest change first."""

    title: Any
    groups: list[Group]
    is_ordered: bool  # ages and sizes keep their order

    @property
    def drawn(self) -> list[Group]:
        if self.is_ordered:
            return self.groups
        return sorted(self.groups, key=_by_change)[:DRAWN]

    @property
    def widest(self) -> int:
        return max([1, *(max(one.cell.benefit_now, one.cell.benefit_then) for one in self.drawn)])


def _by_change(group: Group) -> tuple[bool, int, int]:
    """The largest change first; what stands for many small groups last."""
    return group.is_rest, -abs(group.cell.difference), -group.cell.benefit_now


def tables(tally: Tally) -> list[Table]:
    return [Table(TITLES[name], list(_groups(name, tally.groups(name))), name in ORDERED) for name in DIMENSIONS]


def _groups(dimension: str, cells: dict[str, Cell]) -> Iterator[Group]:
    names = service_names(set(cells) - {OTHERS}) if dimension == "service" else {}
    for group, cell in cells.items():
        if group == OTHERS:
            yield Group(_("Small groups together"), "", cell, is_rest=True)
        elif dimension == "service":
            yield Group(names.get(group, group), group, cell)
        else:
            yield Group(_name(dimension, group), "", cell)


def _name(dimension: str, group: str) -> str:
    if not group:
        return _("not recorded")
    if dimension == "age":
        words = group.lstrip("0") if not group.startswith("00") else group.removeprefix("0")
        return _("%(ages)s years", ages=words.replace("–0", "–"))
    if dimension == "size":
        number = int(group.rstrip("+"))
        return ngettext("%(people)s person", "%(people)s people", number, people=group)
    return group


def headline(whole: Cell) -> str:
    """What it would have cost, in one sentence."""
    if not whole.difference:
        return _("The fund would have paid the same.")
    share = abs(whole.difference) / whole.benefit_now * 100 if whole.benefit_now else 0
    figures = {"amount": f"{amount(abs(whole.difference))}\u00a0{fund().currency.code}", "share": percentage(share, 2)}
    if whole.difference > 0:
        return _("The fund would have paid %(amount)s more (%(share)s).", **figures)
    return _("The fund would have paid %(amount)s less (%(share)s).", **figures)


def signed(minor: int) -> Any:
    """A difference with its sign; zero has none."""
    return bdi(f"+{amount(minor)}") if minor > 0 else money(minor)


COLUMNS = ("benefit", "member_share", "write_off", "undecided")


def file_head() -> list[Any]:
    currency = fund().currency.code
    sums = [_("Fund pays"), _("Member pays"), _("Written off"), _("Undecided")]
    both = [f"{name}, {when}, {currency}" for name in sums for when in (_("now"), _("then"))]
    asked = _("Asked")
    people = [_("People"), _("Get more"), _("Get less"), _("Lines"), _("Lines changed")]
    return [_("Table"), _("Group"), _("Code"), *people, f"{asked}, {currency}", *both]


def file_rows(tally: Tally) -> Iterable[list[Any]]:
    yield _file_row(_("All"), Group(_("All"), "", tally.whole))
    for table in tables(tally):
        for group in table.groups:
            yield _file_row(str(table.title), group)


def _file_row(title: str, group: Group) -> list[Any]:
    cell = group.cell
    people = [cell.people, cell.winners, cell.losers, cell.lines, cell.changed]
    both = [major(getattr(cell, f"{name}_{when}")) for name in COLUMNS for when in ("now", "then")]
    return [title, group.name, group.code, *people, major(cell.submitted_now), *both]
