"""Mandates: a federation acts for a cooperative that is its member, in the verbs and days that its manager gave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import audit, clock
from core.actors import Actor, Mandated
from core.acts import Act
from core.config import fund
from core.db import BigId, Instant, Json, Model, db
from core.errors import Conflict, Forbidden, InputErrors, NotFound, Problem
from core.organisations import Organisation
from core.permissions import MANDATED
from core.roles import Role
from core.words import _l

DESK = (Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK)
VERBS = {
    "bid": _l("Write and send bids"),
    "claims": _l("Send claims, answer and appeal"),
    "papers": _l("Keep the registration and its papers"),
}


class Mandate(Model):
    """Given by a manager of `organisation`, to the people of the federation `agent`; revoked at once, never changed."""

    __tablename__ = "mandate"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True, comment="for whom")
    agent_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True, comment="the federation")
    verbs: Mapped[Any] = mapped_column(Json, comment="[bid, claims, papers]")
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date | None] = mapped_column(Date)
    given_by: Mapped[str] = mapped_column(String(60), comment="person")
    given_at: Mapped[dt.datetime] = mapped_column(Instant)
    revoked_by: Mapped[str | None] = mapped_column(String(60), comment="person")
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    agent: Mapped[Organisation] = relationship(foreign_keys=[agent_id])

    __table_args__ = (
        CheckConstraint("organisation_id <> agent_id", name="another"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked"),
    )


def federations() -> Sequence[Organisation]:
    query = select(Organisation).where(Organisation.legal_form == "federation").order_by(Organisation.name)
    return db.session.execute(query).scalars().all()


def given(organisation_id: int | None) -> Sequence[Mandate]:
    """By this organisation, the newest first."""
    query = select(Mandate).where(Mandate.organisation_id == organisation_id).order_by(Mandate.id.desc())
    return db.session.execute(query).scalars().all()


def held(agent_id: int | None, on: dt.date) -> Sequence[Mandate]:
    """By this federation, in force on the day, by the name of whom it may act for."""
    query = select(Mandate).join(Mandate.organisation).where(Mandate.agent_id == agent_id, Mandate.revoked_at.is_(None))
    query = query.where(Mandate.valid_from <= on, or_(Mandate.valid_until.is_(None), Mandate.valid_until >= on))
    return db.session.execute(query.order_by(Organisation.name, Mandate.id)).scalars().all()


def give(
    agent_id: int | None, verbs: Collection[str], *, valid_from: dt.date, valid_until: dt.date | None, by: Actor
) -> Mandate:
    """For the manager's own organisation, to the federation that it is a member of."""
    if not by.has(Role.PROVIDER_MANAGER) or by.organisation_id is None or by.mandate is not None:
        raise Forbidden(_l("Only a manager gives a mandate, for the own organisation."))
    own, agent = (db.session.get(Organisation, key or 0) for key in (by.organisation_id, agent_id))
    if problems := _problems(own, agent, verbs, valid_from, valid_until):
        raise InputErrors(problems)
    row = Mandate(
        organisation_id=by.organisation_id, agent_id=agent_id, verbs=sorted(verbs), valid_from=valid_from,
        valid_until=valid_until, given_by=by.person, given_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _note(row, Act.MANDATE_GIVEN, by)
    return row


def revoke(key: int, *, by: Actor) -> None:
    """At once: whoever acts under it acts for itself with the next click."""
    row = db.session.get(Mandate, key)
    if row is None or row.organisation_id != by.organisation_id or by.mandate is not None:
        raise NotFound(_l("There is no such mandate."))
    if not by.has(Role.PROVIDER_MANAGER):
        raise Forbidden(_l("Only a manager revokes a mandate."))
    if row.revoked_at is not None:
        raise Conflict(_l("This mandate is revoked already."))
    row.revoked_by, row.revoked_at = by.person, clock.now()
    db.session.flush()
    _note(row, Act.MANDATE_REVOKED, by)


def acting(own: Actor, key: int) -> Actor | None:
    """Who `own` is under a mandate that holds today: a clerk for another, signing with person, federation and for whom.

    None: it holds no more, or was never for this federation's desk.
    """
    row = next((row for row in held(own.organisation_id, clock.today(fund().zone)) if row.id == key), None)
    if row is None or not own.has(*DESK):
        return None
    name = f"{own.name[:60]}, {row.agent.number} for {row.organisation.number}"
    verbs = frozenset(verb for verb in row.verbs if verb in MANDATED)
    mandated = Mandated(row.agent_id, verbs)
    return Actor(
        own.account_id, own.person, name, frozenset({Role.PROVIDER_CLERK}), row.organisation_id, mandate=mandated
    )


def _problems(
    own: Organisation | None,
    agent: Organisation | None,
    verbs: Collection[str],
    valid_from: dt.date,
    valid_until: dt.date | None,
) -> list[Problem]:
    found = []
    if agent is None or own is None or agent.legal_form != "federation" or agent.id == own.id:
        found.append(Problem("agent", _l("Choose a federation from the list.")))
    elif own.federation_id not in (None, agent.id):
        found.append(Problem("agent", _l("Your organisation is a member of another federation.")))
    if not verbs or not set(verbs) <= VERBS.keys():
        found.append(Problem("verbs", _l("Say for what the federation may act.")))
    if valid_from < clock.today(fund().zone):
        found.append(Problem("valid_from", _l("A mandate begins today or later."), valid_from.isoformat()))
    if valid_until is not None and valid_until < valid_from:
        found.append(Problem("valid_until", _l("The last day lies before the first."), valid_until.isoformat()))
    return found


def _note(row: Mandate, act: Act, by: Actor) -> None:
    after = {
        "mandate": row.id, "federation": row.agent.number, "for": row.organisation.number, "verbs": row.verbs,
        "from": row.valid_from.isoformat(), "until": row.valid_until.isoformat() if row.valid_until else "",
    }  # fmt: skip
    audit.record("access", act, f"organisation {row.organisation_id}", by=by, after=after)
