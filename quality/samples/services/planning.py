"""Before anything is drawn: what the frame holds, how many lines, how close the answer will be; then announce it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from math import ceil

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import DomainError, InputErrors, Problem
from core.numbers import next_number
from core.words import _l
from providers.models import Provider
from quality.audit_cases.queries import audit_case
from quality.names import STREAM
from quality.samples import drawing, sizes, strata
from quality.samples.drawing import Stratum
from quality.samples.estimators import Part, estimate, part_of
from quality.samples.models import AuditSample
from quality.samples.plan import SampleRules, rules_in_force
from quality.samples.queries.contracts import recovery_rules
from quality.samples.queries.frames import FrameLine, frame_lines
from quality.samples.states import COVERED, DESIGNS, SAMPLE, Design

LEAST = 2
"""Fewer lines say nothing about how lines differ."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the auditor asks for. `size` None: as the plan's precision needs; `variation`: of a probe, for `variable`;
    `certain_from`: minor units; `source` and `source_on`: what will give the words, and on which day."""

    design: str
    valid_from: dt.date
    valid_until: dt.date
    covered: str = "paid"
    services: tuple[str, ...] = ()
    size: int | None = None
    variation: float | None = None
    certain_from: int | None = None
    source: str = ""
    source_on: dt.date | None = None
    case: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """Nothing is kept yet. `precision`: ± on a share or on the mean error as a part of itself; None: an upper limit."""

    lines: list[FrameLine]
    rules: SampleRules
    strata: list[Stratum]
    size: int
    precision: float | None

    @property
    def value(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def persons(self) -> int:
        return len({line.member_id for line in self.lines})

    @property
    def spares(self) -> int:
        return sum(stratum.spares for stratum in self.strata)


def preview(provider: Provider, wanted: Wanted, *, by: Actor) -> Preview:
    """The frame as it is now, and the sizes that the plan's numbers give. Raises InputErrors, DomainError."""
    if problems := [*_problems(wanted)]:
        raise InputErrors(problems)
    agreed = recovery_rules(provider.organisation_id, wanted.valid_until, wanted.services)
    rules = replace(rules_in_force(clock.today(fund().zone)), contracts=agreed)
    lines = frame_lines(
        provider.organisation_id, wanted.valid_from, wanted.valid_until, covered=wanted.covered,
        services=wanted.services, known_to=by,
    )  # fmt: skip
    if not lines:
        raise DomainError(_l("No decided claim line of this provider lies in these days. There is nothing to draw."))
    size = min(max(LEAST, wanted.size or _size(wanted, rules, len(lines))), len(lines))
    layers = _layers(wanted, rules, [line.amount for line in lines], size)
    if wanted.design == Design.STRATIFIED:
        size = sum(stratum.size for stratum in layers)
    return Preview(lines, rules, layers, size, _precision(wanted, rules, lines, layers, size))


def announce(provider: Provider, wanted: Wanted, *, by: Actor) -> AuditSample:
    """Freeze the frame, and say in public what will give the words on a day to come; nobody can know them yet."""
    today = clock.today(fund().zone)
    if problems := [*_problems(wanted), *_announcement_problems(wanted, today)]:
        raise InputErrors(problems)
    found = preview(provider, wanted, by=by)
    key = secrets.token_hex(32)
    marks = sorted((drawing.opaque(key, line.line), line) for line in found.lines)
    frame = drawing.freeze((mark, line.amount) for mark, line in marks)
    row = AuditSample(
        number=next_number("AS", today.year),
        organisation_id=provider.organisation_id,
        case_number=wanted.case or None,
        state=SAMPLE.initial,
        design=wanted.design,
        covered=wanted.covered,
        services=sorted(wanted.services),
        valid_from=wanted.valid_from,
        valid_until=wanted.valid_until,
        frame=frame.text,
        frame_lines="".join(f"{line.line}\n" for _mark, line in marks),
        frame_key=key,
        frame_hash=frame.digest,
        frame_size=len(frame.lines),
        frame_value=frame.value,
        persons=found.persons,
        is_restricted=any(line.is_restricted for line in found.lines),
        rules=found.rules.as_json(),
        strata=[asdict(stratum) for stratum in found.strata],
        size=found.size,
        spares=found.spares,
        source=wanted.source.strip(),
        source_on=wanted.source_on,
        announced_by=by.person,
        announced_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    after = {"provider": provider.number, "frame": frame.digest, "lines": row.frame_size, "size": row.size}
    audit.record(STREAM, Act.SAMPLE_ANNOUNCED, row.number, by=by, reason=row.source, after=after)
    return row


def _problems(wanted: Wanted) -> Iterator[Problem]:
    if wanted.design not in DESIGNS:
        yield Problem("design", _l("Choose what the sample is to tell."), wanted.design)
    if wanted.covered not in COVERED:
        yield Problem("covered", _l("Choose which lines the frame holds."), wanted.covered)
    if wanted.valid_until < wanted.valid_from:
        yield Problem("valid_until", _l("The last day lies before the first."), wanted.valid_until.isoformat())
    if wanted.design == Design.VARIABLE and not wanted.variation and not wanted.size:
        text = _l("Write how the errors of a probe vary (standard deviation ÷ mean), or how many lines to draw.")
        yield Problem("variation", text)


def _announcement_problems(wanted: Wanted, today: dt.date) -> Iterator[Problem]:
    if len(wanted.source.strip()) < 10:
        text = _l("Say what will give the words, so that anyone can look them up: which lottery, draw and numbers.")
        yield Problem("source", text, wanted.source)
    if wanted.source_on is None or wanted.source_on <= today:
        text = _l("The words must come out on a later day than today, so that nobody can know them now.")
        yield Problem("source_on", text, wanted.source_on.isoformat() if wanted.source_on else "")
    if wanted.case and audit_case(wanted.case) is None:
        yield Problem("case", _l("No audit case has this number."), wanted.case)


def _size(wanted: Wanted, rules: SampleRules, lines: int) -> int:
    if wanted.design == Design.MONETARY:
        return sizes.monetary(rules.tolerable, rules.expected)
    if wanted.design == Design.VARIABLE:
        return sizes.variable(lines, wanted.variation or 1.0, rules.relative_precision, rules.confidence)
    return sizes.attribute(lines, precision=rules.precision, confidence=rules.confidence)


def _layers(wanted: Wanted, rules: SampleRules, amounts: list[int], size: int) -> list[Stratum]:
    if wanted.design == Design.STRATIFIED:
        return strata.layers(amounts, size, rules.strata, rules.spares, rules.floors, wanted.certain_from)
    if wanted.design == Design.MONETARY:
        if sum(amounts) < size:
            raise DomainError(_l("These lines are worth too little to be drawn by units of money."))
        return strata.by_interval(amounts, size)
    spares = min(len(amounts) - size, ceil(size * rules.spares))
    return [drawing.whole(len(amounts), sum(amounts), size, spares)]


def _precision(
    wanted: Wanted, rules: SampleRules, found: list[FrameLine], layers: list[Stratum], size: int
) -> float | None:
    """By strata: as a part of the value, if errors varied as much as the amounts themselves do."""
    lines, value = len(found), sum(line.amount for line in found)
    if wanted.design == Design.MONETARY:
        return None
    if wanted.design == Design.STRATIFIED:
        inside = [[float(line.amount) for line in found if layer.holds(line.amount)] for layer in layers]
        spreads = [part_of(one, len(one)).deviation for one in inside]
        parts = [
            Part(layer.lines, layer.size, 0.0, spread, layer.is_certain)
            for layer, spread in zip(layers, spreads, strict=True)
        ]
        return estimate(parts, rules.confidence).precision / value if value else None
    if wanted.design == Design.VARIABLE and wanted.variation:
        return sizes.variable_precision(lines, size, wanted.variation, rules.confidence)
    return sizes.attribute_precision(lines, size, confidence=rules.confidence)
