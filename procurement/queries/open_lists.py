"""What is read about open lists. Providers see published ones; a list of restricted services only who knows of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import selectinload

from core import clock
from core.actors import Actor
from core.among import among
from core.config import fund
from core.db import db
from core.restricted import restricted_services, sees_restricted
from procurement.models.contract import Contract
from procurement.models.list_application import ListAppeal, ListApplication
from procurement.models.open_list import OpenList, OpenListLine, OpenListVersion
from procurement.states.open_list import ON_THE_LIST, UNDECIDED


def open_list_by_number(number: str, *, is_published: bool = False, who: Actor | None = None) -> OpenList | None:
    """`who` None: the house itself."""
    query = select(OpenList).where(OpenList.number == number, *_known(who)).options(selectinload(OpenList.lines))
    if is_published:
        query = query.where(OpenList.state != "draft")
    return db.session.execute(query).scalar_one_or_none()


def open_list_of(contract: Contract, who: Actor) -> OpenList | None:
    """The list that the contract came about by, if it is one of ours and `who` may know of it."""
    if contract.origin != "open_list":
        return None
    return open_list_by_number(contract.origin_reference, who=who)


def hold(open_list: OpenList) -> None:
    """The row and its prices as they are now, held until the end of the transaction: terms change one at a time."""
    db.session.refresh(open_list, with_for_update=True)
    db.session.expire(open_list, ["lines"])


def open_lists(who: Actor | None = None, *, is_published: bool = False) -> Sequence[OpenList]:
    """Drafts first, then by title."""
    query = select(OpenList).where(*_known(who)).options(selectinload(OpenList.lines))
    if is_published:
        query = query.where(OpenList.state == "published")
    return db.session.execute(query.order_by(OpenList.state != "draft", OpenList.title)).scalars().all()


def public_lists() -> Sequence[OpenList]:
    """What anyone may know of: published, and without restricted services."""
    query = select(OpenList).where(OpenList.state != "draft", ~_is_restricted()).options(selectinload(OpenList.lines))
    return db.session.execute(query.order_by(OpenList.state != "published", OpenList.title)).scalars().all()


def public_list(number: str) -> OpenList | None:
    return next((row for row in public_lists() if row.number == number), None)


def admitted(open_list: OpenList, on: dt.date) -> Sequence[ListApplication]:
    """Who is on the list that day, by name: also who leaves later."""
    query = select(ListApplication).where(
        ListApplication.open_list_id == open_list.id,
        ListApplication.admitted_on <= on,
        or_(ListApplication.ended_on.is_(None), ListApplication.ended_on >= on),
    )
    rows = db.session.execute(query.options(selectinload(ListApplication.contract))).scalars().all()
    return sorted(rows, key=lambda row: row.organisation.name)


def on_the_list(open_list: OpenList) -> Sequence[ListApplication]:
    """Admitted and suspended, with their contracts."""
    query = _of(open_list).where(ListApplication.state.in_(ON_THE_LIST)).order_by(ListApplication.number)
    with_lines = selectinload(ListApplication.contract).selectinload(Contract.lines)
    return db.session.execute(query.options(with_lines)).scalars().all()


def followers(open_list: OpenList) -> list[Contract]:
    """Contracts that take the prices of the list: of who was admitted, and those that came in as opening records."""
    joined = [row.contract for row in on_the_list(open_list) if row.state == "admitted"]
    return [row for row in (*joined, *_opened_under(open_list)) if row is not None]


def _opened_under(open_list: OpenList) -> Sequence[Contract]:
    query = select(Contract).where(
        Contract.origin == "open_list", Contract.origin_reference == open_list.number, Contract.opened_from != "",
        Contract.state == "active",
    )  # fmt: skip
    rows = db.session.execute(query.options(selectinload(Contract.lines)).order_by(Contract.number)).scalars()
    return [row for row in rows if not row.is_bounded]


def lists_of(contracts: Collection[Contract]) -> dict[str, OpenList]:
    """Published lists of ours that these contracts name, by number, with their prices."""
    named = {row.origin_reference for row in contracts if row.origin == "open_list"}
    query = select(OpenList).where(among(OpenList.number, named), OpenList.state == "published")
    rows = db.session.execute(query.options(selectinload(OpenList.lines)).order_by(OpenList.number)).scalars()
    return {row.number: row for row in rows}


def applications(open_list: OpenList) -> Sequence[ListApplication]:
    """All of them, the latest first."""
    return db.session.execute(_of(open_list).order_by(ListApplication.submitted_at.desc())).scalars().all()


def undecided(open_list: OpenList) -> Sequence[ListApplication]:
    query = _of(open_list).where(ListApplication.state.in_(UNDECIDED))
    return db.session.execute(query.order_by(ListApplication.submitted_at)).scalars().all()


def to_confirm(open_list: OpenList) -> Sequence[ListApplication]:
    """Who is on the list or applied, and has not confirmed the terms as they stand."""
    query = _of(open_list).where(ListApplication.state.in_((*UNDECIDED, *ON_THE_LIST)))
    query = query.where(ListApplication.confirmed_version < open_list.version)
    return db.session.execute(query.order_by(ListApplication.number)).scalars().all()


def waiting(who: Actor, states: Collection[str]) -> Sequence[ListApplication]:
    """Applications in these states that this officer may know of, the oldest first."""
    query = select(ListApplication).join(ListApplication.open_list).where(*_known(who))
    query = query.where(ListApplication.state.in_(states)).options(selectinload(ListApplication.open_list))
    return db.session.execute(query.order_by(ListApplication.submitted_at)).scalars().all()


def application(number: str, organisation_id: int | None, who: Actor) -> ListApplication | None:
    """`organisation_id` given: that provider's own, nobody else's."""
    query = select(ListApplication).join(ListApplication.open_list).where(ListApplication.number == number)
    if organisation_id is not None:
        query = query.where(ListApplication.organisation_id == organisation_id)
    return db.session.execute(query.where(*_known(who))).scalar_one_or_none()


def own_applications(organisation_id: int | None) -> Sequence[ListApplication]:
    """Of one provider, the latest first."""
    query = select(ListApplication).where(ListApplication.organisation_id == (organisation_id or 0))
    query = query.options(selectinload(ListApplication.open_list)).order_by(ListApplication.submitted_at.desc())
    return db.session.execute(query).scalars().all()


def living_application(open_list: OpenList, organisation_id: int) -> ListApplication | None:
    """Undecided, or on the list."""
    query = _of(open_list).where(ListApplication.organisation_id == organisation_id)
    query = query.where(ListApplication.state.in_((*UNDECIDED, *ON_THE_LIST)))
    return db.session.execute(query).scalar_one_or_none()


def last_application(open_list: OpenList, organisation_id: int) -> ListApplication | None:
    query = _of(open_list).where(ListApplication.organisation_id == organisation_id)
    return db.session.execute(query.order_by(ListApplication.id.desc()).limit(1)).scalar_one_or_none()


def gathered(open_list: OpenList) -> int:
    """Applications sent by the list's day to count, also those that were withdrawn since."""
    query = select(ListApplication.submitted_at).where(ListApplication.open_list_id == open_list.id)
    sent = db.session.execute(query).scalars().all()
    last = open_list.gathers_until
    return sum(last is None or clock.local_day(at, fund().zone) <= last for at in sent)


def gathering_ended(today: dt.date) -> Sequence[str]:
    """Numbers of open lists whose days to gather are over."""
    query = select(OpenList.number).where(OpenList.state == "published", OpenList.gathers_until < today)
    return db.session.execute(query.order_by(OpenList.number)).scalars().all()


def versions(open_list: OpenList) -> Sequence[OpenListVersion]:
    """Published ones, the latest first."""
    query = select(OpenListVersion).where(OpenListVersion.open_list_id == open_list.id)
    query = query.where(OpenListVersion.state == "published").order_by(OpenListVersion.version.desc())
    return db.session.execute(query).scalars().all()


def proposed_change(open_list: OpenList) -> OpenListVersion | None:
    query = select(OpenListVersion).where(OpenListVersion.open_list_id == open_list.id)
    return db.session.execute(query.where(OpenListVersion.state == "proposed")).scalar_one_or_none()


def proposed_changes(who: Actor) -> Sequence[OpenListVersion]:
    query = select(OpenListVersion).join(OpenListVersion.open_list).where(OpenListVersion.state == "proposed")
    return db.session.execute(query.where(*_known(who)).order_by(OpenListVersion.proposed_at)).scalars().all()


def appeals_of(row: ListApplication) -> Sequence[ListAppeal]:
    query = select(ListAppeal).where(ListAppeal.application_id == row.id)
    return db.session.execute(query.order_by(ListAppeal.id.desc())).scalars().all()


def appeals_since(row: ListApplication, at: dt.datetime | None) -> Sequence[ListAppeal]:
    """Those about the decision of that instant."""
    return [appeal for appeal in appeals_of(row) if at is None or appeal.made_at >= at]


def pending_appeals(who: Actor) -> Sequence[ListAppeal]:
    query = select(ListAppeal).join(ListAppeal.application).join(ListApplication.open_list)
    query = query.where(ListAppeal.state == "pending", *_known(who)).order_by(ListAppeal.made_at)
    return db.session.execute(query).scalars().all()


def veiled(subjects: Collection[str]) -> set[str]:
    """Numbers among `subjects` of lists of restricted services, and of applications to them."""
    lists = select(OpenList.number).where(among(OpenList.number, subjects), _is_restricted())
    sent = select(ListApplication.number).join(ListApplication.open_list)
    sent = sent.where(among(ListApplication.number, subjects), _is_restricted())
    return {*db.session.execute(lists).scalars(), *db.session.execute(sent).scalars()}


def _of(open_list: OpenList) -> Select[ListApplication]:
    return select(ListApplication).where(ListApplication.open_list_id == open_list.id)


def _known(who: Actor | None) -> list[Any]:
    return [] if who is None or sees_restricted(who) else [~_is_restricted()]


def _is_restricted() -> Any:
    """A line is: such services stand on a list of their own."""
    lines = select(OpenListLine.id).where(OpenListLine.open_list_id == OpenList.id)
    return exists(lines.where(OpenListLine.service.in_(restricted_services())))
