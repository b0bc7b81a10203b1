"""Noto Sans and Noto Sans Arabic, registered once per process, Regular and Bold.

The packages hold variable fonts, which ReportLab reads at Regular weight; Bold is cut out of them at first use.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO

import fontpkg
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FAMILIES = {"NotoSans": "noto-sans", "NotoSansArabic": "noto-sans-arabic"}
# Only what titles and sums can need; the cut then takes a fifth of the time. The rest falls back to Regular.
BOLD_RANGES = (
    range(0x20, 0x180),
    range(0x2010, 0x2040),
    range(0x20A0, 0x20C1),
    range(0x2212, 0x2213),
    range(0x600, 0x700),
    range(0xFB50, 0xFE00),
    range(0xFE70, 0xFF00),
)
LAYOUT = frozenset({"GDEF", "GPOS", "GSUB"})


@cache
def face(family: str, *, bold: bool) -> TTFont:
    """The registered font of a family and weight."""
    name = f"{family}-Bold" if bold else family
    source = _bold(family) if bold else str(fontpkg.path(FAMILIES[family]))
    font = TTFont(name, source)
    pdfmetrics.registerFont(font)
    return font


@cache
def characters(family: str, *, bold: bool) -> frozenset[int]:
    """Every code point the font can draw."""
    return frozenset(face(family, bold=bold).face.charToGlyph)


def _bold(family: str) -> BytesIO:
    # Only here: a process that prints nothing need not wait half a second for them.
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont as VariableFont
    from fontTools.varLib.instancer import instantiateVariableFont

    variable = VariableFont(fontpkg.path(FAMILIES[family]), recalcTimestamp=False)
    options = Options(layout_features=[], notdef_outline=True, hinting=False)
    for table in LAYOUT.intersection(variable.keys()):  # ReportLab does not read them; to cut them is half of the work
        del variable[table]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[point for points in BOLD_RANGES for point in points])
    subsetter.subset(variable)
    cut = instantiateVariableFont(variable, {"wght": 700, "wdth": 100}, inplace=True)
    # ReportLab tells embedded fonts apart by their PostScript name; with the Regular's name Bold would be lost.
    cut["name"].setName(f"{family}-Bold", 6, 3, 1, 0x409)
    out = BytesIO()
    cut.save(out)
    out.seek(0)
    return out
