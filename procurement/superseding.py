"""What an upheld complaint changed: each value as it stood, beside what stands now."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.words import _, _l
from procurement.models.complaint import Complaint, Superseded
from procurement.models.evaluation import PastResult
from procurement.models.tender import Tender
from procurement.queries import admission as admission_queries
from procurement.queries import bids as bid_queries
from procurement.queries import complaints as queries
from procurement.queries import tenders as tender_queries
from procurement.services.redo import lots_of

DECISIONS = {"admitted": _l("Admitted"), "excluded": _l("Excluded")}


@dataclass(frozen=True, slots=True)
class Version:
    """`now` is empty while it is not given again; `by`: who gave the mark, for the fund."""

    bidder: str
    what: str
    before: str
    reason: str
    now: str
    by: str = ""


def versions_of(row: Complaint, organisation_id: int | None) -> list[Version]:
    """What a bidder reads: its own bid, and no evaluator by name."""
    bids = tender_queries.sent_bids(row.tender)
    own = {bid.organisation.name for bid in bids if bid.organisation_id == organisation_id}
    return [replace(one, by="") for one in versions(row) if one.bidder in own]


def versions(row: Complaint) -> list[Version]:
    """Marks and admissions first, then points and places of each lot."""
    old = queries.superseded_by(row)
    standing = _standing(row.tender) if old else {}
    found = [_superseded(one, standing) for one in old]
    for lot in lots_of(row) if row.state == "resolved" else ():
        now = {result.bid_id: result for result in tender_queries.results_of(lot)}
        for past in queries.past_results(lot):
            if past.ended_by == row.number and (result := now.get(past.bid_id)) is not None:
                after = _place(str(result.total), result.rank) if result.rank else ""
                what = _("Lot %(lot)s, points and place", lot=lot.number)
                found.append(Version(result.bid.organisation.name, what, _past(past), "", after))
    return found


def _superseded(row: Superseded, standing: dict[tuple[str, int, int | None, str], str]) -> Version:
    by = str(row.content["by"])
    what = row.criterion.name if row.criterion else _("Admission")
    value = row.content.get("mark", DECISIONS.get(row.content.get("decision", ""), ""))
    name = by if row.kind == "mark" else ""
    now = standing.get((row.kind, row.bid_id, row.criterion_id, name), "")
    return Version(row.bid.organisation.name, what, str(value), row.content["reason"], now, by)


def _standing(tender: Tender) -> dict[tuple[str, int, int | None, str], str]:
    """(kind, bid, criterion, evaluator) → what stands now."""
    found: dict[tuple[str, int, int | None, str], str] = {}
    for mark in bid_queries.submitted_marks(tender):
        found["mark", mark.bid_id, mark.criterion_id, mark.evaluator.name] = str(mark.mark)
    for agreed in bid_queries.moderations_of(tender):
        found["moderation", agreed.bid_id, agreed.criterion_id, ""] = str(agreed.mark)
    for bid_id, decided in admission_queries.admissions_of(tender).items():
        found["admission", bid_id, None, ""] = str(DECISIONS[decided.decision])
    return found


def _past(row: PastResult) -> str:
    return _place(row.content["total"], row.content["rank"])


def _place(total: str, rank: int | None) -> str:
    return _("%(total)s points, place %(rank)s", total=total, rank=rank or "–")
