"""Free capacity by kind of care and district: worked out when asked, in one query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, select

from core.db import db
from providers.free_places import Moment, Place, booked, booked_minutes
from providers.models import Site, SiteCapacity
from providers.queries.lines import restricted_lines
from providers.queries.opening import open_minutes
from providers.queries.standing import accredited, covers


def free_capacity(
    moment: Moment, *, organisation_id: int | None = None, service_line: str = "", with_restricted: bool = False
) -> Sequence[Any]:
    """Kind of care, district, places licensed, persons booked, places free; minutes booked and free of that day.

    Minutes free are places times opening hours less what is booked: home care reads its capacity there.
    """
    place = Place(Site.organisation_id, Site.id, SiteCapacity.service_line)
    taken = booked(place, moment, with_restricted=with_restricted)
    minutes = booked_minutes(place, moment, with_restricted=with_restricted)
    hours = SiteCapacity.licensed_places * open_minutes(Site.id, SiteCapacity.service_line, moment.on)
    of_site = select(
        SiteCapacity.service_line, Site.district, SiteCapacity.licensed_places.label("places"), taken.label("taken"),
        minutes.label("booked"), hours.label("hours"),
    )  # fmt: skip
    of_site = of_site.join(SiteCapacity.site).where(covers(SiteCapacity, moment.on))
    of_site = of_site.where(accredited(Site.organisation_id, moment.on))
    if organisation_id is not None:
        of_site = of_site.where(Site.organisation_id == organisation_id)
    if service_line:
        of_site = of_site.where(SiteCapacity.service_line == service_line)
    if not with_restricted:
        of_site = of_site.where(SiteCapacity.service_line.not_in(restricted_lines()))
    row = of_site.subquery().c
    query = select(
        row.service_line, row.district, func.sum(row.places), func.sum(row.taken),
        func.sum(case((row.places > row.taken, row.places - row.taken), else_=0)), func.sum(row.booked),
        func.sum(case((row.hours > row.booked, row.hours - row.booked), else_=0)),
    )  # fmt: skip
    query = query.group_by(row.service_line, row.district).order_by(row.service_line, row.district)
    return db.session.execute(query).all()
