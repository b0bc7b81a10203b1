"""The one small-number rule: nobody's figure is shown, or can be worked out, where few persons stand behind it.

Primary: fewer than k persons in a cell, or 1 to k-1 with or without the thing counted.
Secondary: what the published cells and totals leave for a hidden one must stay k wide, however they are subtracted.
"""

from quality.suppression.cells import PERSONS, STAFF, Cell, Reason, is_small
from quality.suppression.tables import Protected, Sum, protect, shelter

__all__ = ["PERSONS", "STAFF", "Cell", "Protected", "Reason", "Sum", "is_small", "protect", "shelter"]
