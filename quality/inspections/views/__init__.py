"""The pages of inspections."""

from __future__ import annotations

from quality.inspections.views import filling, planning
from quality.inspections.views.showing import blueprint

__all__ = ["blueprint", "filling", "planning"]
