"""The brand's colours and measures on paper: the tokens of the design page, in points."""

from __future__ import annotations

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4

LINEN = HexColor("#f3efe7")
PAPER = HexColor("#ffffff")
HAIR = HexColor("#ddd6ca")
EDGE = HexColor("#787164")
INK = HexColor("#1f2233")
SOFT = HexColor("#555a6c")
NILA = HexColor("#2d3277")
NILA_BRIGHT = HexColor("#5a5fb0")
SAFFRON = HexColor("#f2b632")
SAFFRON_INK = HexColor("#6f4a00")
SAFFRON_TINT = HexColor("#fdf2d5")

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 56.0
WIDTH = PAGE_WIDTH - 2 * MARGIN
TOP = PAGE_HEIGHT - 94.0  # below the letterhead of the first page
TOP_LATER = PAGE_HEIGHT - 62.0
BOTTOM = 56.0

TITLE, HEADING, BODY, TABLE, SMALL, TINY = 19.0, 13.0, 10.0, 9.5, 8.5, 7.5
