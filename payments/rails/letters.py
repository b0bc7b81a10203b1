"""Names in the few letters that every bank takes (the SEPA set). Arabic is spelled out letter by letter."""

from __future__ import annotations

import re
import unicodedata

_LATIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L"}
    | {"ð": "d", "þ": "th", "ı": "i", "&": "+", "’": "'", "‘": "'", "–": "-", "—": "-", "_": "-", "@": "(at)"}
)
_ARABIC = str.maketrans(
    dict(zip("ابتجدرزسفقكلمنهويةىءأإآؤئ", "abtjdrzsfqklmnhwyaa'aaawy", strict=True))
    | {
        "ث": "th",
        "ح": "h",
        "خ": "kh",
        "ذ": "dh",
        "ش": "sh",
        "ص": "s",
        "ض": "d",
        "ط": "t",
        "ظ": "z",
        "ع": "'",
        "غ": "gh",
    }
    | {"ـ": None, "،": ",", "ڨ": "g", "گ": "g", "پ": "p", "چ": "ch", "ڤ": "v"}
)
_FOREIGN = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")


def plain_letters(text: str, longest: int) -> str:
    """`text` in the SEPA character set, at most `longest` characters; what has no counterpart becomes a dot."""
    spelled = unicodedata.normalize("NFKC", text).translate(_ARABIC).translate(_LATIN)
    bare = "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    return re.sub(r" +", " ", _FOREIGN.sub(".", " ".join(bare.split())))[:longest].strip()
