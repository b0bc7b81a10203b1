"""What is agreed: tenders and their sealed bids, open lists, and the contracts that come of both."""

from __future__ import annotations

from flask import Flask

from core.words import _l


def register(app: Flask) -> None:
    """Hand this room's pages, plan part and work lists to the house."""
    from core import audit, plan, restricted
    from procurement import calendar, catalogue, clauses, funding, indexes, integrity, reserving, search, tariffs, wages
    from procurement.models import (  # noqa: F401 - tables
        admission,
        bid,
        breach,
        capitation,
        complaint,
        contract,
        court,
        elsewhere,
        ending,
        evaluation,
        improvement,
        indexation,
        kpi,
        list_application,
        notice,
        open_list,
        opening,
        participation,
        planning,
        portal,
        publication,
        signature,
        tender,
        withheld,
    )
    from procurement.queries import contracts, open_lists
    from providers.offers import add_offers
    from providers.opening_times import add_calendar

    plan.declare(calendar.PART, calendar.parse, title=_l("Tender periods and calendar"))
    plan.declare(reserving.PART, reserving.parse, title=_l("Reserved lots"))
    plan.declare(catalogue.PART, catalogue.parse, title=_l("Social criteria"))
    plan.declare(clauses.PART, clauses.parse, title=_l("Clauses of tender documents"))
    plan.declare(tariffs.PART, tariffs.parse, title=_l("Tariff and open lists"))
    plan.declare(wages.PART, wages.parse, title=_l("Labour-cost floors"))
    plan.declare(indexes.PART, indexes.parse, title=_l("Indexes"))
    plan.declare(funding.PART, funding.parse, title=_l("Capitation and funding"))
    audit.add_check("procurement", integrity.check)
    _wire_tenders(app)
    _wire_contracts(app)
    search.register()
    add_offers(contracts.contracted)
    add_calendar(calendar.is_holiday)
    restricted.add_veil(contracts.veiled)
    restricted.add_veil(open_lists.veiled)


def _wire_tenders(app: Flask) -> None:
    """Tenders: pages of the fund, of bidders and of the public; API, work lists, the worker's tick."""
    from core import worker
    from core.web import api
    from procurement import bid_api, cli, decision_work, desk, digest, tender_api, tender_work
    from procurement.views.tender_rooms import ROOMS

    for room in ROOMS:
        app.register_blueprint(room)
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
    from procurement import breach_work, contract_work, kpi_work, list_work
    from procurement.views import (  # noqa: F401 - all but four: routes alone
        breaches,
        contract_amendments,
        contract_calendar,
        contract_list,
        contracts,
        endings,
        improvements,
        indexation,
        kpi,
        list_applications,
        open_lists,
        public_lists,
        rates,
        signing,
        wages,
    )

    app.register_blueprint(contracts.blueprint)
    for room in (open_lists, list_applications, public_lists):
        app.register_blueprint(room.blueprint)
    contract_work.register()
    breach_work.register()
    kpi_work.register()
    list_work.register()
    _wire_ticks()
    read, waiting = Permission.READ_CONTRACTS, contract_work.waiting
    road = frozenset({Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR, Role.AUDITOR, Role.PROVIDER_MANAGER})
    add_navigation(NavigationItem(40, _l("Contracts"), "contracts.index", read, "/contracts", waiting, road))


def _wire_ticks() -> None:
    """What the worker does about contracts by itself."""
    from core import worker
    from procurement.services import improving
    from procurement.services.breaches import collect_what_is_due
    from procurement.services.contracts import succeeding
    from procurement.services.open_lists import fail_what_is_due

    worker.every(3600, "open lists", fail_what_is_due)
    worker.every(3600, "penalties", collect_what_is_due)
    worker.every(600, "improvement plans", improving.listen)
    worker.every(15, "contracts handed over", succeeding.listen)
