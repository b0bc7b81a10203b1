"""What was agreed or granted before a line: contract, accreditation, authorisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(slots=True)
class ContractLine:
    """The agreed price of the service date, site before provider. `unit_price` None = covered without a rate.

    `is_capitated`: a sum per enrolled person and month pays for the service.
    """

    contract_id: int
    contract_number: str
    unit_price: int | None
    valid_from: date
    valid_until: date | None = None
    is_capitated: bool = False

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
