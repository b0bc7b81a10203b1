"""Audit cases in the middle of their road, complaints of members, and the fund's own scorecard with second reviews."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from core import clock
from core.actors import Actor
from core.config import fund
from demo.instants import at
from demo.people import Staff
from providers.models import Provider
from quality.audit_cases import services as cases
from quality.audit_cases.services import Conclusion, Decision, Entry, Question
from quality.fund import double_review, queries, services
from quality.grievances import services as grievances
from quality.grievances.services import Complaint
from quality.periods import ONE_DAY, last_full_quarter
from quality.queries.providers import provider_of

Desk = Mapping[str, Actor]


def tell(staff: Staff, desks: Mapping[str, Desk], member: str) -> None:
    """One case decided and open to appeal, one about someone's safety that waits for the provider's reply."""
    today = clock.today(fund().zone)
    _overpayment(today, staff, desks["care-1"])
    _complaints(today, staff, _provider(desks["nursery-0"]), _provider(desks["care-0"]), member)
    _second_reviews(today, staff)
    latest = last_full_quarter(today)
    for period in (latest.before, latest):
        with at(today - ONE_DAY):
            services.compute(period, by=staff.auditor)


def _overpayment(today: dt.date, staff: Staff, desk: Desk) -> None:
    with at(today - 40 * ONE_DAY):
        asked = Question("Were visits billed on days when the carer was on leave?", "screen")
        case = cases.open_case(_provider(desk), asked, by=staff.auditor)
        cases.write_plan(case, "Leave register against visits of two months; two interviews.", by=staff.auditor)
    with at(today - 33 * ONE_DAY):
        seen = "The leave register shows four days on which W-03 signed nine visits."
        cases.add_entry(case, Entry("evidence", seen, is_shared=True), by=staff.auditor)
        told = "The coordinator says that a colleague came and signed with the wrong code."
        cases.add_entry(case, Entry("interview", told), by=staff.auditor)
        exponent = fund().currency.exponent
        said = Conclusion(
            "recover", "Nine visits were signed by a carer on leave; for none is another carer on the roster.",
            112 * 10**exponent, "Benefit of the nine lines, as paid.",
        )  # fmt: skip
        cases.conclude(case, said, by=staff.auditor)
    with at(today - 26 * ONE_DAY):
        cases.reply(
            case, "For two of them the roster was corrected the week after; we attach nothing.", by=desk["manager"]
        )
    with at(today - 6 * ONE_DAY):
        decided = Decision(
            "recover", "Two visits stand by the corrected roster. Seven do not.", 87 * 10**exponent, 3,
            today + 30 * ONE_DAY, [("Sign visits with the carer's own code only", today + 45 * ONE_DAY)],
        )  # fmt: skip
        cases.decide(case, decided, by=staff.second_auditor)


def _complaints(today: dt.date, staff: Staff, nursery: Provider, care: Provider, member: str) -> None:
    with at(today - 12 * ONE_DAY):
        said = Complaint("access", "The morning visit comes at eleven, or not at all.", care.number, member, "phone")
        row = grievances.receive(said, by=staff.complaints)
    with at(today - 4 * ONE_DAY):
        grievances.answer(
            row, "The cooperative changed its route from Monday. Call us if it is late again.", by=staff.complaints
        )
    with at(today - 2 * ONE_DAY):
        said = Complaint("safety", "The gate to the street stood open at midday, twice.", nursery.number, "", "letter")
        urgent = grievances.receive(said, by=staff.complaints)
        assert urgent.case is not None
        cases.add_entry(urgent.case, Entry("note", "Inspector sent the same day."), by=staff.auditor)
        found = Conclusion("improve", "The lock was broken for nine days; nobody had been told to report it.")
        cases.conclude(urgent.case, found, by=staff.auditor)


def _second_reviews(today: dt.date, staff: Staff) -> None:
    """Three months of second looks; of the last month none was made yet."""
    first = today.replace(day=1)
    months = [(first - back * ONE_DAY).replace(day=1) for back in (80, 50, 20)]
    for month in months:
        with at(min((month + 40 * ONE_DAY).replace(day=3), today)):
            double_review.draw(month, by=staff.auditor)
    with at(today - 5 * ONE_DAY):
        for row in queries.reviews_in(("drawn",), 500):
            if row.month != months[-1]:
                double_review.review(row, "pass", "The register of the day agrees.", by=staff.second_reviewer)


def _provider(desk: Desk) -> Provider:
    found = provider_of(desk["manager"].organisation_id or 0)
    assert found is not None
    return found
