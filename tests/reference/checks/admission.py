"""ADM: can it be read, is it new, in time, possible and added up?"""

from __future__ import annotations

from datetime import date, timedelta

from tests.reference.checks.view import Found, View
from tests.reference.money import worth


def adm_01(view: View) -> Found | None:
    line = view.line
    missing = list(line.unreadable)
    if not line.service and "service" not in missing:
        missing.append("service")
    if line.service_from is None and "service_from" not in missing:
        missing.append("service_from")
    return Found("ADM-01", {"elements": missing}) if missing else None


def adm_01_whole_claim(view: View) -> Found | None:
    number, code = view.sent_back.get(view.line.claim_id, (view.line.line_no, ""))
    if number == view.line.line_no:
        return None
    return Found("ADM-01", {"line": number, "code": code}, part="whole_claim")


def adm_03(view: View) -> Found | None:
    line = view.line
    for past in view.ledger.past:
        same = (
            past.organisation_id == line.organisation_id
            and past.member_id == line.member_id
            and past.service == line.service
            and past.service_from == line.service_from
            and past.service_on == line.service_on
        )
        if line.starts_at is None:
            same = same and past.starts_at is None and past.quantity_milli == line.quantity_milli
        else:
            same = same and past.starts_at == line.starts_at
        if same and line.service and past.claim_id != line.replaces_claim_id:
            told = {"claim": past.claim_number, "on": past.service_on, "claim_id": past.claim_id}
            return Found("ADM-03", told)
    return None


def adm_04(view: View) -> Found | None:
    deadline = view.on + timedelta(days=view.plan.filing_days)
    if view.line.received_on <= deadline:
        return None
    told = {"days": view.plan.filing_days, "received": view.line.received_on, "deadline": deadline}
    return Found("ADM-04", told)


def adm_05(view: View) -> Found | None:
    first, last, received = view.line.service_from, view.line.service_until, view.line.received_on
    if first is None:
        return None
    starts, ends = view.line.starts_at, view.line.ends_at
    is_clock_right = starts is None or ends is None or starts < ends
    if first <= (last or first) <= received and is_clock_right:
        return None
    return Found("ADM-05", {"service_from": first, "service_until": last or first, "received": received})


def adm_06(view: View) -> Found | None:
    line = view.line
    is_possible = line.quantity_milli > 0 and line.unit_price >= 0
    expected = worth(line.quantity_milli, line.unit_price) if is_possible else 0
    if is_possible and expected == line.amount:
        return None
    told = {"quantity": line.quantity_milli, "price": line.unit_price, "amount": line.amount, "expected": expected}
    return Found("ADM-06", told)


def adm_06_total(view: View) -> Found | None:
    stated, total = view.line.stated_total, view.line.claim_total
    return Found("ADM-06", {"stated": stated, "total": total}, part="total") if stated not in (None, total) else None


def adm_08(view: View) -> Found | None:
    """The missing document that is due first is named, until its last day is over."""
    missing = _missing_documents(view)[:1]
    if not missing or _is_overdue(view, missing[0][0]):
        return None
    return Found("ADM-08", {"document": missing[0][1], "until": missing[0][0]})


def adm_09(view: View) -> Found | None:
    missing = _missing_documents(view)[:1]
    if not missing or not _is_overdue(view, missing[0][0]):
        return None
    return Found("ADM-09", {"document": missing[0][1], "until": missing[0][0]})


def _missing_documents(view: View) -> list[tuple[date, str]]:
    """(last day, name), the one that is due first before the others."""
    documents = view.row.documents if view.row else ()
    return sorted(
        (view.line.received_on + timedelta(days=each.days), each.name)
        for each in documents
        if view.line.amount >= each.amount_from and each.name not in view.line.documents
    )


def _is_overdue(view: View, until: date) -> bool:
    return view.line.known_on is not None and view.line.known_on > until
