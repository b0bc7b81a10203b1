"""The undecided lines of a household, and what its earlier lines used up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from claims.case.agreements import ContractLine, Grant, ProviderStanding
from claims.case.household import Household, Member
from claims.case.recorded import AttendanceFact, PlaceFact, QuoteFact, VisitFact
from claims.case.states import LineState


@dataclass(slots=True)
class Approval:
    """What a reviewer approved of a line: at most what was adjudicated. The provider reads `role` and `reason`."""

    quantity_milli: int
    unit_price: int
    role: str
    reason: str


@dataclass(slots=True)
class Line:
    """One undecided line. Elements that could not be read are None or ""; their names stand in `unreadable`.

    `amount` = quantity x unit price as asked. `is_contracted`: a running contract covers the service,
    with or without a rate. `is_code_known`: the service code is in its table on the service date.
    `replaces_claim_id`: the claim this one corrects, which is no duplicate of it.
    `facility`: what the place is licensed for, "outpatient", "inpatient" or "" (both). `visit_type`: "emergency",
    "referral", "other" or "" (not said). `stated_total`: the total written on the claim, None = none was written;
    `claim_total`: the sum of its lines. `unknown_diagnoses`: those that the fund's own table does not hold.
    `documents`: names of what has arrived. `known_on`: the day on which these facts were read.
    `is_looked_at`: a reviewer has compared it with those like it.
    """

    claim_id: int
    line_no: int
    claim_number: str
    provider_claim_no: str
    organisation_id: int
    site_id: int | None
    member_id: int | None
    service: str
    code_system: str
    service_from: date | None
    service_until: date | None
    received_on: date
    received_at: datetime
    quantity_milli: int
    unit_price: int
    amount: int
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    contract: ContractLine | None = None
    is_contracted: bool = False
    is_code_known: bool = True
    standing: ProviderStanding | None = None
    grant: Grant | None = None
    visit: VisitFact | None = None
    attendance: AttendanceFact | None = None
    place: PlaceFact | None = None
    quote: QuoteFact | None = None
    authorisation_no: str = ""
    practitioner: str = ""
    is_practitioner_accredited: bool = True
    diagnoses: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    replaces_claim_id: int | None = None
    facility: str = ""
    visit_type: str = ""
    referral_no: str = ""
    stated_total: int | None = None
    claim_total: int = 0
    unknown_diagnoses: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    known_on: date | None = None
    approved: Approval | None = None
    is_looked_at: bool = False
    service_on: date = field(init=False)  # the day whose plan, contract and tariff count: end, else start

    def __post_init__(self) -> None:
        self.service_on = self.service_until or self.service_from or self.received_on


@dataclass(slots=True)
class UseEntry:
    """A part of a limit that a line used up.

    `key` names the limit ("ceiling:dental"), `scope` is member, household, claim or grant and
    `subject_id` its id, `period_start` the first day of the limit's window, `unit` money, quantity or count.
    `limit` and `used` (before this line) are the figures a reader sees; they play no part in deciding.
    """

    key: str
    scope: str
    subject_id: int
    period_start: date
    unit: str
    amount: int
    limit: int = 0
    used: int = 0
    period: str = ""


@dataclass(slots=True)
class PriorLine:
    """A live line decided earlier (pended, accepted or reduced) of a member of this household."""

    claim_id: int
    line_no: int
    claim_number: str
    organisation_id: int
    member_id: int
    service: str
    service_from: date
    service_on: date
    quantity_milli: int
    starts_at: datetime | None = None
    state: str = LineState.ACCEPTED
    use: tuple[UseEntry, ...] = ()
    is_reserving: bool = False  # pended, but only after it was decided: what it would use up is kept for it


@dataclass(slots=True)
class Case:
    """A household with everything its undecided lines need. `members`: those who claim now; `prior`: lines of all who
    live there; `opening_use`: use brought in at the opening."""

    household: Household
    members: Mapping[int, Member]
    lines: list[Line]
    prior: list[PriorLine] = field(default_factory=list)
    opening_use: list[UseEntry] = field(default_factory=list)
