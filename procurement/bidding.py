"""A bid while it is written: its draft, who may bid, and the list of tasks. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.errors import InputErrors, Problem
from core.words import _, _l, ngettext
from procurement import workforce
from procurement.models.tender import Lot, Tender
from procurement.promising import promise_problems
from procurement.reserving import Condition
from procurement.scoring.price import total_price
from procurement.securities import Security
from procurement.workforce import Typed


@dataclass(frozen=True, slots=True)
class Document:
    """An attachment of the draft: a stored file of the bidder."""

    file_id: int
    filename: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What the bidder typed so far. `rates`: lot number → service → minor units per unit, up to six decimals."""

    is_confirmed: bool = False
    lots: tuple[int, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    promises: Mapping[str, str] = field(default_factory=dict)
    documents: tuple[Document, ...] = ()
    has_documents: bool = False
    rates: Mapping[int, Mapping[str, Decimal]] = field(default_factory=dict)
    securities: Mapping[str, Security] = field(default_factory=dict)
    workforce: Typed | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "is_confirmed": self.is_confirmed,
            "lots": list(self.lots),
            "answers": dict(self.answers),
            "promises": dict(self.promises),
            "documents": [{"file_id": d.file_id, "filename": d.filename, "sha256": d.sha256} for d in self.documents],
            "has_documents": self.has_documents,
            "rates": {str(lot): {code: str(rate) for code, rate in sheet.items()} for lot, sheet in self.rates.items()},
            "securities": {kind: row.to_json() for kind, row in self.securities.items()},
            "workforce": self.workforce,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Draft:
        return cls(
            data["is_confirmed"],
            tuple(data["lots"]),
            data["answers"],
            data["promises"],
            tuple(Document(**row) for row in data["documents"]),
            data["has_documents"],
            {int(lot): {code: Decimal(rate) for code, rate in sheet.items()} for lot, sheet in data["rates"].items()},
            {kind: Security.from_json(row) for kind, row in data.get("securities", {}).items()},
            data.get("workforce"),
        )


@dataclass(frozen=True, slots=True)
class Bidder:
    """What the register says of who wants to bid."""

    name: str
    is_sse: bool
    stage: str
    has_stage: bool
    gives_service_line: bool
    barred: Mapping[int, Sequence[Condition]] = field(default_factory=dict)
    """Lot number → the conditions of its reservation, where one of them is not met."""


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of taking part, in words, and whether the register shows it."""

    text: Any
    is_met: bool


@dataclass(frozen=True, slots=True)
class Task:
    """`state`: completed, in_progress, not_started or cannot_start."""

    key: str
    group: Any
    title: Any
    state: str
    context: Any = ""
    is_optional: bool = False

    @property
    def is_left(self) -> bool:
        """Whether it keeps the bid from being sent."""
        return self.state != "completed" and not self.is_optional


STAGE_WORDS = {
    "accredited": _l("Accredited on the day the bids close"),
    "authorised": _l("Authorised at least on the day the bids close"),
}


def checks(bidder: Bidder) -> list[Check]:
    """Who may bid: looked up, not claimed."""
    return [
        Check(STAGE_WORDS[bidder.stage], bidder.has_stage),
        Check(_l("Registered for this service line"), bidder.gives_service_line),
    ]


def may_bid_for(lot: Lot, bidder: Bidder) -> bool:
    """Whether every condition of the lot's reservation is met."""
    return lot.number not in bidder.barred


def failing(lot: int, bidder: Bidder) -> str:
    """The first condition that is not met, in words."""
    return next((str(row.text) for row in bidder.barred.get(lot, ()) if not row.is_met), "")


def tasks(tender: Tender, draft: Draft) -> list[Task]:
    """The task list, in its order; the last cannot start before the others are complete."""
    prepare, quality, price, seal = _l("Prepare"), _l("Quality envelope"), _l("Price envelope"), _l("Seal and send")
    questions, promises = tender.criteria_of("quality"), tender.criteria_of("social")
    answered = sum(1 for row in questions if draft.answers.get(row.code, "").strip())
    promised = sum(1 for row in promises if draft.promises.get(row.code, "") != "")
    lines = [(number, code) for number in draft.lots for code in _volumes(tender, number)]
    priced = sum(1 for number, code in lines if code in draft.rates.get(number, {}))
    files = ngettext("%(num)s file", "%(num)s files", len(draft.documents)) if draft.documents else ""
    found = [
        Task("eligibility", prepare, _l("Check who may bid"), _state(int(draft.is_confirmed), 1)),
        Task("lots", prepare, _l("Choose your lots"), _state(int(bool(draft.lots)), 1)),
        Task("answers", quality, _l("Describe how you give care"), _state(answered, len(questions)),
             _("%(done)s of %(all)s answers", done=answered, all=len(questions))),
        Task("promises", quality, _l("Promise on jobs and pay"), _state(promised, len(promises)),
             _("%(done)s of %(all)s promises", done=promised, all=len(promises))),
        Task("documents", quality, _l("Add licences and statutes"), _state(int(draft.has_documents), 1), files),
        Task("prices", price, _l("Set your prices"), _state(priced, len(lines)) if lines else "cannot_start",
             _("%(done)s of %(all)s prices", done=priced, all=len(lines)) if lines else _("Choose your lots first")),
    ]  # fmt: skip
    if workforce.asked(tender.tie_ladder):
        found.insert(5, _workforce_task(quality, draft))
    left = sum(1 for task in found if task.is_left)
    waits = ngettext("Finish the task above first", "Finish the %(num)s tasks above first", left)
    last = Task("send", seal, _l("Check and send"), "cannot_start" if left else "not_started", waits if left else "")
    return [*found, last]


def _workforce_task(group: Any, draft: Draft) -> Task:
    """Asked of everybody, needed from nobody: who proves nothing comes last if bids are equal."""
    is_given = draft.workforce is not None
    words = "" if is_given else _("Only looked at if bids are equal; without them yours comes last")
    return Task("workforce", group, _l("Facts that break a tie"), _state(int(is_given), 1), words, is_optional=True)


def check_sendable(tender: Tender, draft: Draft, bidder: Bidder) -> None:
    """Everything that keeps this draft from being sealed, at once: nobody can mend a sealed bid."""
    problems = [Problem("eligibility", check.text) for check in checks(bidder) if not check.is_met]
    problems += [
        Problem(task.key, _l("Not finished yet: %(task)s.", task=task.title))
        for task in tasks(tender, draft)[:-1]
        if task.is_left
    ]
    if tender.most_lots_bid and len(draft.lots) > tender.most_lots_bid:
        problems.append(Problem("lots", too_many_lots(tender)))
    for number in draft.lots:
        lot = tender.lot(number)
        if lot is None or not may_bid_for(lot, bidder):
            message = _l("Lot %(lot)s is reserved. Not met: %(why)s.", lot=number, why=failing(number, bidder))
            problems.append(Problem("lots", message))
        elif not problems:
            problems += _price_problems(lot, draft)
    problems += promise_problems(tender.criteria_of("social"), draft.promises)
    if problems:
        raise InputErrors(problems)


def too_many_lots(tender: Tender) -> Any:
    return _l("One bidder may bid for %(most)s lots at most.", most=tender.most_lots_bid)


def lot_price(lot: Lot, rates: Mapping[str, Decimal]) -> int:
    """Σ rate × published volume, minor units."""
    return total_price(dict(rates), lot.volumes)


def _price_problems(lot: Lot, draft: Draft) -> list[Problem]:
    price = lot_price(lot, draft.rates.get(lot.number, {}))
    if price <= lot.ceiling:
        return []
    message = _l("Your price for lot %(lot)s is above its ceiling: the bid could not win.", lot=lot.number)
    return [Problem("prices", message, str(price))]


def _volumes(tender: Tender, number: int) -> dict[str, Decimal]:
    lot = tender.lot(number)
    return lot.volumes if lot else {}


def _state(done: int, needed: int) -> str:
    if done >= needed:
        return "completed"
    return "in_progress" if done else "not_started"
