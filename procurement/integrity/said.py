"""What a trail vouches for, and how a difference is named."""

from __future__ import annotations

from dataclasses import dataclass

from core.acts import Act
from core.audit import AuditEntry, Break


@dataclass(frozen=True, slots=True)
class Said:
    """One tender's trail: `by_act` in the order of the stream."""

    stream: str
    rows: list[AuditEntry]

    def by_act(self, act: Act) -> list[AuditEntry]:
        return [row for row in self.rows if row.act == act]

    def broken(self, place: str, reason: str) -> Break:
        return Break(self.stream, 0, reason, place)
