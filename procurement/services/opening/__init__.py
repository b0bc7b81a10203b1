"""After the deadline: the manifest, declarations, then two ceremonies with m of n officers, each with its minutes."""

from __future__ import annotations

from procurement.services.opening.blocking import add_block, blocks
from procurement.services.opening.ceremony import join_opening
from procurement.services.opening.hinting import hints
from procurement.services.opening.interests import declare_interest
from procurement.services.opening.manifest import manifest_of, publish_due_manifests, publish_manifest
from procurement.services.opening.minutes import countersign
from procurement.services.opening.replacing import candidates, replace_evaluator

__all__ = [
    "add_block",
    "blocks",
    "candidates",
    "countersign",
    "declare_interest",
    "hints",
    "join_opening",
    "manifest_of",
    "publish_due_manifests",
    "publish_manifest",
    "replace_evaluator",
]
