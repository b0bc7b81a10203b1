"""People, households and cover: who the fund's members are."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:  # noqa: ARG001
    """Hand this room's pages, commands and work lists to the house."""
    from core import plan
    from members import services, waiting  # noqa: F401 - tables

    plan.declare(waiting.PART, waiting.parse)
