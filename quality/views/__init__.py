"""The pages of this room; each module adds its routes to the one blueprint."""

from quality.views import cases, figures, indicators, overview, papers, providers, records, series, spending
from quality.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "cases",
    "figures",
    "indicators",
    "overview",
    "papers",
    "providers",
    "records",
    "series",
    "spending",
]
