"""Open data as it went out: each release, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator

from core.documents import code
from core.words import _, _l
from procurement.court.exhibits import Exhibit, Show, section
from procurement.models.publication import OcdsRelease
from procurement.models.tender import Tender
from procurement.queries.publication import all_releases_of


@section(90, _l("Open data"))
def releases(tender: Tender) -> Iterator[Exhibit]:
    """Those that anyone could fetch; the trail holds the hash of each."""
    for row in all_releases_of(tender):
        if row.state == "published":
            yield Exhibit(
                f"90-open-data/{row.release_id}.json", _("Release %(id)s", id=row.release_id), row.body.encode(),
                author=_("the system"), at=row.released_at, role="release", key=row.release_id,
                show=_news(row),
            )  # fmt: skip


def _news(row: OcdsRelease) -> Show:
    return lambda paper: paper.facts([(_("News"), code(", ".join(row.tags)))])
