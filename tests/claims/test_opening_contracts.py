"""Running contracts of every origin come in by file, balanced to a control sheet, whole or not at all."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from claims.opening import control, services
from claims.queries import opening as queries
from core import audit
from core.audit import AuditEntry
from core.codes import Service
from core.config import fund as fund_settings
from core.db import db, unit_of_work
from core.errors import Conflict, InputErrors
from core.roles import Role
from procurement.models.contract import Contract, ContractLine, ContractServiceUse, ContractUse
from providers.models import Site
from tests.accounts import sign_in
from tests.claims.builders import AT, OFFICER, Fund, claim, line
from tests.claims.test_opening import SOURCE, TAKEN, WHO, bring_in, kept, number_of, send, undo, wrong

PLAIN = ("contract_no", "provider_id", "title", "service_line", "valid_from", "valid_until")
YEAR = {"valid_from": "2026-01-01", "valid_until": "2026-12-31"}


def table(rows: list[dict[str, Any]]) -> bytes:
    """CSV with the columns of a contracts file."""
    columns = services.mapping_of("contracts").columns
    return "\n".join(
        [",".join(columns), *(",".join(str(row.get(name, "")) for name in columns) for row in rows)]
    ).encode()


def sheet(*rows: str) -> services.Sheet:
    return services.Sheet("\n".join([",".join(control.columns().columns), *rows]).encode(), "control.csv")


def running(fund: Fund, number: str, service: str = "CON", **more: Any) -> dict[str, Any]:
    provider = {"provider_id": number_of(fund.blue), "title": f"Contract {number}", "service_line": "health"}
    return {"contract_no": number, **provider, **YEAR, "service": service, "rate": "8.000", **more}


def checked(rows: list[dict[str, Any]], given: services.Sheet | None = None) -> Any:
    how: Any = {"source": SOURCE, "taken_on": TAKEN, "currency": fund_settings().currency, "sheet": given}
    with unit_of_work():
        return services.check_file(table(rows), "contracts.csv", "contracts", **how, **WHO)


def keep(row: Any, reason: str = "") -> Any:
    with unit_of_work():
        return services.keep(row.number, currency=fund_settings().currency, by=OFFICER, at=AT, reason=reason)


def compared(row: Any) -> dict[str, int]:
    currency = fund_settings().currency
    found = services.balance_of(row, services.report_of(row, currency), currency)
    return {f"{each.group} {each.measure}": each.difference for each in control.differing(found)}


def two_origins(fund: Fund) -> list[dict[str, Any]]:
    award = {"origin": "award", "origin_reference": "Tender 7 of 2024 lot 2"}
    return [
        running(fund, "V-1", volume=100, budget="1000.000", used_quantity="12.5", used_amount="100.000", **award),
        running(fund, "V-1", "VIS", rate="5.400", volume=10),
        running(fund, "V-2", "DAY", rate="100.000", volume=3, origin="agreement_by_law", origin_reference="Law 41"),
    ]


BALANCED = ("award,1,1000.000,854.000,12.5,100.000", "agreement_by_law,1,0,300.000,0,0")


def test_a_file_that_balances_goes_in_with_origin_reference_and_its_own_number(fund: Fund) -> None:
    row = checked(two_origins(fund), sheet(*BALANCED))
    assert compared(row) == {}
    keep(row)
    found = db.session.execute(select(Contract).where(Contract.opened_from == row.mark).order_by(Contract.id)).scalars()
    assert [(one.origin, one.origin_reference, one.paper_number, len(one.lines)) for one in found] == [
        ("award", "Tender 7 of 2024 lot 2", "V-1", 2), ("agreement_by_law", "Law 41", "V-2", 1),
    ]  # fmt: skip
    undo(row.number)
    left = select(func.count()).where(Contract.opened_from != "")
    assert db.session.execute(left).scalar_one() == 0
    assert db.session.execute(select(func.count()).select_from(ContractUse)).scalar_one() == 0


def test_every_difference_is_named_to_the_unit(fund: Fund) -> None:
    given = sheet("award,2,1000.001,853.999,12.499,100.000", "open_list,1,0,5.000,0,0")
    assert compared(checked(two_origins(fund), given)) == {
        "award contracts": -1, "award budget": -1, "award agreed": 1, "award used_quantity": 1,
        "open_list contracts": -1, "open_list agreed": -5000,
        "agreement_by_law contracts": 1, "agreement_by_law agreed": 300_000,
    }  # fmt: skip


def test_what_does_not_balance_goes_in_only_with_a_reason_that_stays(fund: Fund) -> None:
    row = checked(two_origins(fund), sheet("award,1,1000.000,854.000,12.5,100.000"))
    with pytest.raises(InputErrors, match="say why it goes in all the same"):
        keep(row)
    assert db.session.execute(select(func.count()).where(Contract.opened_from != "")).scalar_one() == 0
    db.session.rollback()
    keep(row, "The agreement by law was signed after the sheet was drawn up.")
    assert queries.file_by_number(row.number).difference_reason.startswith("The agreement by law")
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.act == "opening.kept")).scalar_one()
    assert entry.after["differences"] == {"agreement_by_law contracts": 1, "agreement_by_law agreed": 300_000}
    assert not list(audit.verify())


def test_a_file_without_a_sheet_goes_in_only_with_a_reason(fund: Fund) -> None:
    row = checked(two_origins(fund))
    with pytest.raises(InputErrors, match="say why"):
        keep(row)
    db.session.rollback()
    keep(row, "The old register keeps no sums.")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("gift,1,0,0,0,0", "Row 2: origin: Write one of award"),
        ("award,one,0,0,0,0", "Row 2: contracts"),
        ("award,1,0,0,0,0\naward,1,0,0,0,0", "Row 3: origin: This origin stands further up"),
    ],
)
def test_a_sheet_that_cannot_be_read_names_its_row_and_nothing_is_kept(fund: Fund, row: str, words: str) -> None:
    with pytest.raises(InputErrors, match=words):
        checked(two_origins(fund), sheet(row))
    assert queries.files() == []


def test_a_contract_comes_in_whole_or_not_at_all(fund: Fund) -> None:
    rows = two_origins(fund)
    rows[1]["volume"] = "-10"
    found = checked(rows, sheet(*BALANCED))
    assert wrong(found) == [
        ("contract_no", "Another row of it needs work, and it comes in whole or not at all."),
        ("volume", "A volume is not negative."),
    ]
    assert (found.rows_ready, compared(found)["award contracts"]) == (1, -1)


def test_a_cell_that_cannot_be_read_keeps_its_contract_out_too(fund: Fund) -> None:
    rows = two_origins(fund)
    rows[1]["line_from"] = "2026-02-30"
    assert [column for column, _why in wrong(checked(rows))] == ["contract_no", "line_from"]


def site_of(fund: Fund) -> int:
    with unit_of_work():
        site = Site(organisation_id=fund.blue, number=1, name="Quay", district="North", address="1 Quay")
        db.session.add(site)
        db.session.flush()
        return int(site.id)


def test_lines_of_a_site_and_of_days_come_in_and_price_their_days(fund: Fund) -> None:
    with unit_of_work():
        db.session.query(ContractLine).filter_by(service="CON").delete()
    site = site_of(fund)
    first, second = {"line_until": "2026-11-10"}, {"line_from": "2026-11-11", "rate": "9.000"}
    rows = [
        running(fund, "V-1", volume=50, used_quantity=20, **first),
        running(fund, "V-1", volume=50, used_quantity=5, **second),
        running(fund, "V-1", rate="7.000", site="1"),
    ]
    row = checked(rows, sheet("opening_import,1,0,400.000,25,0"))
    assert compared(row) == {}
    keep(row)
    assert [send(claim(fund, f"A-{day}", line(on=dt.date(2026, 11, day)))).decision.benefit for day in (10, 11)] == [
        6_400, 7_200,
    ]  # fmt: skip
    used = db.session.execute(select(ContractServiceUse.site_id, ContractServiceUse.quantity_milli)).all()
    assert [tuple(each) for each in used] == [(0, 27_000)], "25 before, and two claims"
    assert site in db.session.execute(select(ContractLine.site_id)).scalars().all()


@pytest.mark.parametrize(
    ("more", "column"),
    [
        ({"origin": "gift"}, "origin"),
        ({"site": "9"}, "site"),
        ({"line_from": "2025-12-31"}, "line_from"),
        ({"line_until": "2027-01-01"}, "line_until"),
        ({"volume": "-1"}, "volume"),
        ({"budget": "-1"}, "budget"),
        ({"title": "x", "contract_no": "V" * 41}, "contract_no"),
        ({"service_line": "none"}, "service_line"),
        ({"service": "CON9"}, "service"),
        ({"provider_id": "P-0"}, "provider_id"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_a_wrong_cell_is_named_with_its_column(fund: Fund, more: dict[str, Any], column: str) -> None:
    assert [where for where, _why in wrong(checked([{**running(fund, "V-1"), **more}]))] == [column]


def test_a_code_with_a_hyphen_stays_as_it_is_and_is_paid(fund: Fund) -> None:
    with unit_of_work():
        db.session.add(Service(code="LC-140", service_line="care", name="Night care", unit="night"))
    keep(checked([running(fund, "V-1", "LC-140")], sheet("opening_import,1,0,0,0,0")))
    assert "LC-140" in db.session.execute(select(ContractLine.service)).scalars().all()


def test_rows_of_one_contract_agree_and_no_day_has_two_rates(fund: Fund) -> None:
    rows = [
        running(fund, "V-1", origin="award", volume=5, line_until="2026-06-30"),
        running(fund, "V-1", origin="direct_award"),
        running(fund, "V-2", volume=5, line_until="2026-06-30"),
        running(fund, "V-2", volume=6, line_from="2026-07-01"),
        running(fund, "V-3"),
        running(fund, "V-3", line_from="2026-12-31"),
    ]
    named = [column for column, _why in wrong(checked(rows))]
    assert named == ["contract_no", "origin", "contract_no", "volume", "contract_no", "service"]


def test_a_contract_that_came_in_does_not_come_in_again(fund: Fund) -> None:
    row = checked(two_origins(fund), sheet(*BALANCED))
    keep(row)
    again = checked([running(fund, "V-1", title="Contract V-1")])
    ((column, why),) = wrong(again)
    assert column == "contract_no"
    assert row.number in why


def test_promises_find_a_contract_by_the_number_of_its_source(fund: Fund) -> None:
    keep(checked(two_origins(fund), sheet(*BALANCED)))
    kept("promises", "V-2,C6,Permanent contracts,%,60,80,up,Social security list")
    found = db.session.execute(select(Contract).where(Contract.paper_number == "V-2")).scalar_one()
    assert [row.code for row in found.indicators] == ["C6"]


def test_every_trace_names_the_file_and_the_number_on_paper(fund: Fund, client: FlaskClient) -> None:
    with unit_of_work():
        db.session.query(ContractLine).filter_by(service="CON").delete()
    row = checked([running(fund, "V-1")], sheet("opening_import,1,0,0,0,0"))
    keep(row)
    sent = send(claim(fund))
    number = db.session.execute(select(Contract.number).where(Contract.paper_number == "V-1")).scalar_one()
    sign_in(client, Role.CLAIMS_OFFICER)
    shown = client.get(f"/claims/{sent.number}/lines/1").text
    assert f"number V-1, from {row.number} {SOURCE}" in shown
    sign_in(client, Role.PROCUREMENT_OFFICER)
    page = client.get(f"/contracts/{number}").text
    assert "V-1" in page
    assert f"{row.number} {SOURCE}" in page


def test_the_screen_shows_the_differences_and_asks_for_the_reason(fund: Fund, client: FlaskClient) -> None:
    content = table(two_origins(fund))
    sign_in(client, Role.CLAIMS_OFFICER)
    form = {"kind": "contracts", "source": SOURCE, "taken_on": "2026-10-31"}

    def posted(given: services.Sheet) -> Any:
        files = {"file": (io.BytesIO(content), "contracts.csv"), "control": (io.BytesIO(given.content), "control.csv")}
        return client.post("/claims/opening", data={**form, **files}, follow_redirects=True)

    assert posted(sheet("gift,1,0,0,0,0")).status_code == 422
    page = posted(sheet(BALANCED[0])).text
    assert "2 differences" in page
    place = f"/claims/opening/{queries.files()[0].number}"
    assert "say why it goes in all the same" in client.post(f"{place}/keep", data={"reason": " "}).text
    assert "balanced to the unit" in posted(sheet(*BALANCED)).text, "a mended sheet takes the place of the first"
    assert "count from now on" in client.post(f"{place}/keep", follow_redirects=True).text


def test_the_command_balances_too(fund: Fund, app: Flask, tmp_path: Path) -> None:
    file, paper = tmp_path / "contracts.csv", tmp_path / "control.csv"
    file.write_bytes(table(two_origins(fund)))
    run = app.test_cli_runner().invoke
    given = [str(file), "--kind", "contracts", "--control", str(paper)]
    paper.write_bytes(sheet(BALANCED[0]).content)
    told = run(args=["opening", "check", *given])
    assert told.exit_code == 1
    assert "agreement_by_law, agreed: the sheet says 0, the rows come to 300000" in told.output
    more = ["--source", SOURCE, "--on", "2026-10-31"]
    assert "say why" in run(args=["opening", "import", *given, *more]).output
    paper.write_bytes(sheet(*BALANCED).content)
    assert run(args=["opening", "check", *given]).exit_code == 0
    brought = run(args=["opening", "import", *given, *more])
    assert "3 rows count from now on" in brought.output


def test_a_running_contract_pays_at_its_rates_and_cannot_be_undone_once_it_paid(fund: Fund) -> None:
    with unit_of_work():
        db.session.query(ContractLine).filter_by(service="CON").delete()
    provider = number_of(fund.blue)
    rows = [f"C-9,{provider},Old contract,health,2026-01-01,2026-12-31,CON,8.000,1000.000"]
    first = kept("contracts", *rows)
    undo(first)
    assert send(claim(fund)).decision.headline == "PRV-02"
    second = kept("contracts", *rows)
    contract = db.session.execute(select(Contract).where(Contract.origin == "opening_import")).scalar_one()
    assert (contract.budget, contract.origin_reference) == (1_000_000, f"{second} {SOURCE}")
    db.session.rollback()
    assert send(claim(fund, "A-2", line(on=dt.date(2026, 11, 4)))).decision.benefit == 6_400
    with pytest.raises(Conflict, match="the file stays"):
        undo(second)


def test_what_was_used_of_a_running_contract_counts_and_goes_with_its_file(fund: Fund) -> None:
    with unit_of_work():
        db.session.query(ContractLine).filter_by(service="CON").delete()
    row = f"C-9,{number_of(fund.blue)},Old contract,health,2026-01-01,2026-12-31,CON,8.000,1000.000,20,18.5,995.000"
    number = kept("contracts", row)
    held = send(claim(fund, "A-1", line(quantity=2, price=8_000)))
    found = [each.parameters for each in held.decision.lines[0].findings if each.code == "PRV-05"]
    assert held.state == "pended"
    assert [(each["used"], each["limit"]) for each in found] == [(995_000, 1_000_000), (18_500, 20_000)]
    undo(number)
    assert db.session.execute(select(func.count()).select_from(ContractUse)).scalar_one() == 0


@pytest.mark.parametrize(
    ("used", "column"), [("20,21,10", "used_quantity"), ("20,-1,10", "used_quantity"), ("20,1,1001", "used_amount")]
)
def test_more_used_than_agreed_is_refused(fund: Fund, used: str, column: str) -> None:
    row = f"C-9,{number_of(fund.blue)},Old contract,health,2026-01-01,2026-12-31,CON,8.000,1000.000,{used}"
    assert [where for where, _why in wrong(bring_in("contracts", row))] == [column]
