"""Claims: what was asked, what was decided and why."""

from __future__ import annotations

from flask import Flask

from claims import benefit_plan, facts
from claims.cli import claims_group, medicare_group
from core import plan


def register(app: Flask) -> None:
    """Hand this room's pages, commands and work lists to the house."""
    plan.declare(facts.PART, benefit_plan.parse)
    app.cli.add_command(claims_group)
    app.cli.add_command(medicare_group)
