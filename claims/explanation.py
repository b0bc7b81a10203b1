"""A decision in the reader's words: from asked to paid, who bears what, what can be done, what is left.

Works on a `LineDecision` alone (as decided, or as read back by `encoding.from_json`): nothing is computed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from claims.advice import ADVICE
from claims.case import Bearer, Finding, LineDecision, TraceStep
from claims.figures import Figures, Sentences
from claims.pricing import LIMIT_STEPS, REVIEW_STEPS, SHARING_STEPS, TARIFF_STEPS
from claims.producers import PRODUCED
from claims.reasons import BY_CODE, Effect
from claims.rule import Rule
from claims.rules import CHECKS
from core.texts import said
from core.words import _

ALL_RULES: tuple[Rule, ...] = (*CHECKS, *TARIFF_STEPS, *REVIEW_STEPS, *LIMIT_STEPS, *SHARING_STEPS, *PRODUCED)


@dataclass(frozen=True, slots=True)
class Row:
    """One step of "From asked to paid". `bearer` is who bears `before` − `after`; `label` says so to the reader."""

    title: str
    code: str
    sentence: str
    before: int
    after: int
    bearer: str
    label: str

    @property
    def change(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Note:
    """A finding that took nothing by itself: all of them on a returned or pending line, the others on a denied one."""

    title: str
    code: str
    effect: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Action:
    """Something the reader can do. `kind`: correct, wait, appeal, advice; `until`: its last day, if it has one."""

    kind: str
    title: str
    sentence: str
    code: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """What remains of a limit after this line, in its own unit (money minor units, else thousandths or a count)."""

    name: str
    sentence: str
    limit: int
    used: int

    @property
    def percent_used(self) -> int:
        return min(100, self.used * 100 // self.limit) if self.limit else 100


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that the why page shows. The four sums add up to what was asked."""

    asked: int
    fund: int
    member: int
    write_off: int
    undecided: int
    rows: list[Row]
    notes: list[Note]
    actions: list[Action]
    left: list[Left]


def explain(
    decision: LineDecision,
    figures: Figures,
    *,
    service_on: date,
    decided_on: date,
    appeal_days: int,
    names: Mapping[str, str],
    reader: str = "staff",
) -> Explanation:
    """`names`: limit key → its name (BenefitPlan.names). `reader`: staff, provider or member."""
    say = Sentences(figures)
    return Explanation(
        asked=decision.submitted,
        fund=decision.benefit,
        member=decision.member_share,
        write_off=decision.write_off,
        undecided=decision.undecided,
        rows=[_row(step, say, service_on, reader) for step in decision.trace],
        notes=[
            _note(found, say, service_on, reader) for found in decision.findings if not _is_in_trace(found, decision)
        ],
        actions=_actions(decision, say, decided_on + timedelta(days=appeal_days)),
        left=_left(decision, say, names),
    )


def sentence(
    code: str, part: str, parameters: Mapping[str, Any], figures: Figures, on: date, reader: str = "staff"
) -> str:
    """The sentence of a reason as in force on the service date, with its figures; its title where it has no rule.

    Outside the fund nobody reads of another's care: such a rule has a second sentence for all `reader`s but staff.
    """
    return _sentence(code, part, parameters, Sentences(figures), on, reader)


def _sentence(code: str, part: str, parameters: Mapping[str, Any], say: Sentences, on: date, reader: str) -> str:
    found = _rule(code, part, on) or _rule(code, "", on)
    if found is None or not set(found.names) <= parameters.keys():
        return str(BY_CODE[code].title) + "."
    text = found.text if reader == "staff" or found.others is None else found.others
    return say.filled(str(text), parameters)


def _rule(code: str, part: str, on: date) -> Rule | None:
    for rule in ALL_RULES:
        if (rule.code, rule.part) == (code, part) and rule.valid_from <= on <= (rule.valid_until or date.max):
            return rule
    return None


def _row(step: TraceStep, say: Sentences, on: date, reader: str) -> Row:
    if step.step == "asked":
        asked = say.filled(_("{quantity:quantity} at {price:money}"), step.parameters)
        return Row(_("You asked") if reader == "provider" else _("Asked"), "", asked, step.before, step.after, "", "")
    return Row(
        title=_titles(step),
        code=step.code,
        sentence=_sentence(step.code, step.step, step.parameters, say, on, reader),
        before=step.before,
        after=step.after,
        bearer=step.bearer,
        label=_bearer(step.bearer, reader) if step.before != step.after else "",
    )


def _titles(step: TraceStep) -> str:
    """A limit is called by its own name in the plan, everything else by its reason."""
    name = step.parameters.get("name")
    return said(str(name)) if step.code == "BEN-06" and name else str(BY_CODE[step.code].title)


def _bearer(bearer: str, reader: str) -> str:
    if bearer == Bearer.PROVIDER:
        return str(_("you write off") if reader == "provider" else _("provider writes off"))
    return str(_("you pay") if reader == "member" else _("member pays"))


def _is_in_trace(found: Finding, decision: LineDecision) -> bool:
    return any(step.code == found.code and step.parameters == found.parameters for step in decision.trace)


def _note(found: Finding, say: Sentences, on: date, reader: str) -> Note:
    text = _sentence(found.code, found.part, found.parameters, say, on, reader)
    return Note(str(BY_CODE[found.code].title), found.code, found.effect, text)


def _actions(decision: LineDecision, say: Sentences, appeal_until: date) -> list[Action]:
    actions = []
    for code, parameters in {found.code: found.parameters for found in decision.findings}.items():
        if code in ADVICE:
            kind, title, text = ADVICE[code]
            actions.append(Action(kind, str(title), say.filled(str(text), parameters), code))
    if any(found.effect in (Effect.DENIED, Effect.REDUCED) for found in decision.findings):
        text = _("Write to the fund; someone else decides. Until {until:day}.")
        filled = say.filled(text, {"until": appeal_until})
        actions.append(Action("appeal", _("Appeal this decision"), filled, until=appeal_until))
    return sorted(actions, key=lambda action: ("correct", "wait", "appeal", "advice").index(action.kind))


def _left(decision: LineDecision, say: Sentences, names: Mapping[str, str]) -> list[Left]:
    shown = []
    for entry in decision.use:
        kind = {"money": "money", "quantity": "quantity", "count": "number"}[entry.unit]
        used = entry.used + entry.amount
        figures = {"left": max(entry.limit - used, 0), "limit": entry.limit, "next": _next(entry)}
        known = f"{{left:{kind}}}", f"{{limit:{kind}}}"
        text = _("%(left)s left of %(limit)s.", left=known[0], limit=known[1])
        if figures["next"] is not None:
            text = _("%(left)s left of %(limit)s. New from {next:day}.", left=known[0], limit=known[1])
        name = _("Authorised quantity") if entry.key == "grant" else said(names.get(entry.key, entry.key))
        shown.append(Left(name, say.filled(text, figures), entry.limit, used))
    return shown + _reached(decision, say)


def _reached(decision: LineDecision, say: Sentences) -> list[Left]:
    """Ceilings that left nothing for this line: no use was booked, but the reader must see them."""
    return [
        Left(said(str(p["name"])), say.filled(_("Nothing left of {limit:money}."), p), p["limit"], p["used"])
        for p in (found.parameters for found in decision.findings if found.code == "BEN-06")
        if p.get("left") == 0
    ]


def _next(entry: Any) -> date | None:
    """First day of the next window, where the calendar tells it."""
    start: date = entry.period_start
    if entry.period == "month":
        return (start + timedelta(days=31)).replace(day=1)
    if entry.period == "year":
        return start.replace(year=start.year + 1)
    return start + timedelta(weeks=1) if entry.period == "week" else None
