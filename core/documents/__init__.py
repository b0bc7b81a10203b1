"""Documents: letters, receipts and statements as PDF, in the fund's languages, the same bytes each time."""

from core.documents.house import in_house_language, letterhead
from core.documents.layout import Document
from core.documents.letterhead import Letterhead, in_its_language
from core.documents.parts import Figure, Knot, Strand
from core.documents.tables import Cell, Column
from core.documents.text import code, count, day, instant, money, number, typed

__all__ = [
    "Cell",
    "Column",
    "Document",
    "Figure",
    "Knot",
    "Letterhead",
    "Strand",
    "code",
    "count",
    "day",
    "in_house_language",
    "in_its_language",
    "instant",
    "letterhead",
    "money",
    "number",
    "typed",
]
