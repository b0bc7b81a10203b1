"""What the fund checks by itself before a provider may stand on a list: from the register, asked anew at every step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from core.words import _l
from procurement.models.open_list import OpenList
from providers import queries as providers
from providers.models import Provider
from providers.services.registration import DOCUMENT_KINDS

CONDITIONS = {
    "accredited": _l("Accredited by the fund today"),
    "service": _l("Registered for this kind of care"),
    "site": _l("A site in the register"),
    "reserved": _l("A unit of the social and solidarity economy"),
    "places": _l("Enough licensed places"),
    **{f"evidence-{kind}": word for kind, word in DOCUMENT_KINDS.items()},
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One term and whether a provider meets it on a day. Evidence may follow; the rest must be there to apply."""

    code: str
    text: object
    is_met: bool

    @property
    def may_follow(self) -> bool:
        return self.code.startswith("evidence-")


def conditions_for(open_list: OpenList, organisation_id: int, on: dt.date) -> list[Condition]:
    """In the order in which they are shown."""
    provider = providers.provider_of(organisation_id)
    lines = {row.service_line for row in provider.service_lines} if provider else set()
    found = [
        _plain("accredited", providers.is_accredited(organisation_id, on)),
        _plain("service", open_list.service_line in lines),
        _plain("site", provider is not None and bool(provider.sites)),
    ]
    if open_list.is_reserved:
        found.append(_plain("reserved", providers.sse(organisation_id, on).is_sse))
    if open_list.minimum_places:
        found.append(_places(open_list, organisation_id, on))
    return [*found, *_evidence(open_list, provider, on)]


def unmet(found: Iterable[Condition], *, with_evidence: bool = True) -> list[Condition]:
    return [row for row in found if not row.is_met and (with_evidence or not row.may_follow)]


def _plain(code: str, is_met: bool) -> Condition:
    return Condition(code, CONDITIONS[code], is_met)


def _places(open_list: OpenList, organisation_id: int, on: dt.date) -> Condition:
    places, least = providers.licensed_places(organisation_id, open_list.service_line, on), open_list.minimum_places
    words = _l("At least %(least)s licensed places (you have %(places)s)", least=least, places=places)
    return Condition("places", words, places >= least)


def _evidence(open_list: OpenList, provider: Provider | None, on: dt.date) -> Iterable[Condition]:
    """A document of the kind in the register, not run out."""
    papers = provider.documents if provider else []
    valid = {row.kind for row in papers if row.valid_until is None or row.valid_until >= on}
    for kind in open_list.evidence:
        words = _l("%(document)s, valid, in the register", document=DOCUMENT_KINDS[kind])
        yield Condition(f"evidence-{kind}", words, kind in valid)
