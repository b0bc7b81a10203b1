"""Who lives where, what a place was certified for, what works were quoted and accepted, row by row."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from care import queries
from care.records import CertificateRow, OccupancyRow, QuoteRow
from care.services.judging.judge import Cells, Judge
from core.config import fund
from core.errors import InputErrors
from core.money import to_decimal
from core.words import _l

T = TypeVar("T")
KIND = re.compile(r"[a-z][a-z_]{0,19}")


@dataclass(frozen=True, slots=True)
class Of(Generic[T]):
    """A judged row of an organisation."""

    organisation_id: int
    row: T


@dataclass(frozen=True, slots=True)
class OfProvider:
    """The cells of a row about a provider."""

    provider: str
    cells: Cells


@dataclass(frozen=True, slots=True)
class OfMember:
    """The cells of a row about a member at a provider."""

    provider: str
    member: str
    cells: Cells


def of_provider(cells: Cells) -> OfProvider:
    return OfProvider(cells["provider_id"] or "", cells)


def of_member(cells: Cells) -> OfMember:
    return OfMember(cells["provider_id"] or "", cells["member_id"], cells)


class OccupancyJudge(Judge):
    key_field = "moved_in_on"
    plain = staticmethod(of_member)

    def check(self, row: OfMember) -> Of[OccupancyRow]:
        cells = row.cells
        self.check_day(cells["moved_in_on"], "moved_in_on", row.member)
        if cells["moved_out_on"] and cells["moved_out_on"] <= cells["moved_in_on"]:
            raise InputErrors.at("moved_out_on", _l("The day of moving out comes after the day of moving in."))
        found = OccupancyRow(
            place=cells["place"],
            kind=_kind_of_place(cells["kind"]),
            member_id=self.numbers.members[row.member].id,
            moved_in_on=cells["moved_in_on"],
            moved_out_on=cells["moved_out_on"],
        )
        return Of(self.organisation(row.provider), found)

    def key(self, row: OfMember) -> Any:
        return row.provider, row.member, row.cells["place"], row.cells["moved_in_on"]


def _kind_of_place(text: str) -> str:
    if not KIND.fullmatch(text.lower()):
        raise InputErrors.at("kind", _l("Write what the place is in one word, as the plan has it: residential."), text)
    return text.lower()


def _amount(minor: int) -> str:
    return to_decimal(minor, fund().currency.exponent)


class CertificateJudge(Judge):
    key_field = "number"
    plain = staticmethod(of_provider)

    def check(self, row: OfProvider) -> Of[CertificateRow]:
        cells = row.cells
        if cells["valid_until"] < cells["valid_from"]:
            raise InputErrors.at("valid_until", _l("The last day lies before the first."), cells["valid_until"])
        names = ("kind", "number", "place", "valid_from", "valid_until")
        return Of(self.organisation(row.provider), CertificateRow(**{name: cells[name] for name in names}))

    def key(self, row: OfProvider) -> Any:
        return row.provider, row.cells["kind"], row.cells["number"]


class QuoteJudge(Judge):
    """A provider's quote; once the works were accepted it stands as it is."""

    key_field = "number"
    plain = staticmethod(of_member)

    def __init__(self, rows: Sequence[OfMember], organisation_id: int | None) -> None:
        super().__init__(rows, organisation_id)
        self._stored = queries.places.quotes({row.cells["number"] for row in rows})

    def check(self, row: OfMember) -> Of[QuoteRow]:
        cells, organisation = row.cells, self.organisation(row.provider)
        self.check_day(cells["quoted_on"], "quoted_on", row.member)
        if cells["service"] not in self.numbers.services:
            raise InputErrors.at("service", _l("This service is not in the catalogue."), cells["service"])
        if cells["amount"] <= 0:
            raise InputErrors.at("amount", _l("Write an amount above zero."), _amount(cells["amount"]))
        stored = self._stored.get((organisation, cells["number"]))
        if stored is not None and stored.accepted_on is not None:
            raise InputErrors.at("number", _l("The works of this quote were accepted: it can no longer be changed."))
        names = ("number", "service", "amount", "quoted_on")
        member_id = self.numbers.members[row.member].id
        return Of(organisation, QuoteRow(member_id=member_id, **{name: cells[name] for name in names}))

    def key(self, row: OfMember) -> Any:
        return row.provider, row.cells["number"]


class AcceptanceJudge(Judge):
    """What the fund found when the works were done: never more than was quoted, never before."""

    key_field = "number"
    plain = staticmethod(of_provider)

    def __init__(self, rows: Sequence[OfProvider], organisation_id: int | None) -> None:
        super().__init__(rows, organisation_id)
        self._stored = queries.places.quotes({row.cells["number"] for row in rows})

    def check(self, row: OfProvider) -> Of[QuoteRow]:
        cells, organisation = row.cells, self.organisation(row.provider)
        quote = self._stored.get((organisation, cells["number"]))
        if quote is None:
            raise InputErrors.at("number", _l("This provider has sent no quote with this number."), cells["number"])
        self._check_day(cells["accepted_on"], quote.quoted_on)
        if not 0 < cells["accepted_amount"] <= quote.amount:
            said = _l("Write an amount above zero, at most the %(amount)s of the quote.", amount=_amount(quote.amount))
            raise InputErrors.at("accepted_amount", said, _amount(cells["accepted_amount"]))
        stands = {name: getattr(quote, name) for name in ("number", "member_id", "service", "amount", "quoted_on")}
        accepted = {name: cells[name] for name in ("accepted_amount", "accepted_on")}
        return Of(organisation, QuoteRow(**stands, **accepted))

    def _check_day(self, day: dt.date, quoted_on: dt.date) -> None:
        if day > self.today:
            raise InputErrors.at("accepted_on", _l("This day is still to come."), day)
        if day < quoted_on:
            said = _l("The works were quoted on %(day)s, after this day.", day=quoted_on.isoformat())
            raise InputErrors.at("accepted_on", said, day)

    def key(self, row: OfProvider) -> Any:
        return row.provider, row.cells["number"]
