"""From a procedure to a release, a package, a record. A release is everything that is public at its instant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app

from core.config import fund
from procurement.models.tender import Tender
from procurement.ocds.codes import codes
from procurement.ocds.exchanges import amendments, enquiries
from procurement.ocds.parties import FUND_ID, fund_party, party
from procurement.ocds.results import Outcome, awards_section, bidders, bids_section, contracts_section
from procurement.ocds.tender_section import Catalogue, tender_section
from procurement.ocds.values import full, instant

EVALUATIONS = "bidEvaluations"
Body = dict[str, Any]


def ocid(tender: Tender) -> str:
    """The publisher's prefix and the tender's number; it never changes."""
    return f"{current_app.config['OCDS_PREFIX']}-{tender.number}"


def address(*steps: str) -> str:
    """A public address of this fund; built without a request, since the worker publishes."""
    return "/".join([fund().address.rstrip("/"), "public", "ocds", *steps])


def body_of(outcome: Outcome, catalogue: Catalogue) -> Body:
    """What a release says, apart from its id, date and tags."""
    asked = enquiries(outcome.questions)
    found: Body = full(
        {
            "ocid": ocid(outcome.tender),
            "initiationType": "tender",
            "language": outcome.tender.lang,
            "parties": [fund_party(), *(party(row, roles) for row, roles in bidders(outcome))],
            "buyer": {"id": FUND_ID, "name": fund().name},
            "tender": tender_section(outcome.tender, catalogue)
            | {
                "hasEnquiries": bool(asked) or None,
                "enquiries": asked,
                "amendments": amendments(outcome.versions),
            },
            "bids": bids_section(outcome),
            "awards": awards_section(outcome),
            "contracts": contracts_section(outcome),
        }
    )
    return found


def tags(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> list[str]:
    """What kind of news this is: read off the difference, so that no event can be forgotten."""
    if before is None:
        return ["tender", *(["award"] if "awards" in now else []), *(["contract"] if "contracts" in now else [])]
    found = [_tender_tag(before, now)]
    found += [_news(before, now, "awards", "award", "awardUpdate"), _contract_tag(before, now)]
    return [tag for tag in found if tag] or ["tenderUpdate"]


def release(body: Body, release_id: str, at: dt.datetime, tag: Sequence[str]) -> Body:
    return {"ocid": body["ocid"], "id": release_id, "date": instant(at), "tag": list(tag)} | body


def package(releases: Sequence[Body], uri: str, at: dt.datetime) -> Body:
    """Releases in the envelope that says by whom, when and with which extensions."""
    return _envelope(uri, at) | {"releases": list(releases)}


def record_package(records: Sequence[Body], uri: str, at: dt.datetime) -> Body:
    return _envelope(uri, at) | {"records": list(records)}


def record(releases: Sequence[Body]) -> Body:
    """One procedure: its releases, and what they add up to. Each of ours says the whole, so the last one is the sum."""
    last = releases[-1]
    compiled = last | {"tag": ["compiled"], "id": f"{last['ocid']}-{last['date']}"}
    return {"ocid": last["ocid"], "releases": list(releases), "compiledRelease": compiled}


def extensions() -> list[str]:
    pattern = codes()["extension_address"]
    published = [pattern.format(name=name, version=version) for name, version in codes()["extensions"].items()]
    return [*published, address("extensions", EVALUATIONS, "extension.json")]


def _envelope(uri: str, at: dt.datetime) -> Body:
    return {
        "uri": uri,
        "version": codes()["version"],
        "extensions": extensions(),
        "publishedDate": instant(at),
        "publisher": {"name": fund().name},
        "publicationPolicy": address(),
    }


def _tender_tag(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    if before["tender"] == now["tender"]:
        return ""
    if now["tender"].get("status") == "cancelled":
        return "tenderCancellation"
    noticed = ("title", "description", "value", "tenderPeriod", "items", "criteria", "contractPeriod")
    is_amended = any(before["tender"].get(key) != now["tender"].get(key) for key in noticed)
    return "tenderAmendment" if is_amended else "tenderUpdate"


def _contract_tag(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    running = {row["id"] for row in before.get("contracts", ()) if row.get("status") != "terminated"}
    if any(row["id"] in running and row.get("status") == "terminated" for row in now.get("contracts", ())):
        return "contractTermination"
    return _news(before, now, "contracts", "contract", "contractUpdate")


def _news(before: Mapping[str, Any], now: Mapping[str, Any], section: str, new: str, changed: str) -> str:
    old, rows = before.get(section, []), now.get(section, [])
    if old == rows:
        return ""
    return new if {row["id"] for row in rows} - {row["id"] for row in old} else changed
