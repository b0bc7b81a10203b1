"""The pages of the desk; each module adds its routes to the one blueprint."""

from quality.desk.views import records, risk, screens, years
from quality.desk.views.blueprint import blueprint

__all__ = ["blueprint", "records", "risk", "screens", "years"]
