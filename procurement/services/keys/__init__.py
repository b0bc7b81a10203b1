"""Keys of a tender: each holder chooses a passphrase alone; made at the approval; rehearsed before bids arrive."""

from __future__ import annotations

from procurement.services.keys.choosing import choose_passphrase, make_tender_keys
from procurement.services.keys.coming import brought_by, come, erase, key_holder
from procurement.services.keys.rehearsal import rehearse

__all__ = [
    "brought_by",
    "choose_passphrase",
    "come",
    "erase",
    "key_holder",
    "make_tender_keys",
    "rehearse",
]
