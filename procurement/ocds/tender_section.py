"""What is asked, as the `tender` section: lots, items, criteria, periods."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.codes import Service
from core.config import fund
from procurement.models.tender import Criterion, Lot, LotService, Tender
from procurement.ocds.codes import coded
from procurement.ocds.parties import FUND_ID
from procurement.ocds.values import amount, days, instant, number
from procurement.reserving import KINDS

Catalogue = dict[str, Service]
CRITERION_TYPES = {"price": "price", "quality": "quality", "social": "quality", "record": "quality"}


def tender_section(tender: Tender, catalogue: Catalogue) -> dict[str, Any]:
    """The notice as it stands; `catalogue` are the services by code."""
    opened = tender.published_at or tender.created_at
    return {
        "id": tender.number,
        "title": tender.title,
        "description": tender.summary,
        "status": coded("tender_status", tender.state),
        "procuringEntity": {"id": FUND_ID, "name": fund().name},
        "mainProcurementCategory": "services",
        "procurementMethod": "open",
        "procurementMethodDetails": "Sealed bids in two envelopes; quality is locked before prices are opened.",
        "awardCriteria": "qualityOnly" if tender.price_formula == "fixed" else "ratedCriteria",
        "awardCriteriaDetails": f"Price formula: {tender.price_formula}. Marks are combined by: {tender.combination}.",
        "submissionMethod": ["electronicSubmission"],
        "submissionTerms": {
            "electronicSubmissionPolicy": "required",
            "variantPolicy": "notAllowed",
            "languages": list(fund().languages),
        },
        "value": amount(tender.value) if tender.lots else None,
        "tenderPeriod": {"startDate": instant(opened), "endDate": instant(tender.closes_at)},
        "enquiryPeriod": {"startDate": instant(opened), "endDate": instant(tender.questions_until)},
        "contractPeriod": days(tender.starts_on, tender.ends_on),
        "bidOpening": {"date": instant(tender.closes_at), "description": "After the manifest of the bids is public."},
        "lots": [_lot(tender, lot) for lot in tender.lots],
        "items": [_item(tender, lot, row, catalogue) for lot in tender.lots for row in lot.services],
        "criteria": [_criterion(row) for row in tender.criteria_of("social")],
        "selectionCriteria": {"criteria": [{"type": "suitability", "description": text} for text in _admitted()]},
        "eligibilityCriteria": "; ".join(dict.fromkeys(filter(None, map(_reserved_to, tender.lots)))),
        "techniques": _techniques(tender.framework, None),
        "documents": [_notice(tender)],
    }


def lot_id(lot: Lot) -> str:
    """Stable within the procedure, in the form that eForms gave lots."""
    return f"LOT-{lot.number:04}"


def _admitted() -> list[str]:
    return ["Accredited on the day the bids close.", "Registered for the service line."]


def _lot(tender: Tender, lot: Lot) -> dict[str, Any]:
    is_over = tender.state in ("cancelled", "unsuccessful")
    goals = [_sustainability(row) for row in tender.criteria_of("social")]
    return {
        "id": lot_id(lot),
        "title": lot.title,
        "description": _reserved_to(lot),
        "status": coded("tender_status", tender.state) if is_over else coded("lot_status", lot.state),
        "value": amount(lot.ceiling),
        "mainProcurementCategory": "services",
        "contractPeriod": days(tender.starts_on, tender.ends_on),
        "awardCriteria": {"criteria": [_weighed(row) for row in tender.criteria]},
        "hasSustainability": bool(goals),
        "sustainability": goals,
        "otherRequirements": {"reservedParticipation": reserved_participation(lot)},
        "suitability": {"sme": True},
        "techniques": _techniques(tender.framework, lot.members),
    }


def _techniques(framework: str, members: int | None) -> dict[str, Any] | None:
    """A framework whose terms are fixed: its members give the care without competing again."""
    if not framework:
        return None
    agreement = {"method": "withoutReopeningCompetition", "maximumParticipants": members}
    return {"hasFrameworkAgreement": True, "frameworkAgreement": agreement}


def reserved_participation(lot: Lot) -> list[str]:
    """By code, where the closed list has one."""
    code = coded("reserved", lot.reservation)
    return [code] if code else []


def _reserved_to(lot: Lot) -> str | None:
    """In words, since the closed list knows no units of the social economy."""
    return str(KINDS[lot.reservation or "res-sse"]) if lot.is_reserved or lot.reservation else None


def _weighed(row: Criterion) -> dict[str, Any]:
    return {
        "type": CRITERION_TYPES[row.block],
        "name": row.name,
        "description": row.question,
        "numbers": [{"number": number(Decimal(row.weight).normalize()), "weight": "percentageExact"}],
    }


def _sustainability(row: Criterion) -> dict[str, Any]:
    """The catalogue's goal, or for a criterion of the fund's own the general one."""
    return {"description": row.name, "goal": coded("goal", row.code) or "social", "strategies": ["awardCriteria"]}


def _criterion(row: Criterion) -> dict[str, Any]:
    """A promise with its published anchors; `relatesToTenderer` stands where the older fields are deprecated."""
    need = {
        "id": f"{row.code}-1",
        "title": row.question or row.name,
        "description": row.evidence,
        "dataType": "boolean" if row.measure == "bool" else "number",
    }
    return {
        "id": row.code,
        "title": row.name,
        "description": row.unit,
        "relatesToTenderer": True,
        "requirementGroups": [{"id": row.code, "requirements": [need]}],
    }


def _item(tender: Tender, lot: Lot, row: LotService, catalogue: Catalogue) -> dict[str, Any]:
    service = catalogue.get(row.service)
    return {
        "id": f"{lot.number}-{row.service}",
        "description": service.name if service else row.service,
        "classification": {"scheme": "CPV", "id": lot.cpv or coded("cpv", tender.service_line)},
        "additionalClassifications": [{"scheme": "TOUIZA-SERVICE", "id": row.service}],
        "quantity": row.volume,
        "unit": {"name": service.unit} if service else None,
        "deliveryAddresses": [{"locality": lot.place}] if lot.place else None,
        "relatedLot": lot_id(lot),
    }


def _notice(tender: Tender) -> dict[str, Any]:
    return {
        "id": "notice",
        "documentType": "tenderNotice",
        "title": tender.title,
        "url": f"{fund().address}/public/tenders/{tender.number}/notice.pdf",
        "datePublished": instant(tender.published_at) if tender.published_at else None,
        "format": "application/pdf",
        "language": tender.lang,
    }
