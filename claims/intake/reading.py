"""Claims from a file of any layout: rows through a mapping, then the rows of one claim together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from claims.benefit_plan.schemas import VISIT_TYPES
from claims.pricing import value
from claims.queries import facts as queries
from claims.sent import OWN_CODES, ClaimInput, LineInput
from core import tables
from core.errors import InputErrors, Problem
from core.money import Currency, round_half_up
from core.words import _l

FOLDER = Path(__file__).resolve().parent / "mappings"
MOST = 10**12  # thousandths or minor units that a line may hold
_LARGEST = (
    ("quantity", MOST // 1000),
    ("amount", MOST),
    ("claim_total", MOST),
    ("unit_price", MOST),
    ("line_no", 9999),
)
HEADER = ("member_number", "site_id", "replaces_no", "referral_no", "visit_type", "stated_total")


@dataclass(slots=True)
class Row:
    """One row of a claims file: a claim's header with one line."""

    claim: ClaimInput
    line: LineInput


@lru_cache(maxsize=1)
def mappings() -> dict[str, tables.Mapping]:
    """The mappings shipped for claims, by name."""
    return {path.stem: tables.load_mapping(path) for path in sorted(FOLDER.glob("*.toml"))}


def mapping_named(name: str) -> tables.Mapping:
    found = mappings().get(name)
    if found is None:
        raise InputErrors.at("mapping", _l("Choose the layout of the file."), name)
    return found


def open_file(
    content: Any, filename: str, mapping_name: str, *, currency: Currency, organisation_id: int | None
) -> tables.Reading[Row]:
    """Rows to be judged as they go by; `organisation_id` None: the fund imports for many providers.

    Raises FileRefused, TooLarge.
    """
    mapping = mapping_named(mapping_name)
    return tables.open_reading(
        content, filename=filename, mapping=mapping, schema=Judge(currency, organisation_id), currency=currency
    )


class Judge:
    """Takes typed cells, gives a `Row`, or raises InputErrors that name our fields."""

    def __init__(self, currency: Currency, organisation_id: int | None) -> None:
        self._currency = currency.code
        self._own = organisation_id
        self._providers = queries.organisation_codes(organisation_id)
        self._sites = queries.sites_by_number(set(self._providers.values()))
        self._last: ClaimInput | None = None  # rows of one claim mostly follow each other: its header is kept once

    def __call__(self, cells: dict[str, Any]) -> Row:
        problems = list(self._problems(cells))
        if problems:
            raise InputErrors(problems)
        organisation_id = self._providers[cells["provider_id"]]
        line = line_of(cells)
        claim = ClaimInput(
            organisation_id=organisation_id,
            provider_claim_no=cells["claim_no"],
            member_number=cells.get("member_id") or "",
            lines=[],
            site_id=self._sites.get((organisation_id, cells.get("facility_id") or "")),
            replaces_no=cells.get("prior_claim_no") or "",
            note=cells.get("note") or "",
            channel="file",
            referral_no=cells.get("referral_no") or "",
            visit_type=cells.get("visit_type") or "",
            stated_total=cells.get("claim_total"),
            eligibility_no=cells.get("eligibility_no") or "",
        )
        if self._last is None or claim != self._last:
            self._last = claim
        return Row(self._last, line)

    def _not_own(self) -> Any:
        if self._own is None or not self._providers:
            return _l("We do not know this provider.")
        return _l("This is not your own number. Write %(number)s.", number=next(iter(self._providers)))

    def _problems(self, cells: dict[str, Any]) -> Iterable[Problem]:
        provider = cells.get("provider_id")
        if provider not in self._providers:
            yield Problem("provider_id", self._not_own(), str(provider or ""))
        if cells.get("currency") not in (None, self._currency):
            message = _l("The fund counts in %(currency)s.", currency=self._currency)
            yield Problem("currency", message, cells["currency"])
        if cells.get("visit_type") not in (None, "", *VISIT_TYPES):
            message = _l("Choose one of: %(types)s.", types=", ".join(VISIT_TYPES))
            yield Problem("visit_type", message, cells["visit_type"])
        if len(cells.get("referral_no") or "") > 40:
            yield Problem("referral_no", _l("This is too long to be a code."), cells["referral_no"][:60])
        if len(cells.get("claim_no") or "") > 40:
            yield Problem("claim_no", _l("A claim number has at most 40 characters."), cells["claim_no"][:60])
        yield from line_problems(cells)


def line_problems(cells: Mapping[str, Any]) -> Iterable[Problem]:
    """What no claim can hold, whatever the door: figures out of range, texts too long."""
    for name, most in _LARGEST:
        found = cells.get(name)
        if found is not None and not -most <= found <= most:
            yield Problem(name, _l("This number is too large."), str(found))
    for name in ("code", "practitioner_id", "authorisation_no", "visit_id"):
        if len(cells.get(name) or "") > 40 or len(cells.get("code") or "") > 30:
            yield Problem(name, _l("This is too long to be a code."), str(cells[name])[:60])
    if cells.get("amount") is None and cells.get("unit_price") is None:
        yield Problem("amount", _l("Write the amount, or the price of one unit."), "")


def line_of(cells: Mapping[str, Any]) -> LineInput:
    """A line from typed values; of quantity, price and amount the missing one follows from the other two."""
    quantity = round_half_up(cells["quantity"] * 1000) if cells.get("quantity") is not None else 1000
    amount, price = cells.get("amount"), cells.get("unit_price")
    if price is None:
        price = _price(amount or 0, quantity)
    if amount is None:
        amount = value(quantity, price)
    first = cells.get("service_start")
    return LineInput(
        line_no=cells.get("line_no") or 0,
        service=cells.get("code") or "",
        service_from=first,
        service_until=cells.get("service_end") if cells.get("service_end") != first else None,
        quantity_milli=quantity,
        unit_price=price,
        amount=amount,
        code_system=cells.get("code_system") or OWN_CODES,
        practitioner=cells.get("practitioner_id") or "",
        authorisation_no=cells.get("authorisation_no") or "",
        visit_no=cells.get("visit_id") or "",
        diagnoses=tuple(dict.fromkeys(code for n in (1, 2, 3) if (code := cells.get(f"diagnosis_{n}")))),
    )


def _price(amount: int, quantity_milli: int) -> int:
    """The unit price behind an amount, to the minor unit; ADM-06 tells when it does not divide."""
    return amount if quantity_milli <= 0 else (amount * 2000 + quantity_milli) // (2 * quantity_milli)


AnyRow = TypeVar("AnyRow", bound=Row)


def claims_of(rows: Sequence[tables.ReadyRow[AnyRow]]) -> list[ClaimInput]:
    """Rows of one claim need not be adjacent; where their headers disagree the claim says so, ADM-01."""
    found: dict[tuple[int, str], ClaimInput] = {}
    for row in rows:
        header, line = row.value.claim, row.value.line
        claim = found.setdefault((header.organisation_id, header.provider_claim_no), header)
        claim.row = claim.row or row.number
        claim.eligibility_no = claim.eligibility_no or header.eligibility_no
        differs = tuple(name for name in HEADER if getattr(claim, name) != getattr(header, name))
        if differs:
            claim.unreadable = tuple(dict.fromkeys((*claim.unreadable, *(_ELEMENT[name] for name in differs))))
        claim.lines.append(line)
    for claim in found.values():
        if claim.unreadable:
            claim.lines = [replace(line, unreadable=claim.unreadable) for line in claim.lines]
    return list(found.values())


_ELEMENT = {
    "member_number": "member",
    "site_id": "facility",
    "replaces_no": "prior_claim",
    "referral_no": "referral_no",
    "visit_type": "visit_type",
    "stated_total": "claim_total",
}


def first_day(claim: ClaimInput) -> dt.date | None:
    return min((line.service_from for line in claim.lines if line.service_from), default=None)
