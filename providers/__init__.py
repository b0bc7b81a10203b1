"""The register: who asks to give care, who is accredited, where, with how many places."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hand this room's pages, API and work lists to the house."""
    from providers import models  # noqa: F401 - tables
