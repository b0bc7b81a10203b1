"""A contracted cooperative with a site, grants and placements, for tests of this room and those above."""

from __future__ import annotations

import datetime as dt
import itertools

from care import services
from care.models import CareGrant, Placement
from care.records import Slot
from core.actors import SYSTEM, Actor
from core.codes import Service, ServiceLine
from core.db import db, unit_of_work
from core.organisations import Organisation
from core.roles import Role
from members.models import Member
from procurement.models.contract import Contract, ContractLine
from providers.models import Provider, Site, SiteCapacity

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
BIRTH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
NURSERY, HOME_CARE = "CC-100", "LC-100"
_count = itertools.count(1)


def a_catalogue() -> None:
    """Two service lines with one service each."""
    if db.session.get(ServiceLine, "childcare"):
        return
    with unit_of_work():
        db.session.add_all(
            [ServiceLine(code="childcare", name="Childcare", position=1),
             ServiceLine(code="long_term_care", name="Long-term care", position=2)]
        )  # fmt: skip
        db.session.flush()
        db.session.add_all(
            [Service(code=NURSERY, service_line="childcare", name="Day nursery, hour", unit="hour"),
             Service(code=HOME_CARE, service_line="long_term_care", name="Home care visit", unit="visit")]
        )  # fmt: skip


def a_provider(places: int = 2) -> Organisation:
    """An organisation with one licensed site and a running contract for both services."""
    a_catalogue()
    n = next(_count)
    with unit_of_work():
        row = Organisation(
            number=f"O-2026-{n:03d}", name=f"Blue Door {n}", legal_form="cooperative", register_scheme="tz.rne",
            register_number=f"R{n}", district="North", created_at=BIRTH,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        db.session.add(Provider(organisation_id=row.id, number=f"P-2026-{n:03d}", state="accredited"))
        db.session.flush()
        site = Site(organisation_id=row.id, number=1, name=f"Nursery {n}", district="North")
        site.capacities = [SiteCapacity(service_line="childcare", licensed_places=places, valid_from=FIRST)]
        db.session.add(site)
        contract = Contract(
            number=f"C-2026-{n:03d}", organisation_id=row.id, title="Care", origin="open_list",
            service_line="childcare", valid_from=FIRST, valid_until=LAST, state="active",
            signed_by_provider="one", signed_by_fund="two", created_at=BIRTH,
        )  # fmt: skip
        contract.lines = [
            ContractLine(service=code, rate=1000, valid_from=FIRST, valid_until=LAST) for code in (NURSERY, HOME_CARE)
        ]
        db.session.add(contract)
    return row


def site_of(organisation: Organisation) -> Site:
    return db.session.query(Site).filter_by(organisation_id=organisation.id).one()


def staff_of(organisation: Organisation) -> Actor:
    return Actor(None, f"clerk {organisation.id}", "Clerk", frozenset({Role.PROVIDER_CLERK}), organisation.id)


def a_grant(member: Member, line: str = "childcare", **more: object) -> CareGrant:
    a_catalogue()
    with unit_of_work():
        return services.decide_grant(
            member, service_line=line, valid_from=FIRST, valid_until=LAST, reason="assessed", by=SYSTEM,
            **more,  # type: ignore[arg-type]
        )  # fmt: skip


def a_placement(
    member: Member, organisation: Organisation, *, at_home: bool = False, is_accepted: bool = True
) -> Placement:
    """Mondays and Thursdays, 08:30 to 10:00."""
    grant = a_grant(member, "long_term_care" if at_home else "childcare")
    with unit_of_work():
        row = services.offer_placement(
            grant,
            organisation_id=organisation.id,
            site_id=None if at_home else site_of(organisation).id,
            service=HOME_CARE if at_home else NURSERY,
            valid_from=FIRST,
            valid_until=LAST,
            pattern=[Slot(0, 510, 90), Slot(3, 510, 90)],
            by=SYSTEM,
        )
        if is_accepted:
            services.answer_placement(row, "accept", by=staff_of(organisation))
    return row
