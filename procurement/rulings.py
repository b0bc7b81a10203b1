"""What a review may decide, in the codes that are published and in words; what is redone, in words."""

from __future__ import annotations

from core.words import _, _l
from procurement.models.complaint import Complaint
from procurement.queries.tenders import sent_bids

# eForms: what a review may decide, and which remedies there are.
OUTCOMES = {
    "accepted": _l("Upheld"),
    "rej-dl-passed": _l("Came after its time"),
    "rej-ncomp": _l("Not complete"),
    "rej-nirreg": _l("No irregularity found"),
    "rej-npaid": _l("Fee not paid"),
    "rej-other": _l("Refused for another reason"),
    "rej-resolv": _l("Already resolved"),
    "rej-signed": _l("The contract is already signed"),
    "other": _l("Another decision"),
}
REMEDIES = {
    "set-aside": _l("The decision is set aside"),
    "interim": _l("Interim measures"),
    "ineffectiveness": _l("The contract has no effect"),
    "alt-penalty": _l("Another penalty"),
    "damage": _l("Damages"),
}
REDONE = {
    "marks": _l("The marks named here are given again; then the bids are ranked and the award is made anew."),
    "admission": _l(
        "It is decided again whether the bidders named here are admitted; then all that follows is redone."
    ),
    "prices": _l("Low prices are looked at again; then the bids are ranked and the award is made anew."),
    "ranking": _l("The points are computed and the bids ranked again; then the award is made anew."),
    "award": _l("The ranking stands; the award is proposed and decided again."),
    "cancel": _l("The whole tender is cancelled."),
    "other": _l("What is done is said in the reasons."),
    "nothing": _l("Nothing is redone."),
}


def redone(row: Complaint, *, is_staff: bool = False) -> list[str]:
    """What an upheld complaint sends back: the sentence, then of whom and of what.

    Evaluators are named to the fund's staff alone, bidders to others once their bids are open.
    """
    found = [str(REDONE[row.redo])]
    if codes := row.redo_of.get("criteria"):
        names = {criterion.code: criterion.name for criterion in row.tender.criteria}
        found.append(_("Criteria: %(names)s", names=", ".join(names[code] for code in codes)))
    if people := row.redo_of.get("evaluators"):
        whole = len([one for one in row.tender.people_as("evaluator") if not one.is_recused])
        named = _("Evaluators: %(names)s", names=", ".join(people))
        counted = _("Evaluators: %(some)s of %(whole)s", some=len(people), whole=whole)
        found.append(named if is_staff else counted)
    if (is_staff or row.tender.quality_opened_at) and row.redo_of.get("bids"):
        found.append(_("Bidders: %(names)s", names=", ".join(bidders(row))))
    return found


def bidders(row: Complaint) -> list[str]:
    """Names of the bidders whose admission or marks are redone."""
    wanted = set(row.redo_of.get("bids", ()))
    return [bid.organisation.name for bid in sent_bids(row.tender) if bid.public_id in wanted]
