"""The words of a decision: what is known about a household before it, and what was decided after it.

Plain slotted values of ints, strings, dates and tuples: no database, no clock, no money object.
Amounts are minor units of the fund's currency. A quantity is an integer of thousandths of its unit
(`quantity_milli`: 1500 = one and a half hours), so that quarter hours and half days stay exact.
Facts are never changed after `claims.facts` built them; only `adjudication.py` makes the second half.
"""

from __future__ import annotations

from claims.case.agreements import ContractLine, Grant, ProviderStanding
from claims.case.decision import ClaimDecision, Decisions, Finding, LineDecision, TraceStep
from claims.case.household import CareLevel, Cover, Household, Member, OtherCover, Stay
from claims.case.line import Approval, Case, Line, PriorLine, UseEntry
from claims.case.recorded import AttendanceFact, PlaceFact, QuoteFact, VisitFact
from claims.case.states import ACCEPTED, DENIED, MILLI, PENDED, REDUCED, RETURNED, Bearer, ClaimState, LineState

__all__ = [
    "ACCEPTED",
    "DENIED",
    "MILLI",
    "PENDED",
    "REDUCED",
    "RETURNED",
    "Approval",
    "AttendanceFact",
    "Bearer",
    "CareLevel",
    "Case",
    "ClaimDecision",
    "ClaimState",
    "ContractLine",
    "Cover",
    "Decisions",
    "Finding",
    "Grant",
    "Household",
    "Line",
    "LineDecision",
    "LineState",
    "Member",
    "OtherCover",
    "PlaceFact",
    "PriorLine",
    "ProviderStanding",
    "QuoteFact",
    "Stay",
    "TraceStep",
    "UseEntry",
    "VisitFact",
]
