"""Claims as the screens read them, by day of receipt. Claims for restricted services are in none of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import String, case, cast, func, or_, select

from care.models import CareGrant
from claims import encoding
from claims.models import Claim, ClaimLine, ClaimVersion, LineVersion
from claims.queries.records import is_live, line_as_sent, lines_of_version, versions_of_claim
from core.db import db
from core.organisations import Organisation
from members.models import Member
from quality.desk.window import Window

if TYPE_CHECKING:
    import polars as pl

STRONG = ("denied", "pended")
PAID = ("accepted", "reduced")


class FoundLine(NamedTuple):
    """A claim line on which a rule found something; `stands`: no later decision took it back."""

    organisation_id: int
    reason: str
    reference: str
    amount: int
    stands: bool


def found_lines(window: Window, reasons: Collection[str]) -> Iterator[FoundLine]:
    """Findings of any version of the decisions. `reasons`: a code, or a code and the part of its rule after a colon."""
    codes = {reason.partition(":")[0] for reason in reasons}
    if not codes:
        return
    text = cast(LineVersion.detail, String)
    query = (
        select(Claim.organisation_id, Claim.number, LineVersion.line_no, LineVersion.submitted, LineVersion.detail)
        .add_columns(is_live().label("stands"))
        .join(ClaimVersion, versions_of_claim())
        .join(LineVersion, lines_of_version())
        .where(*_received(window), LineVersion.headline != "")
        .where(or_(LineVersion.state.in_(STRONG), LineVersion.headline.in_(codes), *_said(text, codes)))
        .order_by(Claim.id, LineVersion.line_no, LineVersion.version)
    )
    found: dict[tuple[int, int | str, str], FoundLine] = {}
    for row in db.session.execute(query):
        for code, part in encoding.reasons_in(row.detail):
            reason = code if code in reasons else f"{code}:{part}"
            if reason in reasons:
                line = f"{row.number}/{row.line_no}"
                found[row.organisation_id, line, reason] = FoundLine(
                    row.organisation_id, reason, line, row.submitted, row.stands
                )
    yield from found.values()


def _said(text: Any, codes: Collection[str]) -> list[Any]:
    """A line that is only reduced may have been reduced for another reason first."""
    reducing = [code for code in codes if code == "BEN-08"]
    return [text.contains(f'"{code}"') for code in reducing]


def lines_received(window: Window) -> dict[int, int]:
    """Organisation → lines of claims received."""
    query = select(Claim.organisation_id, func.sum(Claim.lines)).where(*_received(window))
    return {row[0]: int(row[1]) for row in db.session.execute(query.group_by(Claim.organisation_id))}


def tariff_lines(window: Window, services: Collection[str]) -> pl.DataFrame:
    """organisation_id, member_id, service, day, born_on, reference of paid lines for `services`."""
    import polars as pl

    query = (
        select(
            Claim.organisation_id,
            Claim.member_id,
            ClaimLine.service,
            ClaimLine.service_from,
            Member.born_on,
            Claim.number,
            ClaimLine.line_no,
        )
        .join(ClaimVersion, versions_of_claim())
        .join(LineVersion, lines_of_version())
        .join(ClaimLine, line_as_sent())
        .join(Member, Member.id == Claim.member_id)
        .where(*_received(window), ClaimLine.service.in_(services), LineVersion.state.in_(PAID), is_live())
    )
    schema = {"organisation_id": pl.Int64, "member_id": pl.Int64, "service": pl.String, "day": pl.Date}
    schema |= {"born_on": pl.Date, "number": pl.String, "line_no": pl.Int64}
    return pl.DataFrame(db.session.execute(query).all(), schema=schema, orient="row")


def care_levels() -> pl.DataFrame:
    """member_id, day, level: from that day on the member's need is so high; sorted by day."""
    import polars as pl

    query = select(CareGrant.member_id, CareGrant.valid_from, CareGrant.care_level)
    query = query.where(CareGrant.care_level.is_not(None)).order_by(CareGrant.valid_from, CareGrant.id)
    schema = {"member_id": pl.Int64, "day": pl.Date, "level": pl.Int64}
    return pl.DataFrame(db.session.execute(query).all(), schema=schema, orient="row")


class Halves(NamedTuple):
    """Accepted value (minor units) and claims of an organisation in a service line: before the middle, and after."""

    organisation_id: int
    service_line: str
    before: int
    after: int
    claims_before: int
    claims_after: int


def value_halves(window: Window) -> list[Halves]:
    is_after = Claim.received_at >= window.instant(window.middle)
    value = ClaimVersion.benefit + ClaimVersion.member_share
    sums = [func.sum(case((is_after, 0), else_=value)), func.sum(case((is_after, value), else_=0))]
    counts = [func.sum(case((is_after, 0), else_=1)), func.sum(case((is_after, 1), else_=0))]
    query = (
        select(Claim.organisation_id, Claim.service_line, *sums, *counts)
        .join(ClaimVersion, versions_of_claim())
        .where(*_received(window), ClaimVersion.state == "adjudicated", is_live())
        .group_by(Claim.organisation_id, Claim.service_line)
    )
    return [Halves(row[0], row[1], *map(int, row[2:])) for row in db.session.execute(query)]


def newest_claims(window: Window, organisation_ids: Collection[int], most: int) -> dict[int, list[str]]:
    """Organisation → its dearest claims of the second half, at most `most`."""
    place = func.row_number().over(
        partition_by=Claim.organisation_id, order_by=(Claim.amount.desc(), Claim.number.asc())
    )
    ranked = (
        select(Claim.organisation_id, Claim.number, place.label("place"))
        .where(*_received(window), Claim.received_at >= window.instant(window.middle))
        .where(Claim.organisation_id.in_(organisation_ids))
        .subquery()
    )
    found: dict[int, list[str]] = {}
    query = select(ranked.c.organisation_id, ranked.c.number).where(ranked.c.place <= most)
    for organisation_id, number in db.session.execute(query.order_by(ranked.c.organisation_id, ranked.c.place)):
        found.setdefault(organisation_id, []).append(number)
    return found


class PerMember(NamedTuple):
    """What an organisation was accepted for in a service line, and for how many members."""

    organisation_id: int
    service_line: str
    district: str
    members: int
    value: int


def value_per_member(window: Window) -> list[PerMember]:
    query = (
        select(
            Claim.organisation_id,
            Claim.service_line,
            Organisation.district,
            func.count(Claim.member_id.distinct()),
            func.sum(ClaimVersion.benefit + ClaimVersion.member_share),
        )
        .join(ClaimVersion, versions_of_claim())
        .join(Organisation, Organisation.id == Claim.organisation_id)
        .where(*_received(window), ClaimVersion.state == "adjudicated", Claim.service_line != "", is_live())
        .group_by(Claim.organisation_id, Claim.service_line, Organisation.district)
    )
    return [PerMember(*row[:4], int(row[4])) for row in db.session.execute(query)]


def free_amounts(window: Window, services: Collection[str]) -> list[tuple[int, int, str]]:
    """(organisation, minor units asked, claim line) of lines that no tariff fixes."""
    query = (
        select(Claim.organisation_id, ClaimLine.amount, Claim.number, ClaimLine.line_no)
        .join(ClaimLine, (ClaimLine.partition == Claim.partition) & (ClaimLine.claim_id == Claim.id))
        .where(*_received(window), ClaimLine.service.in_(services), ClaimLine.amount > 0)
        .order_by(Claim.id, ClaimLine.line_no)
    )
    return [(row[0], row[1], f"{row[2]}/{row[3]}") for row in db.session.execute(query)]


def _received(window: Window) -> list[Any]:
    return [
        Claim.received_at >= window.since,
        Claim.received_at < window.until,
        Claim.is_restricted.is_(False),  # evidence names claims: restricted care stands in none
    ]
