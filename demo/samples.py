"""A stratified sample of a health cooperative: announced, drawn, in part judged."""

from __future__ import annotations

from collections.abc import Mapping

from core import clock
from core.actors import Actor
from core.config import fund
from demo.instants import at
from demo.people import Staff
from providers.models import Provider
from quality.periods import ONE_DAY, last_full_quarter
from quality.queries.providers import provider_of
from quality.samples import services
from quality.samples.models import AuditSample
from quality.samples.queries.frames import frame_lines
from quality.samples.queries.lines import lines_of
from quality.samples.services import Wanted
from quality.samples.states import Design

Desk = Mapping[str, Actor]
LOTTERY = (
    "The six winning numbers of the lottery of Taziria of that evening, in the order drawn, with spaces between them."
)
PAPER = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
LINES, JUDGED, WRONG = 60, 9, (2, 5)


def tell(staff: Staff, desks: Mapping[str, Desk]) -> None:
    """Costs a frame, a draw and nine findings. A fund told small has too few lines of one clinic to draw from."""
    today = clock.today(fund().zone)
    quarter = last_full_quarter(today)
    provider, first, drawn_on = _provider(desks["clinic-0"]), quarter.before.first, today - 17 * ONE_DAY
    frame = frame_lines(
        provider.organisation_id, first, quarter.last, covered="paid", services=(), known_to=staff.auditor
    )
    if len(frame) < LINES:
        return
    with at(today - 20 * ONE_DAY):
        wanted = Wanted(Design.STRATIFIED, first, quarter.last, size=LINES, source=LOTTERY, source_on=drawn_on)
        row = services.announce(provider, wanted, by=staff.auditor)
    with at(drawn_on, 20):
        services.draw(row, "4 11 17 23 38 40", by=staff.auditor)
    with at(today - 5 * ONE_DAY):
        services.send_papers(row, 1, [(PAPER, "register.pdf")], by=desks["clinic-0"]["clerk"])
    with at(today - 4 * ONE_DAY):
        _judge(row, staff)


def _judge(row: AuditSample, staff: Staff) -> None:
    for line in lines_of(row)[:JUDGED]:
        is_wrong = line.row.position in WRONG
        services.find(
            row, line.row.position, allowed=line.row.amount // 2 if is_wrong else line.row.amount,
            error="quantity" if is_wrong else "none", evidence="register of the day, page 12" if is_wrong else "",
            text="One visit stands in the register, two were billed." if is_wrong else "", by=staff.auditor,
        )  # fmt: skip


def _provider(desk: Desk) -> Provider:
    found = provider_of(desk["clerk"].organisation_id or 0)
    assert found is not None
    return found
