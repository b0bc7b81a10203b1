"""Pages of members: people and households, their cover, files."""

from flask import Blueprint

blueprint = Blueprint("members", __name__, url_prefix="/members")

from members.views import accounts, covers, people  # noqa: E402, F401 - they hang their routes on the blueprint
