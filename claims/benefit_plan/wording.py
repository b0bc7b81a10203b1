"""The fields and values of a benefits plan as people read them: “16 per year”, “10 %”, “3 months”."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from core.words import _, _l

FIELDS: dict[str, Any] = {
    "absence_days": _l("Paid absence days a year"),
    "age_from_months": _l("Age from"),
    "age_until_months": _l("Age below"),
    "amount": _l("Amount"),
    "amount_above": _l("Reviewed above"),
    "appeal_days": _l("Days to appeal"),
    "above": _l("Monthly income above"),
    "upto": _l("Monthly income up to"),
    "band": _l("Income band"),
    "basis": _l("Legal reference"),
    "by_care_level": _l("Amount by care level"),
    "care_level_from": _l("Care level from"),
    "cash_by_care_level": _l("Cash by care level"),
    "categories": _l("Reaches categories"),
    "category": _l("Category"),
    "ceiling_basis": _l("Caps"),
    "codes": _l("Reaches services"),
    "copayment": _l("Fixed co-payment"),
    "count": _l("At most"),
    "diagnoses": _l("Diagnoses that fit"),
    "diagnosis_system": _l("Code table of diagnoses"),
    "documents": _l("Documents needed"),
    "entitlement": _l("Entitlement"),
    "exclusive_services": _l("Stays that exclude each other"),
    "filing_days": _l("Days to send a claim"),
    "first_claims": _l("First claims of a provider"),
    "frequency_days": _l("Days between two"),
    "has_family_fee": _l("Family fee by income"),
    "includes": _l("Pays for, as a package"),
    "includes_days": _l("Days around the package"),
    "income_ceiling": _l("Highest income that counts"),
    "income_floor": _l("Lowest income that counts"),
    "is_restricted": _l("Restricted reading"),
    "is_stay_exempt": _l("Also during a stay"),
    "kind": _l("Kind"),
    "kinds": _l("Counts claims of kind"),
    "limits": _l("Limits"),
    "line": _l("Service line"),
    "lines": _l("Service lines"),
    "match": _l("Paid as recorded by"),
    "name": _l("Name"),
    "needs_authorisation": _l("Needs an authorisation"),
    "needs_certificate": _l("Place needs a certificate"),
    "needs_diagnosis": _l("Needs a diagnosis"),
    "needs_professional": _l("Needs an accredited professional"),
    "needs_referral": _l("Needs a referral"),
    "never_during": _l("Never during a stay of the kind"),
    "pays_after_days": _l("Days until payment"),
    "cash_after_days": _l("Days from a month’s end to its cash benefits"),
    "counted_after_days": _l("Days from a month’s end to counting its claimed hours"),
    "per": _l("Per"),
    "price_of": _l("Price follows service"),
    "price_percent": _l("Per cent of that price"),
    "rates": _l("Rates per hour by children"),
    "returns": _l("Sent back"),
    "review_days": _l("Days to answer a review"),
    "scope": _l("Counted for"),
    "seed": _l("Seed of the draw"),
    "setting": _l("Given where"),
    "sex": _l("Sex"),
    "share": _l("Member’s share"),
    "share_by_band": _l("Share by income band"),
    "tariff_cut": _l("Cut of the hourly price"),
    "unit": _l("Unit"),
    "unit_limit": _l("Limit per unit"),
    "version": _l("Name of the version"),
    "visit_types": _l("For visits of type"),
    "waiting_group": _l("Waiting period of"),
    "when_undeclared": _l("Where no income is recorded"),
    "weekly_hours": _l("Hours a week"),
    "without": _l("Without services"),
}
_PERIODS: dict[str, Any] = {
    "claim": _l("per claim"),
    "cover": _l("per cover period"),
    "day": _l("per day"),
    "month": _l("per month"),
    "week": _l("per week"),
    "year": _l("per year"),
}
_SCOPES: dict[str, Any] = {"member": _l("for each member"), "household": _l("for the household")}
_RECORDS: dict[str, Any] = {
    "visit": _l("visits"),
    "attendance": _l("attendance"),
    "occupancy": _l("days of a place"),
    "occupancy_present": _l("days in the place"),
    "occupancy_away": _l("days away from the place"),
    "quote": _l("an accepted quote"),
}
_BANDS: dict[str, Any] = {"poverty": _l("poverty"), "ordinary": _l("ordinary"), "high": _l("high")}
_BASES: dict[str, Any] = {"gross": _l("the tariff value, before the share"), "net": _l("what the fund pays")}


def words_of(_table: str, field: str, value: Any) -> tuple[Any, Any]:
    """The words of a field and of its value as it stands in the text."""
    label = FIELDS.get(field, field.replace("_", " ").capitalize())
    return label, _none() if _is_empty(value) else _KINDS.get(field, _plain)(value)


def band_name(band: str) -> str:
    """The word for an income band; one that only the fund knows keeps its key."""
    return str(_BANDS.get(band, band))


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _none() -> str:
    return "–"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return ", ".join(f"{key.replace('_', ' ')}: {_plain(each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(each) for each in value)
    return str(value).replace("_", " ")


def _percent(value: Any) -> str:
    return f"{value / 100:g}\u00a0%" if isinstance(value, int) else str(value)


def _percents(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{band_name(band)}: {_percent(each)}" for band, each in value.items())
    return ", ".join(_percent(each) for each in value)


def _age(value: Any) -> str:
    if not isinstance(value, int) or value % 12:
        return _("%(count)s months", count=value)
    return _("%(count)s years", count=value // 12)


def _limits(value: Any) -> str:
    return ", ".join(f"{each.get('quantity')} {_PERIODS.get(each.get('per', ''), each.get('per'))}" for each in value)


def _days(value: Any) -> str:
    return _("%(count)s days", count=value)


_KINDS: dict[str, Callable[[Any], str]] = {
    "share": _percent,
    "share_by_band": _percents,
    "rates": _percents,
    "age_from_months": _age,
    "age_until_months": _age,
    "limits": _limits,
    "frequency_days": _days,
    "filing_days": _days,
    "appeal_days": _days,
    "review_days": _days,
    "pays_after_days": _days,
    "cash_after_days": _days,
    "counted_after_days": _days,
    "per": lambda value: str(_PERIODS.get(value, value)),
    "scope": lambda value: str(_SCOPES.get(value, value)),
    "match": lambda value: str(_RECORDS.get(value, value)),
    "ceiling_basis": lambda value: str(_BASES.get(value, value)),
}
