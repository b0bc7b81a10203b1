"""Who is paid: an organisation, or a member, of whom this room knows the random number alone (DECISIONS 11, 29)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


class _Row(Protocol):
    """A payable, payment or account: one of the two is set."""

    organisation_id: Any
    member_id: Any
    member_number: Any


@dataclass(frozen=True, slots=True, order=True)
class Payee:
    """Exactly one of the ids is above zero; `member_number` is the member's random public id."""

    organisation_id: int = 0
    member_id: int = 0
    member_number: str = ""

    @property
    def account_code(self) -> str:
        """Of what is owed to them, in the ledger: payable:12, payable:m34."""
        return f"payable:{self.organisation_id}" if self.organisation_id else f"payable:m{self.member_id}"

    @property
    def columns(self) -> dict[str, Any]:
        """As they stand in a row."""
        return {
            "organisation_id": self.organisation_id or None,
            "member_id": self.member_id or None,
            "member_number": self.member_number,
        }

    @property
    def subject(self) -> str:
        """As the audit trail names them."""
        return f"organisation {self.organisation_id}" if self.organisation_id else f"member {self.member_number}"


def payee_of(row: _Row) -> Payee:
    return Payee(row.organisation_id or 0, row.member_id or 0, row.member_number)
