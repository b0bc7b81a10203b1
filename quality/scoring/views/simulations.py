"""Last year by the table of a tender or a contract: for the fund all who give this care, for a provider itself."""

from __future__ import annotations

from typing import Any

from core import clock
from core.config import fund
from core.errors import NotFound
from core.permissions import Permission
from core.roles import Role
from core.web import actor, allow, page
from core.words import _l
from procurement.queries.contracts import contract_by_number
from procurement.queries.tenders import published_tender, tender_by_number
from procurement.scored import ScoreTerms, read
from quality import presenters
from quality.queries import providers as provider_queries
from quality.scoring import flow, queries
from quality.scoring.simulating import last_quarters, simulate
from quality.scoring.views.blueprint import blueprint


@blueprint.get("/simulations/tenders/<number>")
@allow(Permission.READ_QUALITY)
def of_tender(number: str) -> Any:
    """Nobody's bid shows: the fund sees every provider of the line, a provider only itself."""
    own = actor().organisation_id
    tender = tender_by_number(number) if own is None else published_tender(number, actor())
    quarters = last_quarters(clock.today(fund().zone))
    wanted = queries.contractors(tender.service_line, quarters[0].first, quarters[-1].last) if own is None else {own}
    return _page(read(tender.score_terms), wanted, title=tender.title, number=number, endpoint="tenders.show")


@blueprint.get("/simulations/contracts/<number>")
@allow(Permission.READ_QUALITY)
def of_contract(number: str) -> Any:
    contract = contract_by_number(number, actor().organisation_id, actor())
    if contract is None:
        raise NotFound(_l("No contract has the number %(number)s.", number=number))
    tables = contract.agreed_scores
    terms = tables[-1][1] if tables else None
    return _page(terms, {contract.organisation_id}, title=contract.title, number=number, endpoint="contracts.show")


def _page(terms: ScoreTerms | None, wanted: set[int], **about: str) -> Any:
    if terms is None:
        raise NotFound(_l("No table of a quality score was agreed here."))
    today = clock.today(fund().zone)
    found = provider_queries.providers(sorted(wanted))
    providers = sorted(found.values(), key=lambda row: row.organisation.name)
    rows = simulate(terms, providers, today, is_auditor=actor().has(Role.AUDITOR))
    return page(
        "quality/scoring/simulation.html", rows=rows, quarters=last_quarters(today), terms=terms, show=presenters,
        signed=flow.signed, about=about, is_one=actor().organisation_id is not None or len(wanted) == 1,
    )  # fmt: skip
