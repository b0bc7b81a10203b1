"""What people ask of a site: when it is open, on which days it is not, what is spoken there, which rooms it has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, update

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import bulk_insert, db
from core.errors import InputErrors
from core.words import _l
from providers import queries
from providers.models import OpeningHours, Site, SiteClosure, SiteLanguage, SiteRoom
from providers.opening_times import Week
from providers.services.registration import STREAM
from providers.site_words import Rooms, SiteWords


def set_opening_hours(
    site: Site, week: Week, *, valid_from: dt.date, by: Actor, service_line: str | None = None
) -> None:
    """From that day on, for one kind of care or all of the site; what held before ends the day before."""
    if not week:
        raise InputErrors.at("monday", _l("Write the hours of one day at least, like 07:00-18:00."))
    mine = OpeningHours.site_id == site.id
    mine &= OpeningHours.service_line.is_not_distinct_from(service_line)
    db.session.execute(delete(OpeningHours).where(mine, OpeningHours.valid_from >= valid_from))
    still = OpeningHours.valid_until.is_(None) | (OpeningHours.valid_until >= valid_from)
    until = valid_from - dt.timedelta(days=1)
    db.session.execute(update(OpeningHours).where(mine, still).values(valid_until=until))
    names = ("weekday", "opens_minute", "closes_minute")
    of = {"site_id": site.id, "service_line": service_line, "valid_from": valid_from, "valid_until": None}
    bulk_insert(OpeningHours.__table__, [of | dict(zip(names, row, strict=True)) for row in sorted(week)])
    _record(site, {"hours": sorted(week), "from": valid_from, "line": service_line}, by)
    db.session.expire(site, ["hours"])


def close_site_on(site: Site, days: Iterable[dt.date], *, reason: str, by: Actor) -> None:
    """Closed although their weekday is open; said again changes the reason, not when it was first said."""
    chosen, now = sorted(set(days)), clock.now()
    said = queries.closures_written(site.id, chosen)
    db.session.execute(delete(SiteClosure).where(SiteClosure.site_id == site.id, SiteClosure.day.in_(chosen)))
    row = {"site_id": site.id, "reason": reason}
    bulk_insert(SiteClosure.__table__, [row | {"day": day, "written_at": said.get(day, now)} for day in chosen])
    _record(site, {"closed": chosen, "reason": reason}, by)


def open_site_on(site: Site, days: Iterable[dt.date], *, reason: str, by: Actor) -> None:
    """Open after all on days that were said to be closed."""
    chosen = sorted(set(days))
    db.session.execute(delete(SiteClosure).where(SiteClosure.site_id == site.id, SiteClosure.day.in_(chosen)))
    _record(site, {"open": chosen, "reason": reason}, by)


def set_languages(site: Site, languages: Sequence[str], *, by: Actor) -> None:
    """ISO 639 codes; they replace what was said before."""
    if {row.language for row in site.languages} == set(languages):
        return
    db.session.execute(delete(SiteLanguage).where(SiteLanguage.site_id == site.id))
    rows = [{"site_id": site.id, "language": code} for code in sorted(set(languages))]
    bulk_insert(SiteLanguage.__table__, rows)
    _record(site, {"languages": sorted(set(languages))}, by)
    db.session.expire(site, ["languages"])


def set_rooms(site: Site, rooms: Rooms, *, by: Actor) -> None:
    """They replace what was said before."""
    if [(row.name, row.places) for row in site.rooms] == list(rooms):
        return
    db.session.execute(delete(SiteRoom).where(SiteRoom.site_id == site.id))
    bulk_insert(SiteRoom.__table__, [{"site_id": site.id, "name": name, "places": count} for name, count in rooms])
    _record(site, {"rooms": [list(row) for row in rooms]}, by)
    db.session.expire(site, ["rooms"])


def describe(site: Site, words: SiteWords, *, by: Actor) -> None:
    """All that a page or a row of a file says of a site; hours are left as they are where none are said."""
    set_languages(site, words.languages, by=by)
    set_rooms(site, words.rooms, by=by)
    if words.week:
        line = words.service_line or None
        set_opening_hours(site, words.week, valid_from=words.valid_from, service_line=line, by=by)


def bring_in(rows: Mapping[int, SiteWords], *, source: str, by: Actor) -> None:
    """Site id → what is said of it, as a set: sites that nothing was said of before."""
    spans = [
        {"site_id": key, "service_line": words.service_line or None, "weekday": weekday, "opens_minute": opens,
         "closes_minute": closes, "valid_from": words.valid_from, "valid_until": None}
        for key, words in rows.items()
        for weekday, opens, closes in words.week
    ]  # fmt: skip
    bulk_insert(OpeningHours.__table__, spans)
    spoken = [{"site_id": key, "language": code} for key, words in rows.items() for code in words.languages]
    bulk_insert(SiteLanguage.__table__, spoken)
    rooms = [{"site_id": key, "name": name, "places": n} for key, words in rows.items() for name, n in words.rooms]
    bulk_insert(SiteRoom.__table__, rooms)
    after = {"sites": len(rows), "spans": len(spans), "languages": len(spoken), "rooms": len(rooms)}
    audit.record(STREAM, Act.SITE_CHANGED, f"{len(rows)} sites", by=by, reason=source, after=after)


def _record(site: Site, after: dict[str, object], by: Actor) -> None:
    subject = f"{queries.provider_number(site.organisation_id)} {site.number}"
    audit.record(STREAM, Act.SITE_CHANGED, subject, by=by, after=after)
