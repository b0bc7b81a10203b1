"""The fund's dated numbers: versions of TOML texts, approved by two people, and what differs between two of them."""

from core.plan.changes import FieldChange, RowChange, changes
from core.plan.versions import (
    PlanVersion,
    Wording,
    approve,
    declare,
    in_force,
    parts,
    prepare,
    replaced_by,
    standing,
    timeline,
    timeline_with,
    title,
    version,
    versions,
    versions_in_force,
    wording,
)

__all__ = [
    "FieldChange",
    "PlanVersion",
    "RowChange",
    "Wording",
    "approve",
    "changes",
    "declare",
    "in_force",
    "parts",
    "prepare",
    "replaced_by",
    "standing",
    "timeline",
    "timeline_with",
    "title",
    "version",
    "versions",
    "versions_in_force",
    "wording",
]
