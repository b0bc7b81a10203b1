"""Health: continuity of care (H-03) from nothing but contacts in claims, over the twelve months that end here."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction

from quality.cases import Case
from quality.continuity import bice_boxerman
from quality.definitions import Indicator
from quality.indicators.evidence import CaseRow, Evidence
from quality.indicators.records import Records
from quality.queries import records as queries
from quality.queries.records import Contact

MONTHS = 12
CONTINUOUS = Fraction(7, 10)
FEW_CONTACTS = 3


def continuity(indicator: Indicator, records: Records) -> list[CaseRow]:
    """One row per member with two contacts or more, at the provider that saw it most; a tie goes to the latest."""
    first = records.period.months_back(MONTHS)
    contacts: dict[int, list[Contact]] = defaultdict(list)
    for contact in queries.primary_care_contacts(records.plan.primary_care, first, records.until):
        if contact.organisation_id in records.providers:
            contacts[contact.member_id].append(contact)
    several = {member: rows for member, rows in contacts.items() if len(rows) >= 2}
    covered = queries.covered_whole_period(first, records.until) if several else set()
    return [_row(indicator, records, member, rows, member in covered) for member, rows in sorted(several.items())]


def _row(indicator: Indicator, records: Records, member_id: int, contacts: list[Contact], is_covered: bool) -> CaseRow:
    counts = Counter(contact.organisation_id for contact in contacts)
    latest = {contact.organisation_id: contact for contact in contacts}  # in order of days
    usual = max(counts, key=lambda key: (counts[key], latest[key].day, -key))
    value = bice_boxerman(counts.values()) or Fraction(0)
    is_out = not is_covered and "not_covered_whole_period" in indicator.exclusions
    case = Case(
        str(member_id),
        records.number(usual),
        exclusion="not_covered_whole_period" if is_out else "",
        is_numerator=value >= CONTINUOUS,
        quantity=len(contacts),
        met=float(value),
        stratum="2-3" if len(contacts) <= FEW_CONTACTS else "4+",
    )
    last = latest[usual]
    finding = "" if value >= CONTINUOUS else "scattered"
    shown = Evidence(
        "contacts",
        last.day,
        f"{max(counts.values())}/{len(contacts)}",
        finding=finding,
        claim_number=last.claim_number,
        line_no=last.line_no,
    )
    return CaseRow(case, usual, member_id, shown)
