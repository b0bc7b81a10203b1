"""The draft form: typed texts ↔ `TenderTerms`. Rows are numbered fields, so the form works without JavaScript."""

from procurement.views.drafting.reading import read
from procurement.views.drafting.rows import Rows, chosen, empty, from_catalogue, weight_sum
from procurement.views.drafting.screen import show_form, with_one_more
from procurement.views.drafting.typed import typed

__all__ = ["Rows", "chosen", "empty", "from_catalogue", "read", "show_form", "typed", "weight_sum", "with_one_more"]
