"""How a side signed, in one sentence: on the page, on the paper, in the procedure file."""

from __future__ import annotations

from typing import Any

from core.config import fund
from core.documents import typed
from core.words import _, _l
from procurement.models.signature import ContractSignature

METHODS: dict[str, Any] = {
    "second_factor": _l("With a second factor"),
    "demo": _l("By one click, in the demonstration"),
    "scan": _l("By hand, on paper"),
    "signed_pdf": _l("By certificate, in a signed PDF"),
    "open_list": _l("By application and admission to the list"),
}
SENTENCES: dict[str, Any] = {
    "second_factor": _l("%(side)s: %(name)s, with a second factor, on %(at)s."),
    "demo": _l("%(side)s: %(name)s, by one click in the demonstration, on %(at)s."),
    "scan": _l(
        "%(side)s: %(name)s, by hand; the scan came on %(at)s and was compared by %(other)s (SHA-256 %(file)s)."
    ),
    "signed_pdf": _l(
        "%(side)s: certificate of %(name)s by %(issuer)s; the signed PDF came on %(at)s (SHA-256 %(file)s)."
    ),
    "open_list": _l("%(side)s: by application and admission to the list, on %(at)s."),
}


def side_words(side: str) -> str:
    return _("For the provider") if side == "provider" else _("For the fund")


def how_signed(row: ContractSignature) -> str:
    """Side, whose signature, how and when, in the fund's time."""
    said = {
        "side": side_words(row.side), "name": typed(row.name), "other": typed(row.answered_name),
        "at": row.at.astimezone(fund().zone).strftime("%Y-%m-%d %H:%M"),
        "issuer": typed((row.reading or {}).get("issuer", "")), "file": row.file.sha256 if row.file else "",
    }  # fmt: skip
    return str(SENTENCES[row.method]) % said
