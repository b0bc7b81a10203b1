"""The pages of the claims room: reading, sending, reviewing; one blueprint."""

from flask import Blueprint

blueprint = Blueprint("claims", __name__, url_prefix="/claims")

from claims.views import (  # noqa: E402
    approving,
    asked,
    cash,
    corrections,
    form,
    handbook,
    opening,
    reading,
    reviewing,
    sending,
    shadow,
)

__all__ = [
    "approving",
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
