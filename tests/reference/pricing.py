"""From asked to paid: the steps of the regulation's arithmetic, in exact fractions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from claims.benefit_plan.rows import MoneyLimit
from tests.reference.checks import Found, View
from tests.reference.checks.view import (
    absences,
    counts,
    entitlement,
    granted_use,
    level_amount,
    wants_grant,
)
from tests.reference.checks.windows import quantity_windows, shares
from tests.reference.money import half_up, units, window, worth
from tests.reference.verdicts import Verdict, asked, empty
from tests.reference.verdicts import step as as_step
from tests.reference.verdicts import used as used_up


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
        self.trace = [as_step("asked", "", self.rest, self.rest, "fund", asked(view))]
        self.use: list[Verdict] = []

    def verdict(self) -> Verdict:
        self.step_1_tariff()
        self.step_2_quantity()
        self.step_2_reviewer()
        self.step_3_quote()
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
        return empty(self.view, self.found, "reduced" if self.found else "accepted") | {
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
        self.trace.append(as_step(step, code, self.rest, self.rest - amount, bearer, parameters))
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

    def step_2_reviewer(self) -> None:
        """Never more than was adjudicated; the provider bears what the reviewer leaves out."""
        approved = self.line.approved
        if approved is None:
            return
        said = {"role": approved.role, "text": approved.reason}
        if approved.unit_price < self.price:
            told = said | {"approved": approved.unit_price, "before": self.price}
            self.price = approved.unit_price
            self.reviewed(told, "approved_price")
        if approved.quantity_milli < self.quantity:
            told = said | {"approved": approved.quantity_milli, "before": self.quantity}
            self.quantity = approved.quantity_milli
            self.reviewed(told, "approved_quantity")

    def reviewed(self, told: dict[str, Any], part: str) -> None:
        self.take(part, "CLI-03", self.rest - min(worth(self.quantity, self.price), self.rest), told, part)

    def step_3_quote(self) -> None:
        """Works: never more than quoted, never more than accepted."""
        quote = self.line.quote
        if self.row.match != "quote" or quote is None or quote.accepted is None:
            return
        most = min(quote.quoted, quote.accepted)
        if self.rest > most:
            told = {"quote": quote.number, "quoted": quote.quoted, "accepted": quote.accepted, "tariff": most}
            self.take("quote", "PRC-01", self.rest - most, told, "quote")

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
        self.percentage_of_the_rest()
        if self.row.has_family_fee:
            self.family_fee()

    def percentage_of_the_rest(self) -> None:
        """A row with bands follows the income, else the band somebody entered, else what the plan says of silence."""
        percent, told, step = self.row.share, {}, "share"
        if self.row.share_by_band:
            band, said = self._band()
            known = [self.row.share, *self.row.share_by_band.values()]
            is_dearest = said == "undeclared"
            percent = max(known) if is_dearest else self.row.share_by_band.get(band, percent)
            told, step = {"band": said}, "banded_share"
        if percent:
            amount = half_up(Fraction(self.rest * percent, 10_000))
            self.take(step, "PRC-04", amount, {"percent": percent, "rest": self.rest} | told, step)

    def _band(self) -> tuple[str, str]:
        home, on = self.view.case.household, self.line.service_on
        if home.monthly_income is None:
            if home.income_band:
                return home.income_band, f"{home.income_band}_entered"
            return "", "undeclared" if self.view.plan.when_undeclared == "highest_share" else "unknown"
        income = home.monthly_income
        for row in self.view.plan.income_bands:
            above = row.above if row.above is not None else -1
            if row.valid_from <= on <= row.valid_until and above < income and (row.upto is None or income <= row.upto):
                return row.band, row.band
        return "", "ordinary"

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
            if limit.visit_types and self.line.visit_type not in limit.visit_types:
                continue
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
        return used_up(limit.key, limit.scope, subject, start, "money", 0, amount, used, limit.period)

    def counted(self) -> list[Verdict]:
        """Quantities, claims and the grant's balance; nothing of a line of which a reviewer approved nothing."""
        view, member = self.view, self.member.member_id
        if self.quantity == 0:
            return []
        entries = []
        for key, start, limit, period in quantity_windows(view):
            used = view.ledger.used(key, "member", member, start)
            entries.append(used_up(key, "member", member, start, "quantity", self.quantity, limit, used, period))
        for spread, own in shares(view):
            rest = self.quantity
            for share in own:
                here = rest if share is own[-1] else min(rest, share.left(spread))
                rest -= here
                told = ("quantity", here, spread.quantity_milli, share.used, spread.period)
                entries.append(used_up(spread.key, "member", member, share.start, *told))
        to_place = self.quantity
        for monday, hours, used in entitlement(view) or ():
            here = min(to_place, max(hours - used, 0))
            to_place -= here
            key = "entitlement:childcare"
            entries.append(used_up(key, "member", member, monday, "quantity", here, hours, used, "week"))
        told = absences(view)
        if told is not None and self.line.attendance is not None:
            rest = self.quantity - self.line.attendance.attended_milli
            rest += sum(quantity for _, quantity in self.line.attendance.absences)
            days = 0
            for _, quantity in sorted(self.line.attendance.absences):
                days += rest > 0
                rest -= quantity
            start = window("year", view.on, None)
            entries.append(
                used_up("absence:childcare", "member", member, start, "count", days, told[0], told[1], "year")
            )
        for limit in counts(view):
            start = window(limit.period, view.on, view.cover)
            before = list(view.ledger.entries(limit.key, "member", member, start))
            used = sum(entry["amount"] for _, entry in before)
            one = 0 if any(claim == self.line.claim_id for claim, _ in before) else 1
            entries.append(used_up(limit.key, "member", member, start, "count", one, limit.count, used, limit.period))
        grant = self.line.grant
        if grant is not None and grant.granted_milli is not None and wants_grant(view):
            scope = ("grant", "grant", grant.grant_id, grant.valid_from, "quantity")
            entries.append(used_up(*scope, self.quantity, grant.granted_milli, granted_use(view), "grant"))
        return entries
