"""TODO"""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hand this room's pages, commands and work lists to the house."""
