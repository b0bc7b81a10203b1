"""Each role's home is the list of work to do; rooms hand in their lists, so that nothing is called upwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from core.actors import Actor
from core.roles import Role
from core.web.access import permission_of, permits


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One row of work. `bucket`: today, week, waiting, or told (nothing to do); `shape`: a status shape of the look."""

    title: Any
    url: str
    context: Any = ""
    due: Any = ""
    bucket: str = "today"
    shape: str = "open"
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """One numbered lozenge on the thread: its word, its count, the list behind it."""

    label: Any
    count: int
    url: str
    is_yours: bool = False


@dataclass(frozen=True, slots=True)
class NextDate:
    """A knot of the timeline beside the work."""

    when: dt.date | dt.datetime
    text: Any
    state: str = "ahead"
    url: str = ""


WorkList = Callable[[Actor], Iterable[WorkItem]]
_lists: dict[Role, list[WorkList]] = {}
_stages: dict[Role, Callable[[Actor], Iterable[Stage]]] = {}
_actions: dict[Role, Callable[[], list[dict[str, Any]]]] = {}
_dates: dict[Role, list[Callable[[Actor], Iterable[NextDate]]]] = {}


def add_work_list(role: Role, work: WorkList) -> None:
    if work not in _lists.setdefault(role, []):
        _lists[role].append(work)


def set_stages(role: Role, stages: Callable[[Actor], Iterable[Stage]]) -> None:
    _stages[role] = stages


def set_actions(role: Role, actions: Callable[[], list[dict[str, Any]]]) -> None:
    """The buttons of a role's home, as arguments of the macro `button`."""
    _actions[role] = actions


def actions_of(actor: Actor) -> list[dict[str, Any]]:
    """The first role that has buttons gives them: one primary button per view; none to who acts under a mandate."""
    if actor.mandate is not None:
        return []
    return next((_actions[role]() for role in Role if role in actor.roles and role in _actions), [])


def add_next_dates(role: Role, dates: Callable[[Actor], Iterable[NextDate]]) -> None:
    if dates not in _dates.setdefault(role, []):
        _dates[role].append(dates)


def work_of(actor: Actor) -> list[WorkItem]:
    """Everything `actor` has to do, urgent first, in the order the rooms gave it."""
    lists = dict.fromkeys(work for role in Role if role in actor.roles for work in _lists.get(role, []))
    items = [item for work in lists for item in work(actor) if opens(item.url, actor)]
    return sorted(items, key=lambda item: not item.is_urgent)


def opens(url: str, who: Actor) -> bool:
    """Whether the page behind an address is among those that a mandate opens; without one, every list is its own."""
    if who.mandate is None:
        return True
    if not url:
        return False
    endpoint, _values = current_app.url_map.bind("").match(urlsplit(url).path)
    permission = permission_of(current_app.view_functions[endpoint])
    return permission is None or permits(permission, who)


def stages_of(actor: Actor) -> list[Stage]:
    return [stage for role in Role if role in actor.roles and role in _stages for stage in _stages[role](actor)]


def next_dates_of(actor: Actor) -> list[NextDate]:
    found = dict.fromkeys(source for role in Role if role in actor.roles for source in _dates.get(role, []))
    dates = [date for source in found for date in source(actor) if opens(date.url, actor)]
    told = {(date.when, str(date.text)): date for date in dates}
    return sorted(told.values(), key=lambda date: date.when.isoformat())[:8]
