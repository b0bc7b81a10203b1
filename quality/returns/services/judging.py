"""The fund looks: verified as the papers show it, sent back with what is wrong, or rejected; never by who sent it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import Forbidden, InputErrors, Problem
from core.words import _l
from quality.names import STREAM
from quality.returns import queries, telling
from quality.returns.asked import Ask, ReturnsPlan, Table
from quality.returns.models import QualityReturn, ReturnRow
from quality.returns.states import JUDGES, RETURN
from quality.returns.tables import Said, counted, totals
from quality.scoring.settlement import VerificationTerms, deduction

Seen = Mapping[str, Decimal]
"""Code of a row → what its papers show in place of what was said."""
SIXTH = Decimal("0.000001")


def verify(
    row: QualityReturn, ask: Ask, rules: ReturnsPlan, terms: VerificationTerms, *, seen: Seen, decision: str,
    excused: str = "", by: Actor,
) -> None:  # fmt: skip
    """`seen` may name any row. Where the plan cuts over-claims, the share cut follows the rows that were looked at."""
    row = _judged(row, by)
    target = RETURN.after(row.state, "verify")
    if problems := _problems(row, ask, seen, decision):
        raise InputErrors(problems)
    for one in row.rows:
        one.seen_part = seen.get(one.subject)
    as_seen = [seen_of(one, ask) for one in row.rows]
    row.verified_numerator, row.verified_denominator = totals(ask, as_seen, rules)
    row.deduction = _deduction(row, ask, rules, terms) if ask.has_deduction else Decimal(0)
    row.excused = excused.strip() if row.is_late else ""
    _decide(row, target, decision, by)
    _replace_before(row)
    after = row.named | {
        "numerator": f"{row.verified_numerator.normalize():f}", "deduction": f"{row.deduction.normalize():f}",
        "changed": len(seen), "counts": row.counts,
    }  # fmt: skip
    audit.record(STREAM, Act.RETURN_VERIFIED, row.number, by=by, reason=row.decision, after=after)
    telling.tell_decision(row)


def send_back(row: QualityReturn, *, decision: str, by: Actor) -> None:
    """The provider corrects it in a new version, within the plan's days."""
    _refuse(row, "return", Act.RETURN_SENT_BACK, decision, by)


def reject(row: QualityReturn, *, decision: str, by: Actor) -> None:
    """It does not count."""
    _refuse(row, "reject", Act.RETURN_REJECTED, decision, by)


def seen_of(one: ReturnRow, ask: Ask) -> Said:
    """The row as its papers show it; of figures it is the figure itself that was looked at."""
    if one.seen_part is None:
        return one.said
    return replace(one.said, whole=one.seen_part) if ask.table is Table.FACTS else replace(one.said, part=one.seen_part)


def over_claimed(claimed: Fraction, verified: Fraction, terms: VerificationTerms) -> Fraction:
    """The share cut where more was said than seen. Nothing verified leaves nothing to cut."""
    return deduction(claimed, verified, terms) if 0 < verified < claimed else Fraction(0)


def _deduction(row: QualityReturn, ask: Ask, rules: ReturnsPlan, terms: VerificationTerms) -> Decimal:
    """From the rows that were drawn or changed: what was said of them beside what was seen."""
    looked = [one for one in row.rows if one.is_sampled or one.seen_part is not None]
    said = sum((Fraction(one.met) for one in counted(ask, [one.said for one in looked], rules)), Fraction(0))
    seen = sum((Fraction(one.met) for one in counted(ask, [seen_of(one, ask) for one in looked], rules)), Fraction(0))
    share = over_claimed(said, seen, terms)
    return (Decimal(share.numerator) / Decimal(share.denominator)).quantize(SIXTH)


def _problems(row: QualityReturn, ask: Ask, seen: Seen, decision: str) -> Sequence[Problem]:
    known = {one.subject: one for one in row.rows}
    problems = [
        Problem(f"seen-{code}", _l("This row is not in the return."), code) for code in seen if code not in known
    ]
    problems += [
        Problem(f"seen-{code}", _l("The papers cannot show more hours than the row has."), f"{figure:f}")
        for code, figure in seen.items()
        if code in known and ask.table is Table.HOURS and figure > known[code].whole
    ]
    problems += [
        Problem(f"seen-{code}", _l("Write a number that is not below 0."), f"{figure:f}")
        for code, figure in seen.items()
        if figure < 0
    ]
    if not decision.strip():
        problems.append(Problem("decision", _l("Say what you looked at: papers, rows, day.")))
    return problems


def _judged(row: QualityReturn, by: Actor) -> QualityReturn:
    row = queries.locked(row)
    if not by.has(*JUDGES) or by.organisation_id is not None:
        raise Forbidden(_l("An auditor or inspector of the fund judges a return."))
    by.must_differ_from([row.sent_by or ""], _l("You sent it, so someone else must judge it."))
    return row


def _refuse(row: QualityReturn, action: str, act: Act, decision: str, by: Actor) -> None:
    row = _judged(row, by)
    target = RETURN.after(row.state, action)
    if not decision.strip():
        raise InputErrors.at("decision", _l("Say what is wrong. The provider reads it."))
    _decide(row, target, decision, by)
    audit.record(STREAM, act, row.number, by=by, reason=row.decision, after=row.named)
    telling.tell_decision(row)


def _decide(row: QualityReturn, target: str, decision: str, by: Actor) -> None:
    row.state, row.decision = target, decision.strip()
    row.decided_by, row.decided_by_name, row.decided_at = by.person, by.name, clock.now()
    db.session.flush()


def _replace_before(row: QualityReturn) -> None:
    """Of a number one verified version counts."""
    for older in queries.versions(row.number):
        if older.version < row.version and older.state != "replaced":
            older.state = RETURN.after(older.state, "replace")
    db.session.flush()
