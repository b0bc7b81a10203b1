"""Facts about organisations, each asked once: the catalogue, what a statement may say, and what follows from two."""

from providers.facts.catalogue import GROUPS, PERIODS, Catalogue, Fact, Figure, Share, first_day
from providers.facts.plan import PART, catalogue_on, parse

__all__ = [
    "GROUPS",
    "PART",
    "PERIODS",
    "Catalogue",
    "Fact",
    "Figure",
    "Share",
    "catalogue_on",
    "first_day",
    "parse",
]
