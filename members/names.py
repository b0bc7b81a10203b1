"""How a name, a phone and an identity number are brought into the one form they are searched by."""

from __future__ import annotations

import unicodedata

_TATWEEL = "\u0640"


def normalise_name(text: str) -> str:
    """Lower case, no accents or vowel marks, single spaces: “Ben  Ámor” → “ben amor”."""
    parts = unicodedata.normalize("NFKD", text.replace(_TATWEEL, "").replace("’", "'"))
    plain = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return " ".join(plain.casefold().replace("-", " ").split())


def normalise_phone(text: str) -> str:
    """Digits only, a leading 00 taken for +: “00216 71-555 010” → “+21671555010”."""
    digits = "".join(str(unicodedata.digit(sign)) for sign in text if sign.isdigit())
    if text.strip().startswith("+"):
        return f"+{digits}"
    return f"+{digits[2:]}" if digits.startswith("00") else digits


def normalise_identity(text: str) -> str:
    """Letters and digits only, in capitals."""
    return "".join(sign for sign in text.upper() if sign.isalnum())
