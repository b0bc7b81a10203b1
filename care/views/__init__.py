"""Pages of care: grants and placements, records, the week of a site."""

from flask import Blueprint

blueprint = Blueprint("care", __name__, url_prefix="/care")

from care.views import affected, cancelling, continuity, entering, granting, months, recording  # noqa: E402, F401 - they hang their routes on the blueprint
