"""Cover entered by a person: a spell with its waiting days."""

from __future__ import annotations

import datetime as dt

from core import audit, clock, events
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import InputErrors
from core.words import _l
from members.models import COVER_STATES, Cover, CoverWait, Member
from members.people import Spell
from members.waiting import CREDITING, Span, cover_plan


def add_cover(
    member: Member, spell: Spell, *, by: Actor, evidence: str = "form", at: dt.datetime | None = None
) -> Cover:
    """Enter a spell (basis `entered`); its waits follow from the plan. Raises InputErrors naming the day."""
    if problem := spell_problem(spell, member.born_on, member.died_on, [_spell(row) for row in member.covers]):
        raise problem
    earlier = [Span(row.valid_from, row.valid_until) for row in member.covers if row.state in CREDITING]
    waits = cover_plan(spell.valid_from).waits(spell.package, spell.valid_from, earlier, member.born_on)
    row = Cover(
        member=member,
        package=spell.package,
        valid_from=spell.valid_from,
        valid_until=spell.valid_until,
        state=spell.state,
        basis="entered",
        source=evidence,
        created_at=at or clock.now(),
        waits=[CoverWait(benefit_group=group, waiting_until=until) for group, until in waits.items()],
    )
    db.session.add(row)
    db.session.flush()
    after = {"package": spell.package, "from": spell.valid_from, "until": spell.valid_until, "basis": "entered"}
    audit.record("members", Act.COVER_ENTERED, member.public_id, by=by, reason=evidence, after=after)
    tell_change(member, spell.valid_from)
    return row


def correct_cover(
    row: Cover,
    *,
    valid_from: dt.date,
    valid_until: dt.date | None,
    state: str,
    evidence: str,
    by: Actor,
) -> None:
    """Set right a spell that stands: its days and its state. Waiting days follow its first day again."""
    if state not in COVER_STATES:
        raise InputErrors.at("state", _l("Choose active, in grace, suspended or lapsed."), state)
    member, spell = row.member, Spell(row.package, valid_from, valid_until, state)
    others = [other for other in member.covers if other is not row]
    if problem := spell_problem(spell, member.born_on, member.died_on, [_spell(other) for other in others]):
        raise problem
    before = {"from": row.valid_from, "until": row.valid_until, "state": row.state}
    first = _first_change(row, spell)
    if valid_from != row.valid_from:
        earlier = [Span(other.valid_from, other.valid_until) for other in others if other.state in CREDITING]
        waits = cover_plan(valid_from).waits(row.package, valid_from, earlier, member.born_on)
        row.waits = [CoverWait(benefit_group=group, waiting_until=until) for group, until in waits.items()]
    row.valid_from, row.valid_until, row.state, row.source = valid_from, valid_until, state, evidence
    db.session.flush()
    after = {"from": valid_from, "until": valid_until, "state": state}
    audit.record("members", Act.COVER_CORRECTED, member.public_id, by=by, reason=evidence, before=before, after=after)
    tell_change(member, first)


def _first_change(row: Cover, spell: Spell) -> dt.date:
    """The first day on which the corrected spell says something else."""
    if (row.valid_from, row.state) != (spell.valid_from, spell.state):
        return min(row.valid_from, spell.valid_from)
    last = min(row.valid_until or dt.date.max, spell.valid_until or dt.date.max)
    return last + dt.timedelta(days=1) if last < dt.date.max else row.valid_from


def tell_change(member: Member, effective_from: dt.date) -> None:
    """Say upwards that this member's cover is another one from that day on."""
    data = {"member_ids": [member.id]}
    events.publish("members.cover_changed", member.public_id, effective_from=effective_from, data=data)


def spell_problem(spell: Spell, born_on: dt.date, died_on: dt.date | None, others: list[Spell]) -> InputErrors | None:
    """What is wrong with a spell beside a life and the spells that stand, or None."""
    if spell.valid_until and spell.valid_until < spell.valid_from:
        return InputErrors.at("cover_until", _l("Cover ends before it begins."), spell.valid_until)
    if spell.valid_until and spell.valid_until < born_on:
        return InputErrors.at("cover_until", _l("Cover ends before the day of birth."), spell.valid_until)
    if died_on and spell.valid_from > died_on:
        return InputErrors.at("cover_from", _l("Cover begins after the day of death."), spell.valid_from)
    for other in others:
        if other.package == spell.package and _overlap(spell, other):
            message = _l(
                "Cover under %(package)s from %(day)s runs on these days already.",
                package=other.package,
                day=other.valid_from.isoformat(),
            )
            return InputErrors.at("cover_from", message, spell.valid_from)
    return None


def _overlap(one: Spell, other: Spell) -> bool:
    last = dt.date.max
    return one.valid_from <= (other.valid_until or last) and other.valid_from <= (one.valid_until or last)


def _spell(row: Cover) -> Spell:
    return Spell(row.package, row.valid_from, row.valid_until, row.state)
