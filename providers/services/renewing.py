"""The next period from the last file: what is still valid is taken over, what ran out or changed is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from core import audit, clock, events
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Conflict, Forbidden, InputErrors, Problem
from core.web.filters import day_words
from core.words import _l
from providers.models import Accreditation, Provider, ProviderDocument, Renewal
from providers.plan import plan_on
from providers.requirements import lasts, newest_paper
from providers.services.accreditation import must_be_registrar
from providers.services.facts import Source, take, unsaid
from providers.services.registration import STREAM
from providers.services.writing import tell_sent_back, write
from providers.states import DOCUMENT_KINDS, HELD, RENEWAL

ONE = dt.timedelta(days=1)
OPEN = ("draft", "submitted", "returned")


@dataclass(frozen=True, slots=True)
class Paper:
    """The newest of its kind; without one `document` is None. `is_valid`: on the first day of the next period."""

    kind: str
    document: ProviderDocument | None
    is_valid: bool


def open_renewal(provider: Provider) -> Renewal | None:
    return next((row for row in provider.renewals if row.state in OPEN), None)


def begins_on(provider: Provider, on: dt.date) -> dt.date | None:
    """The first day on which a renewal may be begun; None: there is nothing to renew, or one is open."""
    rules, last = plan_on(on), last_day(provider)
    if rules is None or last is None or provider.state not in HELD or provider.succession or open_renewal(provider):
        return None
    return last - dt.timedelta(days=rules.renewal_days)


def begin(provider: Provider, *, by: Actor, on: dt.date) -> Renewal:
    _must_be_own(provider, by)
    first = begins_on(provider, on)
    if first is None:
        raise Conflict(_l("There is no accreditation to renew, or its renewal has begun already."))
    if on < first:
        raise Conflict(_l("A renewal can be begun from %(day)s.", day=day_words(first)))
    row = Renewal(organisation_id=provider.organisation_id, state=RENEWAL.initial, begun_at=clock.now())
    db.session.add(row)
    db.session.flush()
    db.session.expire(provider, ["renewals"])
    return row


def first_day(renewal: Renewal, on: dt.date) -> dt.date:
    """The day after the last one if it was sent in time, however late it is decided; else the day itself."""
    last, sent_on = last_day(renewal.provider), _sent_on(renewal, on)
    return last + ONE if last is not None and sent_on <= last else on


def papers(renewal: Renewal, on: dt.date) -> list[Paper]:
    """What the plan asks for, then whatever else was shown before."""
    rules, first = plan_on(on), first_day(renewal, on)
    shown = {row.kind for row in renewal.provider.documents if row.valid_until is not None}
    kinds = dict.fromkeys((*(rules.papers if rules else ()), *(kind for kind in DOCUMENT_KINDS if kind in shown)))
    newest = {kind: newest_paper(renewal.provider, kind) for kind in kinds}
    return [Paper(kind, row, row is not None and lasts(row.valid_until, first)) for kind, row in newest.items()]


def missing(renewal: Renewal, on: dt.date) -> Iterable[Problem]:
    for paper in papers(renewal, on):
        if not paper.is_valid:
            name = DOCUMENT_KINDS[paper.kind]
            first = day_words(first_day(renewal, on))
            yield Problem("file", _l("%(paper)s: send one that is valid on %(day)s.", paper=name, day=first))
    yield from unsaid(renewal.provider.organisation_id, "renewal", "figures", _sent_on(renewal, on))


def submit(renewal: Renewal, *, changes: str, by: Actor, on: dt.date) -> None:
    """To the registrar; what has changed is said in words, “nothing” included."""
    _must_be_own(renewal.provider, by)
    target = RENEWAL.after(renewal.state, "submit")
    problems = list(missing(renewal, on))
    if not changes.strip():
        words = _l("Say what has changed in your people, sites or statutes, or write “nothing”.")
        problems.append(Problem("changes", words))
    if problems:
        raise InputErrors(problems)
    take(renewal.provider.organisation_id, "renewal", source=Source("renewal", renewal.provider.number))
    renewal.changes = changes.strip()
    renewal.submitted_at = renewal.submitted_at or clock.now()
    _move(renewal, target, Act.RENEWAL_SENT, "", by, [row.file.sha256 for row in renewal.provider.documents])


def grant(renewal: Renewal, *, valid_until: dt.date, reason: str, by: Actor, on: dt.date) -> Accreditation:
    """A new period that follows the last one without a gap and without a day twice."""
    provider = renewal.provider
    must_be_registrar(provider, by)
    target = RENEWAL.after(renewal.state, "grant")
    first = first_day(renewal, on)
    problems = list(missing(renewal, on))
    if valid_until < first:
        words = _l("The new period begins on %(day)s; its last day lies before.", day=day_words(first))
        problems.append(Problem("valid_until", words, valid_until.isoformat()))
    if not reason.strip():
        problems.append(Problem("reason", _l("Write the reason. It stands in the trail and in the letter.")))
    if problems:
        raise InputErrors(problems)
    row = Accreditation(
        organisation_id=provider.organisation_id, valid_from=first, valid_until=valid_until,
        decided_by=by.person, decided_at=clock.now(), reason=reason.strip(),
    )  # fmt: skip
    db.session.add(row)
    _move(renewal, target, Act.PROVIDER_ACCREDITED, reason, by, [first.isoformat(), valid_until.isoformat()])
    data = {"organisation_id": provider.organisation_id}
    events.publish("provider.accredited", provider.number, effective_from=first, data=data)
    db.session.expire(provider, ["accreditations"])
    write(provider, "renewed", reason=reason, by=by, days=(first, valid_until))
    return row


def answer(renewal: Renewal, action: str, *, reasons: str, by: Actor) -> None:
    """`send_back` or `refuse`: the provider reads why."""
    must_be_registrar(renewal.provider, by)
    target = RENEWAL.after(renewal.state, action)
    if not reasons.strip():
        raise InputErrors.at("reasons", _l("Say what must be mended, or why not. The cooperative reads it."))
    renewal.note = reasons.strip()
    _move(renewal, target, Act.RENEWAL_ANSWERED, reasons, by)
    if target == "refused":
        write(renewal.provider, "renewal_refused", reason=reasons, by=by)
    else:
        tell_sent_back(renewal.provider, None)


def _sent_on(renewal: Renewal, on: dt.date) -> dt.date:
    """The day it was sent first; not yet: the day itself."""
    return clock.local_day(renewal.submitted_at, fund().zone) if renewal.submitted_at else on


def last_day(provider: Provider) -> dt.date | None:
    return max((row.valid_until for row in provider.accreditations), default=None)


def _must_be_own(provider: Provider, by: Actor) -> None:
    if by.organisation_id != provider.organisation_id:
        raise Forbidden(_l("Only people of this organisation can renew its accreditation."))


def _move(renewal: Renewal, target: str, act: Act, reason: str, by: Actor, shown: Iterable[str] = ()) -> None:
    before, renewal.state = {"state": renewal.state}, target
    db.session.flush()
    after = {"state": target, "shown": list(shown)}
    subject = renewal.provider.number
    audit.record(STREAM, act, subject, by=by, reason=reason.strip(), before=before, after=after)
