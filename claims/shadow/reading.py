"""The old system's file: claims in any layout that we read, and in further columns what it paid and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from claims.intake import reading
from claims.intake.reading import Judge, Row
from claims.sent import ClaimInput
from core import tables
from core.errors import InputErrors
from core.money import Currency
from core.tables import Report
from core.tables.mapping import Field
from core.words import _l


@dataclass(slots=True)
class OldRow(Row):
    """A row with the old system's answer: `paid` in minor units, `reason` in its own words."""

    paid: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A mapping of claims, the column with the amount paid, and the one with the old reason, if there is one."""

    mapping: str
    paid: str
    reason: str = ""

    def full(self) -> tables.Mapping:
        known = reading.mapping_named(self.mapping)
        if not self.paid.strip():
            raise InputErrors.at("paid", _l("Name the column with the amount that the old system paid."))
        more = [Field("old_paid", (self.paid.strip(),), "amount", is_filled=True)]
        if self.reason.strip():
            more.append(Field("old_reason", (self.reason.strip(),)))
        return replace(known, fields=(*known.fields, *more))


@dataclass(frozen=True, slots=True)
class OldMonth:
    """Claims as sent, and for each the old answers in the order of its lines."""

    report: Report[OldRow]
    claims: list[ClaimInput]
    answers: dict[tuple[int, str], list[OldRow]]

    def of(self, claim: ClaimInput) -> Sequence[OldRow]:
        return self.answers[claim.organisation_id, claim.provider_claim_no]


def read(content: Any, filename: str, layout: Layout, currency: Currency) -> OldMonth:
    """Every row judged as in any upload; wrong ones stand in the report and are not compared."""
    judge = Judge(currency, None)

    def row(cells: dict[str, Any]) -> OldRow:
        paid, reason = cells.pop("old_paid"), cells.pop("old_reason", None)
        judged = judge(cells)
        return OldRow(judged.claim, judged.line, paid or 0, reason or "")

    report = tables.read(content, filename=filename, mapping=layout.full(), schema=row, currency=currency)
    answers: dict[tuple[int, str], list[OldRow]] = defaultdict(list)
    for ready in report.ready:
        claim = ready.value.claim
        answers[claim.organisation_id, claim.provider_claim_no].append(ready.value)
    return OldMonth(report, reading.claims_of(report.ready), dict(answers))
