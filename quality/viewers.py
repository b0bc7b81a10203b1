"""What whom may see: the fund sees all, restricted figures marked; a provider sees its own, and peers as published."""

from __future__ import annotations

from dataclasses import dataclass

from core.actors import Actor
from core.errors import NotFound
from core.permissions import Permission, may
from core.roles import Role
from core.words import _l
from providers.models import Provider
from quality.comparison import Comparison
from quality.queries import providers as queries
from quality.statistics.funnel import Funnel
from quality.suppression import Reason


@dataclass(frozen=True, slots=True)
class Viewer:
    """`own`: the provider number whose staff is looking; empty for the fund's staff."""

    own: str
    may_read_cases: bool
    may_audit: bool
    may_read_claims: bool

    @property
    def is_fund(self) -> bool:
        return not self.own

    def sees_cases_of(self, provider: str) -> bool:
        """Cases name members' visits: the provider itself, auditors and inspectors."""
        return self.own == provider or (self.is_fund and self.may_read_cases)


FUND = Viewer("", may_read_cases=False, may_audit=False, may_read_claims=False)
"""The eyes of the house itself, for pictures drawn ahead."""


def viewer_of(who: Actor) -> Viewer:
    """The eyes of an actor. Staff of an organisation that is no provider sees nothing."""
    own = ""
    if who.organisation_id is not None:
        provider = queries.provider_of(who.organisation_id)
        if provider is None:
            raise NotFound(_l("Your organisation is not registered as a provider yet."))
        own = provider.number
    return Viewer(
        own,
        who.has(Role.AUDITOR, Role.INSPECTOR),
        may(Permission.AUDIT, who.roles),
        may(Permission.READ_CLAIMS, who.roles),
    )


def provider_seen(number: str, who: Actor) -> Provider:
    """The provider, or NotFound for strangers: another cooperative's page does not exist for them."""
    found = queries.provider_by_number(number, who.organisation_id)
    if found is None:
        raise NotFound(_l("No provider has this number."))
    return found


def funnel_seen(comparison: Comparison, viewer: Viewer) -> Funnel | None:
    """The funnel a viewer may see. A suppressed provider sees none: its own figure would give away another's."""
    funnel = comparison.funnel
    if funnel is None or viewer.is_fund:
        return funnel
    own = funnel.by_provider.get(viewer.own)
    return None if own is not None and own.reason is Reason.SUPPRESSED else funnel.published()
