"""What was claimed, which never changes, and what was decided on it: one version after the other (DECISIONS 28).

Every table begins its key with `partition`, the household's hash at submission (0 when unknown); it never moves.
The live decision of a claim is its highest version; versions count 1, 2, 3 … without gaps.
"""

from __future__ import annotations

from claims.models.approval import LineReview
from claims.models.arrival import ClaimDocument, ClaimDraft, ClaimReceipt
from claims.models.claim import CHANNELS, Claim, ClaimLine, ClaimNumber
from claims.models.decision import ClaimVersion, LineVersion
from claims.models.dry_runs import DryRun
from claims.models.opening import OpeningFile, OpeningUse
from claims.models.waiting import ClaimWaiting

__all__ = [
    "CHANNELS",
    "Claim",
    "ClaimDocument",
    "ClaimDraft",
    "ClaimLine",
    "ClaimNumber",
    "ClaimReceipt",
    "ClaimVersion",
    "ClaimWaiting",
    "DryRun",
    "LineReview",
    "LineVersion",
    "OpeningFile",
    "OpeningUse",
]
