"""Who reads claims: whose they see, whether restricted ones are among them, and in which words reasons are said.

A claim with a restricted service (mental health, HIV care, shelters: the plan marks them) is seen by its provider, its
member and the staff whose assignment names the scope `restricted`; for everyone else it does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import false

from claims.models import Claim, ClaimReceipt
from claims.models.dry_runs import DryRun
from core.actors import Actor
from core.restricted import SCOPE
from core.roles import FUND_STAFF, Role
from members.models import Member


@dataclass(frozen=True, slots=True)
class Reader:
    """`relation`: staff, provider, member or nobody; `members`: public ids of whom a member account stands for."""

    relation: str
    organisation_id: int | None = None
    members: frozenset[str] = frozenset()
    sees_restricted: bool = False

    @property
    def is_provider(self) -> bool:
        return self.relation == "provider"

    def of_claims(self) -> list[Any]:
        """What narrows a query of claims to those that this reader may see."""
        if self.relation == "staff":
            return [] if self.sees_restricted else [Claim.is_restricted.is_(False)]
        if self.relation == "provider":
            return [Claim.organisation_id == self.organisation_id]
        if self.relation == "member":
            return [Claim.member_number.in_(self.members), Claim.member_id.is_not(None)]
        return [false()]

    def of_dry_runs(self) -> list[Any]:
        """Of the log of dry runs: an auditor's all, a member's own."""
        if self.relation == "staff":
            return [] if self.sees_restricted else [DryRun.is_restricted.is_(False)]
        return [Member.public_id.in_(self.members)] if self.relation == "member" else [false()]

    def of_receipts(self) -> list[Any]:
        if self.relation == "staff":
            return []
        return [ClaimReceipt.organisation_id == self.organisation_id] if self.is_provider else [false()]


EVERYONE = Reader("staff", sees_restricted=True)
"""The house itself, for work that no person reads."""


def reader_of(who: Actor) -> Reader:
    if who.organisation_id is not None:
        return Reader("provider", who.organisation_id, sees_restricted=True)
    if who.roles & FUND_STAFF:
        return Reader("staff", sees_restricted=SCOPE in who.scopes)
    if who.has(Role.MEMBER, Role.REPRESENTATIVE):
        return Reader("member", members=who.scopes, sees_restricted=True)
    return Reader("nobody")
