"""What was granted, where members are placed, and what was given."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:  # noqa: ARG001
    """Hand this room's pages, commands and work lists to the house."""
    from care import services  # noqa: F401 - tables
