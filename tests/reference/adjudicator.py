"""Decides a case row by row: find everything, take the strongest, else go down the steps from asked to paid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import Any

from claims.benefit_plan.rows import BenefitPlan, MoneyLimit
from claims.case import Case, Line
from tests.reference.checks import (
    Found,
    View,
    entitlement,
    findings,
    granted_use,
    level_amount,
    look,
    quantity_windows,
    wants_grant,
)
from tests.reference.ledger import Ledger
from tests.reference.money import half_up, units, window, worth

Verdict = dict[str, Any]
STRENGTH = "RDPAI"
KINDS = ("ADM", "MEM", "PRV", "CLI", "BEN", "CAR", "PRC", "REV")


def decide(case: Case, plans: Callable[[date], BenefitPlan]) -> dict[str, list[Verdict]]:
    """{"lines": …, "claims": …}; lines in the order in which they were decided."""
    ledger = Ledger(case)
    lines: list[Verdict] = []
    for line in sorted(case.lines, key=_turn):
        verdict = decide_line(look(case, line, plans(line.service_on), ledger))
        ledger.note(line, verdict)
        lines.append(verdict)
    return {"lines": lines, "claims": [_claim(number, lines) for number in dict.fromkeys(x["claim_id"] for x in lines)]}


def _turn(line: Line) -> tuple[Any, ...]:
    start = line.starts_at or datetime.combine(line.service_on, time(), UTC)
    return line.service_on, start, line.received_at, line.claim_id, line.line_no


def _claim(claim_id: int, lines: list[Verdict]) -> Verdict:
    own = [line for line in lines if line["claim_id"] == claim_id]
    states = [line["state"] for line in own]
    if "pended" in states:
        state = "pended"
    elif states == ["returned"] * len(states):
        state = "returned"
    elif "accepted" in states or "reduced" in states:
        state = "adjudicated"
    else:
        state = "denied"
    heads = [line["findings"] for line in own if line["headline"]]
    strongest = min((_rank(f["effect"], f["code"]) for found in heads for f in found), default=None)
    sums = {name: sum(line[name] for line in own) for name in AMOUNTS}
    return {"claim_id": claim_id, "state": state, "headline": strongest[2] if strongest else "", **sums}


AMOUNTS = ("submitted", "undecided", "benefit", "member_share", "write_off")


def _rank(effect: str, code: str) -> tuple[int, int, str]:
    return STRENGTH.index(effect), KINDS.index(code[:3]), code


def decide_line(view: View) -> Verdict:
    found = findings(view)
    effects = [each.effect for each in found]
    if "R" in effects:
        return _undecided(view, found, "returned")
    if "D" in effects:
        return _denied(view, found)
    if "P" in effects:
        return _undecided(view, found, "pended")
    return Pricing(view, found).verdict()


def _empty(view: View, found: list[Found], state: str) -> Verdict:
    head = min((_rank(each.effect, each.code) for each in found), default=None)
    return {
        "claim_id": view.line.claim_id,
        "line_no": view.line.line_no,
        "state": state,
        "headline": head[2] if head else "",
        "plan": view.plan.version,
        "submitted": view.line.amount,
        "undecided": 0,
        "quantity_milli": 0,
        "unit_price": 0,
        "eligible": 0,
        "deductible": 0,
        "copayment": 0,
        "benefit": 0,
        "member_share": 0,
        "write_off": 0,
        "findings": [
            {
                "code": each.code,
                "part": each.part,
                "effect": each.effect,
                "liable": each.liable,
                "amount": each.amount,
                "parameters": each.parameters,
            }
            for each in found
        ],
        "trace": [],
        "use": [],
    }


def _undecided(view: View, found: list[Found], state: str) -> Verdict:
    return _empty(view, found, state) | {"undecided": view.line.amount}


def _denied(view: View, found: list[Found]) -> Verdict:
    """The provider if any denying reason is the provider's, else another payer, else the member (DECISIONS 23)."""
    denying = [each for each in found if each.effect == "D"]
    for liable in ("CO", "OA", "PR"):
        owing = [each for each in denying if each.liable == liable]
        if owing:
            break
    owing[0].amount = view.line.amount
    bearer = "member" if liable == "PR" else "provider"
    steps = [
        _step("asked", "", view.line.amount, view.line.amount, "fund", _asked(view)),
        _step("denied", owing[0].code, view.line.amount, 0, bearer, owing[0].parameters),
    ]
    share = "member_share" if bearer == "member" else "write_off"
    return _empty(view, found, "denied") | {"trace": steps, share: view.line.amount}


def _asked(view: View) -> dict[str, Any]:
    return {"quantity": view.line.quantity_milli, "price": view.line.unit_price}


def _step(step: str, code: str, before: int, after: int, bearer: str, parameters: dict[str, Any]) -> Verdict:
    return {
        "step": step,
        "code": code,
        "before": before,
        "after": after,
        "bearer": bearer,
        "parameters": parameters,
    }


class Pricing:
    """The steps 0 to 6 of the regulation on one line that nothing refuses."""

    def __init__(self, view: View, found: list[Found]) -> None:
        assert view.row is not None
        assert view.member is not None
        assert view.line.contract is not None
        assert view.line.contract.unit_price is not None
        self.view, self.line, self.row, self.member = view, view.line, view.row, view.member
        self.cuts, self.found = found, list(found)
        self.tariff = view.line.contract.unit_price
        self.price = view.line.unit_price
        self.quantity = view.line.quantity_milli
        self.submitted = view.line.amount
        if view.plan.price_rule == "tariff":  # what is asked only informs
            self.price = self.tariff
            self.submitted = worth(self.quantity, self.tariff)
        self.rest = self.submitted
        self.taken = {"member": 0, "provider": 0}
        self.trace = [_step("asked", "", self.rest, self.rest, "fund", _asked(view))]
        self.use: list[Verdict] = []

    def verdict(self) -> Verdict:
        self.step_1_tariff()
        self.step_2_quantity()
        self.step_3_unit_limit()
        gross = self.step_3b_gross_ceilings()
        eligible = self.rest
        deductible = self.step_4_deductibles()
        before_share = self.rest
        self.step_5_share()
        copayment = before_share - self.rest
        net = self.step_6_net_ceilings()
        self.use += [entry | {"amount": eligible} for entry in gross] + [entry | {"amount": self.rest} for entry in net]
        self.use += self.counted()
        return _empty(self.view, self.found, "reduced" if self.found else "accepted") | {
            "submitted": self.submitted,
            "quantity_milli": self.quantity,
            "unit_price": self.price,
            "eligible": eligible,
            "deductible": deductible,
            "copayment": copayment,
            "benefit": self.rest,
            "member_share": self.taken["member"],
            "write_off": self.taken["provider"],
            "trace": self.trace,
            "use": [entry for entry in self.use if entry["amount"]],
        }

    def take(self, step: str, code: str, amount: int, parameters: dict[str, Any], part: str = "", found: Any = None):
        """`amount` leaves the fund's hands; a new finding unless a check had found it already."""
        if found is None:
            if not amount:
                return  # nothing taken, nothing said
            found = Found(code, parameters, part=part)
            self.found.append(found)
        found.amount = amount
        bearer = "member" if found.liable == "PR" else "provider"
        self.trace.append(_step(step, code, self.rest, self.rest - amount, bearer, parameters))
        self.taken[bearer] += amount
        self.rest -= amount

    def step_1_tariff(self) -> None:
        contract = self.line.contract
        assert contract is not None
        if self.price > self.tariff:
            self.price = self.tariff
            told = {
                "tariff": self.tariff,
                "contract": contract.contract_number,
                "since": contract.valid_from,
                "asked": self.line.unit_price,
            }
            self.take("price", "PRC-01", self.rest - worth(self.quantity, self.price), told, "price")
        lowered = self.attended_price()
        if lowered is not None and lowered < self.price:
            self.price = lowered
            fact = self.line.attendance
            assert fact is not None
            told = {
                "tariff": lowered,
                "billed": fact.billed_milli_of_site,
                "attended": fact.attended_milli_of_site,
            }
            amount = self.rest - worth(self.quantity, self.price)
            self.take("attendance_ratio", "PRC-01", amount, told, "attendance_ratio")

    def attended_price(self) -> int | None:
        """The agreed price falls in a straight line between the two ratios of billed to attended hours."""
        rules, fact = self.view.plan.childcare, self.line.attendance
        if rules is None or fact is None or self.row.unit != "hour" or not rules.tariff_cut:
            return None
        if not fact.billed_milli_of_site or not fact.attended_milli_of_site:
            return None
        ratio = Fraction(fact.billed_milli_of_site, fact.attended_milli_of_site)
        low, high = units(rules.ratio_from), units(rules.ratio_until)
        fall = min(max((ratio - low) / (high - low), Fraction(0)), Fraction(1))
        return max(half_up(self.tariff - fall * rules.tariff_cut), 0)

    def step_2_quantity(self) -> None:
        for cut in self.cuts:
            if cut.allowed is None:
                continue
            kept = min(self.quantity, cut.allowed)
            amount = self.rest - worth(kept, self.price)
            self.quantity = kept
            self.take("quantity", cut.code, amount, cut.parameters, found=cut)

    def step_3_unit_limit(self) -> None:
        limit = self.row.unit_limit
        if limit is not None and self.rest > worth(self.quantity, limit):
            told = {"limit": limit, "quantity": self.quantity}
            self.take("unit_limit", "BEN-06", self.rest - worth(self.quantity, limit), told, "unit_limit")

    def step_3b_gross_ceilings(self) -> list[Verdict]:
        return self._ceilings(self.row.gross_ceilings, "gross_ceiling")

    def step_4_deductibles(self) -> int:
        total = 0
        for limit in self.row.deductibles:
            entry = self._entry(limit)
            taken = min(self.rest, max(entry["limit"] - entry["used"], 0))
            told = {
                "name": limit.name,
                "limit": entry["limit"],
                "period": limit.period,
                "used": entry["used"],
                "taken": taken,
            }
            self.take("deductible", "PRC-03", taken, told, "deductible")
            self.use.append(entry | {"amount": taken})
            total += taken
        return total

    def step_5_share(self) -> None:
        if self.row.copayment:
            told = {"fixed": self.row.copayment}
            self.take("copayment", "PRC-02", min(self.row.copayment, self.rest), told, "copayment")
        percent = self.row.share_by_band.get(self.view.case.household.income_band, self.row.share)
        if percent:
            amount = half_up(Fraction(self.rest * percent, 10_000))
            self.take("share", "PRC-04", amount, {"percent": percent, "rest": self.rest}, "share")
        if self.row.has_family_fee:
            self.family_fee()

    def family_fee(self) -> None:
        rules, home = self.view.plan.childcare, self.view.case.household
        assert rules is not None
        income = rules.income_ceiling if home.monthly_income is None else home.monthly_income
        income = min(max(income, rules.income_floor), rules.income_ceiling)
        step = max(home.children, 1) + (1 if self.member.has_disability else 0)
        rate = rules.rates[min(step, len(rules.rates)) - 1]
        fee = half_up(Fraction(income * rate, 10_000) * units(self.quantity))
        told = {"percent": rate, "income": income, "hours": self.quantity}
        self.take("family_fee", "PRC-04", min(fee, self.rest), told, "family_fee")

    def step_6_net_ceilings(self) -> list[Verdict]:
        return self._ceilings(self.row.net_ceilings, "ceiling")

    def _ceilings(self, limits: tuple[MoneyLimit, ...], step: str) -> list[Verdict]:
        entries = []
        for limit in limits:
            entry = self._entry(limit)
            left = max(entry["limit"] - entry["used"], 0)
            if self.rest > left:
                told = {
                    "name": limit.name,
                    "limit": entry["limit"],
                    "period": limit.period,
                    "used": entry["used"],
                    "left": left,
                }
                self.take(step, "BEN-06", self.rest - left, told, step)
            entries.append(entry)
        return entries

    def _entry(self, limit: MoneyLimit) -> Verdict:
        view = self.view
        amount = limit.amount
        if limit.by_level:
            total, days = level_amount(limit.by_level, limit.period, self.member, view.on)
            amount = half_up(Fraction(total, days))
        subject = {
            "claim": self.line.claim_id,
            "member": self.member.member_id,
            "household": view.case.household.household_id,
        }[limit.scope]
        start = window(limit.period, view.on, view.cover)
        used = view.ledger.used(limit.key, limit.scope, subject, start)
        return _use(limit.key, limit.scope, subject, start, "money", 0, amount, used, limit.period)

    def counted(self) -> list[Verdict]:
        """Quantities, claims and the grant's balance."""
        view, member = self.view, self.member.member_id
        entries = []
        for key, start, limit, period in quantity_windows(view):
            used = view.ledger.used(key, "member", member, start)
            entries.append(_use(key, "member", member, start, "quantity", self.quantity, limit, used, period))
        to_place = self.quantity
        for monday, hours, used in entitlement(view) or ():
            here = min(to_place, max(hours - used, 0))
            to_place -= here
            key = "entitlement:childcare"
            entries.append(_use(key, "member", member, monday, "quantity", here, hours, used, "week"))
        for limit in self.row.counts:
            start = window(limit.period, view.on, view.cover)
            before = list(view.ledger.entries(limit.key, "member", member, start))
            used = sum(entry["amount"] for _, entry in before)
            one = 0 if any(claim == self.line.claim_id for claim, _ in before) else 1
            entries.append(_use(limit.key, "member", member, start, "count", one, limit.count, used, limit.period))
        grant = self.line.grant
        if grant is not None and grant.granted_milli is not None and wants_grant(view):
            scope = ("grant", "grant", grant.grant_id, grant.valid_from, "quantity")
            entries.append(_use(*scope, self.quantity, grant.granted_milli, granted_use(view), "grant"))
        return entries


def _use(
    key: str, scope: str, subject: int, start: date, unit: str, amount: int, limit: int, used: int, period: str
) -> Verdict:
    return {
        "key": key,
        "scope": scope,
        "subject_id": subject,
        "period_start": start,
        "unit": unit,
        "amount": amount,
        "limit": limit,
        "used": used,
        "period": period,
    }
