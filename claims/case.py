"""The words of a decision: what is known about a household before it, and what was decided after it.

Plain slotted values of ints, strings, dates and tuples: no database, no clock, no money object.
Amounts are minor units of the fund's currency. A quantity is an integer of thousandths of its unit
(`quantity_milli`: 1500 = one and a half hours), so that quarter hours and half days stay exact.
Facts are never changed after `claims.facts` built them; only `adjudication.py` makes the second half.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

MILLI: Final = 1000  # thousandths of a unit in every `…_milli`


class LineState(StrEnum):
    RETURNED = "returned"
    PENDED = "pended"
    ACCEPTED = "accepted"
    REDUCED = "reduced"
    DENIED = "denied"


RETURNED: Final = LineState.RETURNED.value  # the same as plain texts, for code that runs on every line
PENDED: Final = LineState.PENDED.value
ACCEPTED: Final = LineState.ACCEPTED.value
REDUCED: Final = LineState.REDUCED.value
DENIED: Final = LineState.DENIED.value


class ClaimState(StrEnum):
    RETURNED = "returned"
    PENDED = "pended"
    ADJUDICATED = "adjudicated"
    DENIED = "denied"


class Bearer(StrEnum):
    """Who bears an amount. Another payer's part (OA) counts as write-off for the provider."""

    FUND = "fund"
    MEMBER = "member"
    PROVIDER = "provider"


# ---------------------------------------------------------------- facts: what claims.facts reads


@dataclass(slots=True)
class Cover:
    """One spell of cover of one member, as of the service date.

    `state`: active, grace (both covered), suspended, lapsed. `waiting_until`: first covered day per
    waiting group of the plan, as `members` computed it; a group that is absent does not wait.
    """

    valid_from: date
    valid_until: date | None
    state: str = "active"
    package: str = "basic"
    waiting_until: Mapping[str, date] = field(default_factory=dict)


@dataclass(slots=True)
class Stay:
    """A stay of a kind (hospital, residential); an open one has no `discharged_on`."""

    admitted_on: date
    discharged_on: date | None
    organisation_id: int = 0
    number: str = ""
    kind: str = "hospital"


@dataclass(slots=True)
class CareLevel:
    """An assessed care level (1–5) and its days."""

    level: int
    valid_from: date
    valid_until: date | None = None


@dataclass(slots=True)
class OtherCover:
    """Another insurer or scheme that pays before the fund; `line` "" = for every service line."""

    payer: str
    valid_from: date
    valid_until: date | None = None
    line: str = ""


@dataclass(slots=True)
class Member:
    """`sex`: "female", "male" or "" (unknown). Covers in order of `valid_from`."""

    member_id: int
    born_on: date | None
    sex: str = ""
    died_on: date | None = None
    covers: tuple[Cover, ...] = ()
    stays: tuple[Stay, ...] = ()
    care_levels: tuple[CareLevel, ...] = ()
    has_disability: bool = False
    other_covers: tuple[OtherCover, ...] = ()


@dataclass(slots=True)
class Household:
    """`income_band`: "", "poverty" or "high". `monthly_income` in minor units, None = not declared."""

    household_id: int
    monthly_income: int | None = None
    income_band: str = ""
    children: int = 0


@dataclass(slots=True)
class ContractLine:
    """The agreed price of the service date, site before provider. `unit_price` None = covered without a rate."""

    contract_id: int
    contract_number: str
    unit_price: int | None
    valid_from: date
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(slots=True)
class ProviderStanding:
    """The provider's accreditation on the service date: accredited, suspended, expired, unregistered."""

    state: str
    until: date | None = None


@dataclass(slots=True)
class Grant:
    """An authorisation. `used_milli` is use that is in no prior line (an opening balance).

    `entitlement`: the childcare entitlement of the plan ("full", "half"), else "".
    `granted_milli` None = no quantity limit.
    """

    grant_id: int
    number: str
    valid_from: date
    valid_until: date | None
    granted_milli: int | None = None
    used_milli: int = 0
    entitlement: str = ""

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(slots=True)
class VisitFact:
    """What `care` matched to a line: verified units, what the unmatched ones lack, an overlap if any.

    `days`: verified quantity by day. `doubt`: what `care` wants a person to look at besides overlaps.
    """

    verified_milli: int
    missing: tuple[str, ...] = ()
    missing_on: date | None = None
    overlap_on: date | None = None
    overlap_number: str = ""
    days: tuple[tuple[date, int], ...] = ()
    doubt: str = ""
    doubt_on: date | None = None
    doubt_other: str = ""


@dataclass(slots=True)
class AttendanceFact:
    """Quantity of a line that attendance bears out, and what `care` computed for the site on those days.

    `attended_milli`: attended or booked, absences told in time included. `absences`: those of them that count among
    the absence days of the year, by day. `days`: all of it by day.
    `children`/`places`: the worst moment when the site was over its licence, else 0/0.
    `billed_milli`/`attended_milli_of_site`: hours of the site's month, 0 = not known.
    """

    attended_milli: int
    missing: tuple[str, ...] = ()
    missing_on: date | None = None
    over_on: date | None = None
    children: int = 0
    places: int = 0
    billed_milli_of_site: int = 0
    attended_milli_of_site: int = 0
    days: tuple[tuple[date, int], ...] = ()
    absences: tuple[tuple[date, int], ...] = ()
    doubt: str = ""
    doubt_on: date | None = None
    doubt_other: str = ""


@dataclass(slots=True)
class PlaceFact:
    """Where the member held a place of the provider on the days of a line. `nights`: each night held.

    `doubt`: the place or the member has two holders or places from `doubt_on`, for `doubt_nights` nights of the line.
    `certified_until`: the last day of the place's latest certificate; `uncertified_on`: a night without one.
    """

    place: str
    nights: tuple[date, ...] = ()
    doubt: str = ""
    doubt_on: date | None = None
    doubt_nights: int = 0
    doubt_other: str = ""
    certified_until: date | None = None
    uncertified_on: date | None = None


@dataclass(slots=True)
class QuoteFact:
    """What works were quoted at and accepted at, in minor units; None = not accepted."""

    number: str
    quoted: int
    accepted: int | None
    accepted_on: date | None = None


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


# ---------------------------------------------------------------- decisions: what decisions.py writes


class Finding:
    """What a rule found on a line, with the figures of its sentence.

    A rule gives parameters only; code, effect and liability are set from `reasons` when it is kept,
    `amount` when pricing knows it. `allowed_milli`: the quantity that a cutting rule leaves.
    `rank`: its precedence, the lowest decides the line.
    """

    __slots__ = ("allowed_milli", "amount", "code", "effect", "liable", "parameters", "part", "rank")

    def __init__(self, *, effect: str = "", allowed_milli: int | None = None, **parameters: Any) -> None:
        self.code = ""
        self.part = ""
        self.effect = effect
        self.liable = ""
        self.allowed_milli = allowed_milli
        self.amount = 0
        self.rank = 0
        self.parameters: dict[str, Any] = parameters

    def __repr__(self) -> str:
        return f"Finding({self.code} {self.effect} {self.amount} {self.parameters})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Finding) and self._content() == other._content()

    def __reduce__(self) -> tuple[object, ...]:
        return _found, (self.rank, self._content())

    def _content(self) -> tuple[object, ...]:
        """What is stored and read back."""
        return self.code, self.part, self.effect, self.liable, self.allowed_milli, self.amount, self.parameters


def _found(rank: int, content: tuple[Any, ...]) -> Finding:
    found = Finding()
    found.rank = rank
    found.code, found.part, found.effect, found.liable, found.allowed_milli, found.amount, found.parameters = content
    return found


@dataclass(slots=True)
class TraceStep:
    """One step from asked to paid: `before` − `after` is borne by `bearer`; `parameters` fill the sentence."""

    step: str
    code: str
    before: int
    after: int
    bearer: str
    parameters: dict[str, Any]


@dataclass(slots=True)
class LineDecision:
    """What was decided on one line and why. On decided lines submitted = benefit + member_share + write_off;
    on returned and pended ones submitted = undecided."""

    claim_id: int
    line_no: int
    state: str
    headline: str  # reason code that decided the state, "" when nothing was found
    plan: str  # version of the plan in force on the service date
    submitted: int
    undecided: int = 0
    quantity_milli: int = 0  # allowed
    unit_price: int = 0  # after the tariff
    eligible: int = 0
    deductible: int = 0
    copayment: int = 0  # fixed co-payment and percentage share
    benefit: int = 0
    member_share: int = 0
    write_off: int = 0
    findings: list[Finding] = field(default_factory=list)
    trace: list[TraceStep] = field(default_factory=list)
    use: list[UseEntry] = field(default_factory=list)


@dataclass(slots=True)
class ClaimDecision:
    """The sums of a claim's lines, its state and its headline reason."""

    claim_id: int
    claim_number: str
    state: str
    headline: str
    submitted: int
    undecided: int
    benefit: int
    member_share: int
    write_off: int
    lines: list[LineDecision]


@dataclass(slots=True)
class Decisions:
    """The answer for one household, claims in the order of their first line."""

    household_id: int
    claims: list[ClaimDecision]

    @property
    def lines(self) -> list[LineDecision]:
        return [line for claim in self.claims for line in claim.lines]
