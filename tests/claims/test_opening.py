"""Opening records: brought in by file, seen in every decision, undone as a whole."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from care.models import CareGrant
from claims import services
from claims.facts import PART
from claims.opening import services as opening
from claims.queries import opening as queries
from claims.redecisions import listening
from claims.redecisions import queries as redecisions
from core import audit, plan, work
from core.config import fund as fund_settings
from core.db import db, unit_of_work
from core.errors import Conflict, InputErrors
from core.organisations import Organisation
from core.roles import Role
from payments.models import Payable
from procurement.models.contract import Contract, ContractIndicator, ContractLine
from providers.models import Accreditation, Site, SiteCapacity
from tests.accounts import sign_in
from tests.claims.builders import _MANAGER, AT, CLERK, FIRST, OFFICER, PLAN, ZONE, Fund, claim, line
from tests.procurement.test_contract_amendments import put_in_force

SOURCE = "Old fund register"
TAKEN = dt.date(2026, 10, 31)
WHO: dict[str, Any] = {"by": OFFICER, "at": AT, "zone": ZONE}


def bring_in(kind: str, *rows: str) -> Any:
    with unit_of_work():
        return checked(kind, *rows)


def checked(kind: str, *rows: str) -> Any:
    content = "\n".join([",".join(opening.mapping_of(kind).columns), *rows]).encode()
    how: Any = {"source": SOURCE, "taken_on": TAKEN, "currency": fund_settings().currency}
    return opening.check_file(content, f"{kind}.csv", kind, **how, **WHO)


def keep(number: str) -> Any:
    with unit_of_work():
        return opening.keep(number, currency=fund_settings().currency, by=OFFICER, at=AT, reason="no control sheet")


def kept(kind: str, *rows: str) -> str:
    row = bring_in(kind, *rows)
    assert row.rows_wrong == 0, wrong(row)
    keep(row.number)
    return str(row.number)


def undo(number: str) -> None:
    with unit_of_work():
        opening.undo(number, reason="sent twice", by=OFFICER, at=AT)


def send(sent: Any) -> Any:
    with unit_of_work():
        return services.submit(sent, by=CLERK, at=AT, zone=ZONE)


def day_care(fund: Fund, number: str = "A-1", on: int = 3, **more: Any) -> Any:
    return claim(fund, number, line("DAY", dt.date(2026, 11, on), price=100_000), **more)


def number_of(organisation_id: int) -> str:
    query = select(Organisation.number).where(Organisation.id == organisation_id)
    number = db.session.execute(query).scalar_one()
    db.session.rollback()
    return number


def wrong(row: Any) -> list[tuple[str, str]]:
    report = opening.report_of(row, fund_settings().currency)
    return [(problem.column, str(problem.reason)) for bad in report.wrong for problem in bad.problems]


def test_use_brought_in_leaves_only_the_rest_of_a_household_s_limit(fund: Fund) -> None:
    kept("use", ",H-1,ceiling:day_care,2026-11-01,120.000")
    assert send(day_care(fund)).decision.benefit == 30_000
    assert send(day_care(fund, "A-2", on=4, member=fund.child)).decision.benefit == 0


def test_use_of_another_window_is_not_counted(fund: Fund) -> None:
    kept("use", ",H-1,ceiling:day_care,2026-10-01,120.000")
    assert send(day_care(fund)).decision.benefit == 100_000


def test_the_why_page_names_source_and_day_also_of_a_line_that_got_nothing(fund: Fund, client: FlaskClient) -> None:
    kept("use", ",H-1,ceiling:day_care,2026-11-01,150.000")
    number = send(day_care(fund)).number
    sign_in(client, Role.CLAIMS_OFFICER)
    shown = client.get(f"/claims/{number}/lines/1").text
    assert "150.000 used before, from Old fund register, 31 October 2026" in shown


def test_each_wrong_row_says_what_to_mend(fund: Fund) -> None:
    row = bring_in(
        "use",
        ",H-1,ceiling:day_care,2026-11-02,10",
        "M4471,,ceiling:day_care,2026-11-01,10",
        ",H-1,ceiling:none,2026-11-01,10",
        ",H-1,ceiling:day_care,2026-11-01,-5",
        ",H-1,ceiling:day_care,2026-11-01,10",
        ",H-1,ceiling:day_care,2026-11-01,20",
    )
    assert (row.rows_ready, row.rows_wrong) == (1, 5)
    assert [column for column, _reason in wrong(row)] == ["window_from", "household_number", "limit", "used", "limit"]
    assert "begins on 2026-11-01" in wrong(row)[0][1]
    assert "ceiling:day_care" in wrong(row)[2][1]


def test_an_undone_file_counts_no_more_and_what_was_decided_with_it_is_found(fund: Fund) -> None:
    number = kept("use", ",H-1,ceiling:day_care,2026-11-01,120.000")
    send(day_care(fund))
    with unit_of_work():
        listening.skip_the_past()
    undo(number)
    with unit_of_work():
        listening.hear()
    while work.run_due():
        pass
    (run,) = redecisions.runs()
    assert [row.event.kind for row in run.causes] == ["claims.opening_changed"]
    assert send(day_care(fund, "A-2", on=4)).decision.benefit == 100_000
    assert queries.file_by_number(number).state == "undone"
    assert not list(audit.verify())


def test_the_same_file_again_is_the_same_file(fund: Fund) -> None:
    first = kept("use", ",H-1,ceiling:day_care,2026-11-01,120.000")
    assert bring_in("use", ",H-1,ceiling:day_care,2026-11-01,120.000").number == first
    undo(first)
    assert bring_in("use", ",H-1,ceiling:day_care,2026-11-01,120.000").number != first


@pytest.fixture
def authorised(fund: Fund) -> None:
    """Day care needs an authorisation."""
    with unit_of_work():
        text = PLAN.replace('unit = "day"\nbasis', 'unit = "day"\nneeds_authorisation = true\nbasis')
        plan.approve(plan.prepare(PART, text, valid_from=FIRST, by=_MANAGER), by=OFFICER)


@pytest.mark.usefixtures("authorised")
def test_a_grant_comes_in_with_what_is_left_of_it(fund: Fund) -> None:
    number = kept("grants", "G-OLD-7,M4471,care,DAY,,10,9,2026-06-01,2026-12-31")
    paid = send(claim(fund, "A-1", line("DAY", quantity=2, price=50_000))).decision
    assert (paid.benefit, {found.code for found in paid.lines[0].findings}) == (50_000, {"BEN-08"})
    undo(number)
    assert db.session.execute(select(func.count()).select_from(CareGrant)).scalar_one() == 0
    assert send(claim(fund, "A-2", line("DAY", dt.date(2026, 11, 4), price=50_000))).decision.headline == "BEN-07"


def test_more_use_than_was_granted_is_refused(fund: Fund) -> None:
    row = bring_in("grants", "G-OLD-7,M4471,care,DAY,,10,11,2026-06-01,2026-12-31")
    assert wrong(row) == [("used", "What is used lies between 0 and what was granted.")]


def test_open_sums_come_in_once_and_go_back_with_their_file(fund: Fund) -> None:
    provider = number_of(fund.blue)
    number = kept("payables", f"{provider},OLD-1,care,120.500,,2026-11-20", f"{provider},OLD-2,care,,20.000,2026-11-20")
    sums = select(func.sum(Payable.amount))
    assert db.session.execute(sums).scalar_one() == 100_500
    undo(number)
    assert db.session.execute(sums).scalar_one() == 0


def test_accredited_providers_come_in_and_go_with_their_file(fund: Fund) -> None:
    rows = ["tz,RC77,Cedar Bridge,cooperative,North,health care,2026-01-01,2027-12-31"]
    number = kept("accreditations", *rows)
    count = select(func.count()).select_from(Accreditation)
    assert db.session.execute(count).scalar_one() == 3
    undo(number)
    assert db.session.execute(count).scalar_one() == 2
    assert bring_in("accreditations", *rows).rows_ready == 1


def test_a_file_needs_its_source(fund: Fund) -> None:
    with pytest.raises(InputErrors, match="Say where"), unit_of_work():
        opening.check_file(b"x", "x.csv", "use", source=" ", taken_on=TAKEN, currency=fund_settings().currency, **WHO)


def test_an_officer_checks_keeps_and_undoes_a_file(fund: Fund, client: FlaskClient) -> None:
    sign_in(client, Role.CLAIMS_OFFICER)
    head = ",".join(opening.mapping_of("use").columns)
    rows = (head, *(f",{number},ceiling:day_care,2026-11-01,9" for number in ("H-1", "H-9")))
    content = io.BytesIO("\n".join(rows).encode())
    form = {"kind": "use", "source": SOURCE, "taken_on": "2026-10-31"}
    assert client.post("/claims/opening", data={**form, "source": ""}).status_code == 422
    checked = client.post("/claims/opening", data={**form, "file": (content, "use.csv")}, follow_redirects=True)
    assert "This limit belongs to a household" in checked.text
    place = f"/claims/opening/{queries.files()[0].number}"
    assert "H-9" in client.get(f"{place}/wrong.csv").text
    assert "count from now on" in client.post(f"{place}/keep", follow_redirects=True).text
    assert client.post(f"{place}/undo", data={"reason": ""}).status_code == 422
    assert "was undone" in client.post(f"{place}/undo", data={"reason": "wrong year"}, follow_redirects=True).text
    assert "Old fund register" in client.get("/claims/opening").text


# ---------------------------------------------------------------- sites and promises


def test_sites_come_in_with_their_places_behind_those_that_are_here_and_go_with_their_file(fund: Fund) -> None:
    blue = number_of(fund.blue)
    first = kept("sites", f"{blue},Quay,North,1 Quay,,care,10,2026-01-01,")
    rows = [
        f"{blue},Mill,North,2 Mill,inpatient,care,8,2026-01-01,",
        f"{blue},Mill,North,2 Mill,inpatient,health,4,2026-01-01,",
    ]
    second = kept("sites", *rows)
    sites = db.session.execute(select(Site).order_by(Site.id)).scalars().all()
    assert [(row.number, row.name, row.facility) for row in sites] == [(1, "Quay", ""), (2, "Mill", "inpatient")]
    assert sorted(one.licensed_places for one in sites[1].capacities) == [4, 8]
    undo(second)
    assert db.session.execute(select(Site.name)).scalars().all() == ["Quay"]
    undo(first)
    assert db.session.execute(select(func.count()).select_from(SiteCapacity)).scalar_one() == 0


def test_a_site_that_something_stands_on_stays(fund: Fund) -> None:
    number = kept("sites", f"{number_of(fund.blue)},Quay,North,1 Quay,,care,10,2026-01-01,")
    with unit_of_work():
        site = db.session.execute(select(Site.id)).scalar_one()
        contract = db.session.execute(select(Contract).where(Contract.organisation_id == fund.blue)).scalar_one()
        contract.lines.append(ContractLine(service="CON", rate=1, site_id=site, valid_from=FIRST, valid_until=FIRST))
    with pytest.raises(Conflict, match="stands on a site"):
        undo(number)
    assert queries.file_by_number(number).state == "kept"


def test_wrong_rows_of_sites_and_promises_say_what_to_mend(fund: Fund) -> None:
    blue = number_of(fund.blue)
    row = bring_in(
        "sites",
        "P-0,Quay,North,,,care,10,2026-01-01,",
        f"{blue},Mill,North,,,care,-1,2026-01-01,",
        f"{blue},Mill,South,,,health,1,2026-01-01,",
        f"{blue},Mill,North,,ward,health,1,2026-01-01,",
        f"{blue},Mill,North,,,nothing,1,2026-01-01,",
    )
    assert [column for column, _why in wrong(row)] == [
        "provider_id", "licensed_places", "district", "facility", "service_line",
    ]  # fmt: skip
    row = bring_in("promises", "C-0,C1,Jobs,persons,,5,up,", "C-2026-001,C1,Jobs,persons,,5,more,")
    assert [column for column, _why in wrong(row)] == ["contract_no", "direction"]


def test_promises_come_into_contracts_that_are_here_and_stay_once_they_were_measured(fund: Fund) -> None:
    number = kept("promises", "C-2026-001,C1,Jobs kept,persons,10,12.5,up,payroll", "C-2026-002,C1,Jobs,persons,,5,up,")
    rows = db.session.execute(select(ContractIndicator).order_by(ContractIndicator.id)).scalars().all()
    assert [(row.code, row.committed, row.baseline, row.evidence) for row in rows] == [
        ("C1", Decimal("12.5"), Decimal(10), "payroll"), ("C1", 5, None, ""),
    ]  # fmt: skip
    again = bring_in("promises", "C-2026-001,C1,Jobs kept,persons,,13,up,")
    assert [column for column, _why in wrong(again)] == ["code"]
    with unit_of_work():
        db.session.execute(update(ContractIndicator).values(measured={"value": 11}))
    with pytest.raises(Conflict, match="measured already"):
        undo(number)
    with unit_of_work():
        db.session.execute(update(ContractIndicator).values(measured=None))
    undo(number)
    assert db.session.execute(select(func.count()).select_from(ContractIndicator)).scalar_one() == 0


def test_a_promise_brings_how_it_is_followed_up_and_money_only_within_the_limit_of_the_plan(fund: Fund) -> None:
    row = "C-2026-001,C6,Permanent contracts,%,,80,up,payroll,month,,1,50,{cap},0,0,45"
    assert [column for column, _why in wrong(bring_in("promises", row.format(cap=1)))] == ["malus_cap"]  # no rule yet
    put_in_force("procurement")
    assert [column for column, _why in wrong(bring_in("promises", row.format(cap=11)))] == ["malus_cap"]
    assert [column for column, _why in wrong(bring_in("promises", row.replace("month", "week").format(cap=2)))] == [
        "period"
    ]
    kept("promises", row.format(cap=2))
    found = db.session.execute(select(ContractIndicator)).scalar_one()
    assert (found.period, found.tolerance, found.malus_rate, found.malus_cap, found.span) == ("month", 1, 50, 2, 45)
    assert found.followed_from is not None
    assert found.followed_from.day == 1  # the next whole month


# ---------------------------------------------------------------- the command


def test_the_command_checks_brings_in_and_takes_back_with_the_sentences_of_the_screen(
    fund: Fund, app: Flask, tmp_path: Path
) -> None:
    blue, head = number_of(fund.blue), ",".join(opening.mapping_of("sites").columns)
    file = tmp_path / "sites.csv"
    file.write_text(f"{head}\n{blue},Quay,North,,,care,10,2026-01-01,\nP-0,Mill,North,,,care,8,2026-01-01,\n")
    run = app.test_cli_runner().invoke
    told = run(args=["opening", "check", str(file), "--kind", "sites"])
    assert (told.exit_code, "1 rows ready, 1 need work" in told.output) == (1, True), told.output
    assert "row 3: provider_id: We do not know this provider." in told.output
    given = ["opening", "import", str(file), "--kind", "sites", "--source", SOURCE, "--on", "2026-10-31"]
    refused = run(args=given)
    assert (refused.exit_code, "Nothing was brought in" in refused.output) == (1, True)
    assert db.session.execute(select(func.count()).select_from(Site)).scalar_one() == 0
    done = run(args=[*given, "--good-rows"])
    assert "1 rows count from now on, 1 were left out" in done.output, done.output
    number = done.output.split(":")[0]
    undone = run(args=["opening", "reverse", number, "--reason", "sent twice"])
    assert f"{number} was undone" in undone.output, undone.output
    again = run(args=["opening", "reverse", number, "--reason", "sent twice"])
    assert (again.exit_code, "not possible now" in again.output) == (1, True)
    assert "columns are missing" in run(args=["opening", "check", str(file), "--kind", "use"]).output
