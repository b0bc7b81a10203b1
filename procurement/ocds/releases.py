"""From a procedure to a release, a package, a record. A release is everything that is public at its instant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask import current_app

from core.config import fund
from procurement.models.tender import Tender
from procurement.ocds.awards import awards_section, complaint_statistics
from procurement.ocds.bids import bidders, bids_section
from procurement.ocds.codes import codes
from procurement.ocds.contracts import contracts_section
from procurement.ocds.exchanges import amendments, enquiries
from procurement.ocds.outcome import Outcome
from procurement.ocds.parties import FUND_ID, fund_party, party
from procurement.ocds.planning import planning_section
from procurement.ocds.portals import there, with_its_portal
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
            "planning": planning_section(outcome.plan, outcome.tender),
            "tender": with_its_portal(
                outcome,
                tender_section(outcome.tender, catalogue)
                | {
                    "hasEnquiries": bool(asked) or None,
                    "enquiries": asked,
                    "amendments": amendments(outcome.versions),
                },
            ),
            "bids": bids_section(outcome),
            "awards": awards_section(outcome),
            "contracts": contracts_section(outcome),
            "statistics": complaint_statistics(outcome),
            "relatedProcesses": there(outcome),
        }
    )
    return found


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
