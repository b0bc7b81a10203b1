"""What is agreed: tenders and their sealed bids, open lists, and the contracts that come of both."""

from __future__ import annotations

from flask import Flask

from core.words import _l


def register(app: Flask) -> None:
    """Hand this room's pages, plan part and work lists to the house."""
    from core import audit, plan, restricted
    from procurement import calendar, catalogue, clauses, integrity, reserving, search
    from procurement.models import (  # noqa: F401 - tables
        admission,
        bid,
        complaint,
        contract,
        court,
        elsewhere,
        evaluation,
        notice,
        open_list,
        opening,
        participation,
        planning,
        portal,
        publication,
        tender,
    )
    from procurement.queries import contracts

    plan.declare(calendar.PART, calendar.parse, title=_l("Tender periods and calendar"))
    plan.declare(reserving.PART, reserving.parse, title=_l("Reserved lots"))
    plan.declare(catalogue.PART, catalogue.parse, title=_l("Social criteria"))
    plan.declare(clauses.PART, clauses.parse, title=_l("Clauses of tender documents"))
    audit.add_check("procurement", integrity.check)
    _wire_tenders(app)
    _wire_contracts(app)
    search.register()
    restricted.add_veil(contracts.veiled)


def _wire_tenders(app: Flask) -> None:
    """Tenders: pages of the fund, of bidders and of the public; API, work lists, the worker's tick."""
    from core import worker
    from core.web import api
    from procurement import bid_api, cli, decision_work, desk, digest, tender_api, tender_work
    from procurement.views import (
        admission,
        amendments,
        awarding,  # noqa: F401 - its routes hang on the ranking
        bids,
        complaints,
        court,
        debrief,
        elsewhere,
        exporting,
        joint,
        notices,
        open_data,
        opening,
        participation,
        planning,
        portal,
        questions,
        ranking,
        results,
        scoring,
        sealed_bids,
        securities,
        tender_drafts,  # noqa: F401 - its routes hang on the tenders
        tenders,
    )

    for room in (
        tenders,
        admission,
        complaints,
        debrief,
        questions,
        amendments,
        participation,
        planning,
        joint,
        securities,
        sealed_bids,
        exporting,
        opening,
        scoring,
        ranking,
        bids,
        notices,
        open_data,
        elsewhere,
        court,
        results,
        portal,
    ):
        app.register_blueprint(room.blueprint)
    api.register(app, tender_api.blueprint)
    api.register(app, bid_api.blueprint)
    app.cli.add_command(cli.tenders_group)
    tender_work.register()
    decision_work.register()
    desk.register()
    worker.every(60, "tenders", tender_work.close_what_is_due)
    worker.every(600, "digest", digest.send_what_is_due)
    worker.every(60, "open data", tender_work.publish_what_is_due)


def _wire_contracts(app: Flask) -> None:
    """Contracts and open lists: pages, work lists, their knot on the road."""
    from core.permissions import Permission
    from core.roles import Role
    from core.web import NavigationItem, add_navigation
    from procurement import contract_work
    from procurement.views import contracts, open_lists, rates  # noqa: F401 - its routes hang on the contracts

    app.register_blueprint(contracts.blueprint)
    app.register_blueprint(open_lists.blueprint)
    contract_work.register()
    read, waiting = Permission.READ_CONTRACTS, contract_work.waiting
    road = frozenset({Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR, Role.AUDITOR, Role.PROVIDER_MANAGER})
    add_navigation(NavigationItem(40, _l("Contracts"), "contracts.index", read, "/contracts", waiting, road))
