from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("scores", __name__, url_prefix="/quality/scores")
