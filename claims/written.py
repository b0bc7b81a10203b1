"""A decision as its canonical JSON text, put together piece by piece: what is stored and what the digest covers.

Exactly the bytes that `core.audit.canonical` gives for the same values (sorted names, no blanks, UTF-8), without
building those values first. The layout is told in `claims.encoding`, which reads it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any, Final

from claims.case import ClaimDecision, Finding, LineDecision, TraceStep
from core.audit import canonical
from core.json_text import JsonText

FORMAT: Final = 2


def detail_text(decision: LineDecision) -> str:
    """Inner amounts, findings and trace."""
    trace = decision.trace
    findings = ",".join([_finding(found, trace) for found in decision.findings])
    steps = ",".join([_step(step) for step in trace])
    amounts = (
        f"{decision.quantity_milli},{decision.unit_price},{decision.eligible},"
        f"{decision.deductible},{decision.copayment}"
    )
    return f'{{"a":[{amounts}],"f":{FORMAT},"findings":[{findings}],"trace":[{steps}]}}'


def use_text(decision: LineDecision) -> str:
    """What the line used of limits, in the order of the fields of `UseEntry`; nothing used, nothing stored."""
    if not decision.use:
        return ""
    said = []
    for entry in decision.use:
        place = f'{quoted(entry.key)},"{entry.scope}",{entry.subject_id},"{day_text(entry.period_start)}"'
        figures = f"{entry.amount},{entry.limit},{entry.used}"
        said.append(f'[{place},"{entry.unit}",{figures},"{entry.period}"]')
    return f"[{','.join(said)}]"


def version_rows(partition: int, version: int, decision: ClaimDecision) -> tuple[bytes, list[tuple[Any, ...]]]:
    """SHA-256 of what was decided, and per line: partition, claim, version, its columns, detail and use.

    The digest covers [claim's sums, [[line's columns, detail and use], …]], as `claims.decisions.content_digest` does
    from stored rows; here nothing is looked at twice.
    """
    rows: list[tuple[Any, ...]] = []
    said: list[str] = []
    for line in decision.lines:
        detail, use = detail_text(line), use_text(line)
        paid = f"{line.submitted},{line.undecided},{line.benefit},{line.member_share},{line.write_off}"
        columns = f'{line.line_no},"{line.state}","{line.headline}",{quoted(line.plan)},{paid}'
        said.append(f"[[{columns}],{whole(detail, use)}]")
        key = (partition, decision.claim_id, version, line.line_no)
        amounts = (line.submitted, line.undecided, line.benefit, line.member_share, line.write_off)
        rows.append((*key, line.state, line.headline, line.plan, *amounts, JsonText(detail), use))
    paid = f"{decision.submitted},{decision.undecided},{decision.benefit},{decision.member_share},{decision.write_off}"
    header = f'{decision.claim_id},"{decision.state}","{decision.headline}",{paid}'
    digest: bytes = sha256(f"[[{header}],[{','.join(said)}]]".encode()).digest()
    return digest, rows


def leaf(claim_id: int, version: int, content: bytes) -> bytes:
    """What the Merkle tree of a batch is built of, claims in order of their id."""
    return f'[{claim_id},{version},"{content.hex()}"]'.encode()  # as `audit.canonical` of these three


def whole(detail: str, use: str) -> str:
    """Both together, as the digest covers them: `use` is the last name of the canonical text."""
    return f'{detail[:-1]},"use":{use or "[]"}}}'


def listed(values: Iterable[Any]) -> str:
    """Texts, integers and None as a JSON list."""
    return f"[{','.join([_plain(value) for value in values])}]"


def _step(step: TraceStep) -> str:
    moved = f'{step.before},{step.after},"{step.bearer}"'
    return f'["{step.step}","{step.code}",{moved},{_figures(step.parameters)}]'


def _finding(found: Finding, trace: list[TraceStep]) -> str:
    """A finding of the arithmetic points at its step of the trace; so nothing is said twice."""
    effect = f'"{found.effect}","{found.liable}"'
    figures = ""
    for place, step in enumerate(trace):
        is_same = step.parameters is found.parameters or step.parameters == found.parameters
        if step.code == found.code and is_same:
            is_told = step.step == found.part and step.before - step.after == found.amount
            if is_told and found.allowed_milli is None:
                return f"[{place},{effect}]"
            figures = figures or str(place)
    allowed = "null" if found.allowed_milli is None else str(found.allowed_milli)
    return f'["{found.code}","{found.part}",{effect},{found.amount},{allowed},{figures or _figures(found.parameters)}]'


_in_order: Final[dict[tuple[str, ...], list[tuple[str, str]]]] = {}


def _figures(parameters: dict[str, Any]) -> str:
    names = tuple(parameters)
    ordered = _in_order.get(names)
    if ordered is None:
        ordered = _in_order[names] = [(name, _text(name)) for name in sorted(names)]
    return "{" + ",".join([f"{said}:{_rich(parameters[name])}" for name, said in ordered]) + "}"


def _rich(value: Any) -> str:
    """A date is written as "@2026-01-31"; a text that begins with @ gets a second one."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, date):
        return f'"@{day_text(value)}"'
    if isinstance(value, str) and value.startswith("@"):
        return _text("@" + value)
    return _plain(value)


def _plain(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return canonical(value).decode()


def _text(value: str) -> str:
    said: str = encode_basestring(value)
    return said


_MOST: Final = 10_000  # of each kind that are kept
_quoted: Final[dict[str, str]] = {}
_days: Final[dict[date, str]] = {}


def quoted(value: str) -> str:
    """A text of which there are few different ones, as JSON: the code of a service, a limit's key, a plan."""
    said = _quoted.get(value)
    if said is None:
        said = _text(value)
        if len(_quoted) < _MOST:
            _quoted[value] = said
    return said


def day_text(value: date) -> str:
    """2026-01-31; the days of a batch are few."""
    said = _days.get(value)
    if said is None:
        said = value.isoformat()
        if len(_days) < _MOST:
            _days[value] = said
    return said
