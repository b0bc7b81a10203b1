"""BEN: granted by the plan, priced, within its limits, authorised?"""

from __future__ import annotations

from datetime import timedelta

from tests.reference.checks.view import (
    Found,
    View,
    absences,
    counts,
    entitlement,
    granted_use,
    is_granted,
    wants_grant,
)
from tests.reference.checks.windows import quantity_windows, shares
from tests.reference.money import window, window_after


def ben_01(view: View) -> Found | None:
    if view.cover is None or not view.line.service or not view.line.is_code_known:
        return None
    if view.row is not None and view.cover.package in view.row.packages:
        return None
    package = view.plan.packages.get(view.cover.package, view.cover.package)
    return Found("BEN-01", {"service": view.line.service, "package": package})


def ben_02(view: View) -> Found | None:
    line = view.line
    if not line.is_contracted or (line.contract is not None and line.contract.unit_price is not None):
        return None
    return Found("BEN-02", {"contract": line.contract.contract_number if line.contract else "", "on": view.on})


def ben_03(view: View) -> Found | None:
    """The limit that leaves the least speaks."""
    if view.row is None:
        return None
    asked, tightest = view.line.quantity_milli, None
    for key, start, limit, period in quantity_windows(view):
        used = view.ledger.used(key, "member", view.line.member_id or 0, start)
        left = max(limit - used, 0)
        if asked > left and (tightest is None or left < tightest["allowed"]):
            tightest = {"limit": limit, "period": period, "used": used, "allowed": left, "key": key}
    entitled = entitlement(view)
    if entitled is not None:
        limit, used = sum(each for _, each, _ in entitled), sum(min(used, each) for _, each, used in entitled)
        left = limit - used
        if asked > left and (tightest is None or left < tightest["allowed"]):
            key = "entitlement:childcare"
            tightest = {"limit": limit, "period": "week", "used": used, "allowed": left, "key": key}
    if tightest is None:
        return None
    tightest |= {"next": window_after(tightest["period"], view.on, view.cover), "unit": view.row.unit}
    return Found("BEN-03", tightest, allowed=tightest["allowed"])


def ben_03_windows(view: View) -> Found | None:
    """Each window that the line touches takes what was recorded in it, as far as it has room; the least speaks."""
    told = None
    for limit, own in shares(view):
        known = [share.recorded for share in own if share.recorded is not None]
        asked = min(view.line.quantity_milli, sum(known)) if known else view.line.quantity_milli
        allowed = sum(share.left(limit) for share in own)
        if asked > allowed and (told is None or allowed < told["allowed"]):
            told = {
                "limit": limit.quantity_milli,
                "period": limit.period,
                "windows": len(own),
                "used": sum(min(share.used, limit.quantity_milli) for share in own),
                "allowed": allowed,
                "key": limit.key,
                "next": window_after(limit.period, view.on, view.cover),
                "unit": view.row.unit if view.row else "",
            }
    return None if told is None else Found("BEN-03", told, allowed=told["allowed"], part="windows")


def ben_03_absences(view: View) -> Found | None:
    """So many days a year on which an absence told in time is paid; the parents pay the others."""
    told = absences(view)
    fact = view.line.attendance
    if told is None or fact is None:
        return None
    limit, used, left = told
    unpaid = sum(quantity for _, quantity in sorted(fact.absences)[left:])
    paid = fact.attended_milli - unpaid
    if not unpaid or paid >= view.line.quantity_milli:
        return None
    figures = {"limit": limit, "period": "year", "used": used, "absent": len(fact.absences), "left": left}
    return Found("BEN-03", figures, allowed=paid, part="absences")


def ben_04(view: View) -> Found | None:
    """An accepted line of the same code less than n days away, before or after."""
    if view.row is None or not view.row.frequency_days:
        return None
    near = [
        past
        for past in view.ledger.past
        if past.member_id == view.line.member_id
        and past.service == view.line.service
        and past.uses
        and abs((past.service_on - view.on).days) < view.row.frequency_days
    ]
    if not near:
        return None
    last = max(past.service_on for past in near)
    blocking = next(past for past in near if past.service_on == last)
    told = {
        "previous": last,
        "next": last + timedelta(days=view.row.frequency_days),
        "claim": blocking.claim_number,
        "claim_id": blocking.claim_id,
    }
    return Found("BEN-04", told)


def ben_05(view: View) -> Found | None:
    if view.row is None:
        return None
    for limit in counts(view):
        start = window(limit.period, view.on, view.cover)
        entries = list(view.ledger.entries(limit.key, "member", view.line.member_id or 0, start))
        count = sum(entry["amount"] for _, entry in entries)
        is_counted = any(claim == view.line.claim_id for claim, _ in entries)
        if count >= limit.count and not is_counted:
            told = {
                "name": limit.name,
                "count": count,
                "count_limit": limit.count,
                "period": limit.period,
                "next": window_after(limit.period, view.on, view.cover),
            }
            return Found("BEN-05", told)
    return None


def ben_07(view: View) -> Found | None:
    if view.row is None or not view.row.needs_authorisation or is_granted(view):
        return None
    number = view.line.grant.number if view.line.grant else view.line.authorisation_no
    return Found("BEN-07", {"number": number, "on": view.on})


def ben_08(view: View) -> Found | None:
    grant = view.line.grant
    if grant is None or grant.granted_milli is None or not wants_grant(view):
        return None
    used = granted_use(view)
    left = max(grant.granted_milli - used, 0)
    if view.line.quantity_milli <= left:
        return None
    told = {"granted": grant.granted_milli, "number": grant.number, "used": used, "allowed": left}
    told["unit"] = view.row.unit if view.row else ""
    return Found("BEN-08", told, allowed=left)


def ben_09(view: View) -> Found | None:
    """An emergency needs none."""
    line = view.line
    if view.row is None or not view.row.needs_referral or line.referral_no or line.visit_type == "emergency":
        return None
    return Found("BEN-09", {"service": line.service})
