"""Every address of the house with what is theirs in it: longest beginning first, a route without an example fails."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from core.db import db
from tests.doors.two_cooperatives import Hostility
from tests.guards.seats import dummy_url

GRANT = "SELECT g.number FROM care_grant g JOIN placement p ON p.grant_id = g.id WHERE p.organisation_id = :theirs"
TENDER = "SELECT t.number FROM tender t JOIN bid b ON b.tender_id = t.id WHERE b.organisation_id = :theirs"
CASES = " FROM indicator_run r JOIN indicator_case c ON c.run_id = r.id WHERE c.organisation_id = :theirs ORDER BY c.id"
INDICATOR, PERIOD = f"SELECT r.indicator{CASES}", f"SELECT r.period{CASES}"
FIGURE = " FROM indicator_run r JOIN indicator_result f ON f.run_id = r.id WHERE f.organisation_id = :theirs"
MEASURED = f"{FIGURE} AND f.method <> 'Zafrane' ORDER BY r.id DESC"
OWNED: dict[str, dict[str, tuple[str, str] | str]] = {
    "/api/v1/claims/<number>": {"number": ("claim", "number")},
    "/api/v1/providers/<number>/facts": {"number": ("provider", "number")},
    "/capitation/<number>/<month>": {"number": ("contract", "number"), "month": "SELECT '2026-01'"},
    "/account/mandates/<int:key>": {"key": ("mandate", "id")},
    "/care/continuity/<number>": {"number": ("contract", "number")},
    "/workers/imports/<number>": {"number": ("imported_file", "number")},
    "/care/grants/<number>": {"number": GRANT},
    "/care/imports/<number>": {"number": ("imported_file", "number")},
    "/care/placements/<number>": {"number": ("placement", "number")},
    "/claims/<number>": {"number": ("claim", "number"), "line_no": ("claim_line", "line_no")},
    "/claims/uploads/<int:receipt_id>": {"receipt_id": ("claim_receipt", "id")},
    "/complaints/<number>": {"number": ("complaint", "number")},
    "/contracts/<number>": {
        "number": ("contract", "number"), "place": ("contract_amendment", "place"), "key": ("contract_signature", "id"),
    },
    "/contracts/applications/<number>": {"number": ("list_application", "number")},
    "/contracts/breaches/<number>": {"number": ("breach", "number"), "place": "SELECT 1"},
    "/grievances/<number>": {"number": ("grievance", "number")},
    "/payments/<end_to_end_id>": {"end_to_end_id": ("payment", "end_to_end_id")},
    "/providers/<number>": {
        "number": ("provider", "number"), "document": ("provider_document", "id"), "site": ("site", "number"),
        "letter": ("provider_decision", "number"), "fact": ("organisation_fact", "id"),
    },
    "/api/v1/returns/<number>": {"number": ("quality_return", "number")},
    "/quality/audit/<number>": {"number": ("audit_case", "number"), "place": "SELECT 1"},
    "/quality/desk/days/<number>/<day>": {"number": ("provider", "number"), "day": "SELECT '2026-07-01'"},
    "/quality/desk/lines/<number>": {"number": ("claim", "number"), "line_no": ("claim_line", "line_no")},
    "/quality/inspections/<number>": {"number": ("inspection", "number"), "item": "SELECT 'A1'"},
    "/quality/papers/<period>/providers/<number>.pdf": {"number": ("provider", "number"), "period": PERIOD},
    "/quality/returns/<number>": {"number": ("quality_return", "number"), "file": ("quality_return_paper", "file_id")},
    "/quality/samples/": {
        "number": ("audit_sample", "number"), "paper_id": ("sample_paper", "id"), "position": "SELECT 1",
    },
    "/quality/scores/<period>/<number>": {"number": ("provider", "number"), "period": ("quality_score", "period")},
    "/quality/scores/objections/<int:score_id>": {
        "score_id": ("quality_score", "id"), "file_id": ("score_objection_file", "id"),
    },
    "/quality/scores/simulations/contracts/<number>": {"number": ("contract", "number")},
    "/quality/series/<indicator>/<period>/<number>": {
        "number": ("provider", "number"), "indicator": f"SELECT r.indicator{MEASURED}",
        "period": f"SELECT r.period{MEASURED}",
    },
    "/quality/cases/<indicator>/<period>/<number>": {
        "number": ("provider", "number"), "case_id": ("indicator_case", "id"),
        "indicator": INDICATOR, "period": PERIOD,
    },
    "/tenders/<number>/invitations/<int:partner>": {"partner": ("bid_partner", "id"), "number": TENDER},
    "/tenders/letters/<int:letter>": {"letter": ("award_letter", "id")},
    "/tenders/receipts/<receipt>": {"receipt": ("bid_receipt", "number")},
    "/tenders/requests/<int:key>": {"key": ("bid_request", "id")},
}  # fmt: skip
"""Beginning of the address → which column of which table fills it. Nobody but its owner finds anything there."""

COMMON: dict[str, str] = {
    "/api/v1/providers/<number>": "the register, as it is public",
    "/api/v1/tenders/<number>": "the tender is everybody's; a bid under it is the asker's own",
    "/contracts/lists/<number>": "the list is everybody's; an application is the asker's own",
    "/providers/<number>": "the register, as it is public",
    "/public/": "for everybody",
    "/quality/comparison/": "of a period, peers without names", "/quality/papers/<period>": "of a period, as published",
    "/quality/charts/": "of an indicator, peers without names",
    "/quality/double-reviews/": "for reviewers and auditors of the fund alone",
    "/quality/indicators/": "of an indicator, peers without names",
    "/quality/scores/simulations/tenders/<number>": "the tender is everybody's; the figures are the asker's own",
    "/quality/providers/<number>": "a score that the register publishes",
    "/tenders/<number>": "the tender is everybody's; a bid, a question, a complaint under it is the asker's own",
    "/tenders/elsewhere/": "procedures of other portals are public",
    "/tenders/export.<kind>": "a kind of file", "/claims/download.<kind>": "a kind of file",
    "/claims/handbook.<kind>": "a kind of file", "/care/records/<kind>": "a kind of record",
    "/workers/records/<kind>": "a kind of record",
    "/plan/": "the plan is the same for all", "/verify/<code>": "what is printed on a paper, for whoever holds it",
    "/demo/sign-in/<int:account_id>": "the demo's own door, absent elsewhere",
    "/static/": "files of the product", "/fs-static/": "files of the library", "/reset/<token>": "a token of nobody",
}  # fmt: skip
"""Beginning of the address → why several may find something there. What is theirs alone shows there as little."""
FIXED = {"envelope": "quality", "task": "prices", "bid": "B-1", "lot": 1, "code": "Q1", "question": 1}
"""Within a tender, whose they are says the asker."""
TOO_POOR = {
    "/quality/inspections/<number>": "a checklist of the plan; the planted inspection names none",
    "/quality/returns/<number>/files/": "a file of rows; the planted return has none",
    "/quality/audit/<number>/files/": "a file; what the planted case gathered came without one",
    "/capitation/<number>/<month>": "a contract by capitation; the planted statement has no such rule",
    "/contracts/<number>/promises/": "a period of this very promise; the planted ones are of another",
    "/providers/<number>/facts/<int:fact>/evidence": "a file; the planted fact came without one",
    "/care/continuity/<number>": "a contract that ends, with a plan; the planted one runs",
    "/workers/imports/<number>": "a file of another room; the planted one is of care",
}
"""Owned, and yet the planted row is not enough for its owner to find a page: beginning of the address → what lacks."""
EXACT = ("/api/v1/providers/<number>", "/providers/<number>", "/quality/providers/<number>")


def kind_of(rule: Rule) -> str:
    """The longest beginning that fits, whichever table it stands in."""
    found = [start for start in (*OWNED, *COMMON) if _fits(rule.rule, start)]
    return max(found, key=len, default="")


def is_owned(rule: Rule) -> bool:
    return rule.rule not in EXACT and kind_of(rule) in OWNED


def _fits(address: str, start: str) -> bool:
    return address.startswith(start)


def columns_of(rule: Rule) -> dict[str, tuple[str, str] | str]:
    kind = kind_of(rule)
    return {"number": TENDER} if kind == "/tenders/<number>" else OWNED.get(kind, {})


def is_known(rule: Rule) -> bool:
    """Each argument has its example, or everybody may find something there."""
    kind = kind_of(rule)
    if kind in OWNED or kind == "/tenders/<number>":
        return rule.arguments <= FIXED.keys() | columns_of(rule).keys()
    return kind in COMMON


def address(both: Hostility, app: Flask, rule: Rule) -> str:
    """The address with what is theirs wherever a column is named for it; else it names nothing."""
    columns = columns_of(rule)
    if not rule.arguments <= FIXED.keys() | columns.keys():
        return dummy_url(app, rule)
    values = {name: FIXED[name] if name in FIXED else _value(both, columns[name]) for name in rule.arguments}
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, values))


def _value(both: Hostility, source: tuple[str, str] | str) -> Any:
    if isinstance(source, tuple):
        return both.value(*source)
    return db.session.execute(sa.text(source), {"theirs": both.theirs}).scalars().first()
