"""Claims of the file that another claim of the same file corrects: they end, as they would here (reference §7)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from claims.case import ClaimDecision
from claims.reasons import Reason
from claims.sent import ClaimInput

Own = tuple[int, str]  # provider, its claim number
REPLACED = "replaced"


def own(claim: ClaimInput) -> Own:
    return claim.organisation_id, claim.provider_claim_no


def endings(claims: Sequence[ClaimInput], refused: Collection[Own] = ()) -> dict[Own, str]:
    """Claim → why it is not decided: replaced, or ADM-07 where another claim corrected the same one before it.

    `refused`: corrections that were sent back, which replace nothing. One that names a claim outside the file, itself,
    or a claim that leads back to it, is decided like any other.
    """
    known = {own(claim): claim for claim in claims}
    found: dict[Own, str] = {}
    for claim in claims:
        prior = claim.organisation_id, claim.replaces_no
        if prior not in known or own(claim) in refused or _leads_back(claim, known):
            continue
        if found.get(prior) == REPLACED:
            found[own(claim)] = Reason.ADM_07.code
        else:
            found[prior] = REPLACED
    return found


def _leads_back(claim: ClaimInput, known: Mapping[Own, ClaimInput]) -> bool:
    seen, at = {own(claim)}, claim
    while (prior := known.get((at.organisation_id, at.replaces_no))) is not None:
        if own(prior) in seen:
            return True
        seen.add(own(prior))
        at = prior
    return False


def ended(claim: ClaimInput, reason: str) -> ClaimDecision:
    """Nothing is owed for it, and it uses nothing."""
    asked = sum(line.amount for line in claim.lines)
    state = REPLACED if reason == REPLACED else "returned"
    return ClaimDecision(0, claim.provider_claim_no, state, reason, asked, asked, 0, 0, 0, [])
