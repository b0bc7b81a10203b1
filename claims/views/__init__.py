"""The pages of the claims room: reading, sending, reviewing; one blueprint."""

from flask import Blueprint

blueprint = Blueprint("claims", __name__, url_prefix="/claims")

from claims.views import asked, cash, corrections, form, handbook, opening, reading, reviewing, sending, shadow  # noqa: E402

__all__ = [
    "asked",
    "blueprint",
    "cash",
    "corrections",
    "form",
    "handbook",
    "opening",
    "reading",
    "reviewing",
    "sending",
    "shadow",
]
