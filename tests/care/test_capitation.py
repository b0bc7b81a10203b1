"""Capitation: who counts on which days, what a month brings, what late changes do, and who may see it."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from care.capitation import listening, services
from care.capitation.counting import DatedBand, Month, Person, counted
from care.capitation.models import CapitationStatement
from care.services import end_placement
from core import audit, events, work
from core.actors import SYSTEM
from core.db import db, unit_of_work
from core.errors import Conflict, Forbidden, InputErrors
from core.organisations import Organisation
from core.roles import Role
from payments import ledger
from payments.models import Payable
from procurement.capitation import Band, Capitation, defects, gaps
from procurement.models.contract import ContractUse
from tests.accounts import actor_with, sign_in
from tests.care.capitated import BANDS, FIRST, SERVICE, a_capitated, capitation_fund, contract_of, enrolled
from tests.claims.care_fund import ASSESSOR, JUNE, JUNE_END, LAST, billed
from tests.members.builders import a_member

DAY = dt.timedelta(days=1)
YOUNG, OLD = dt.date(1990, 5, 1), dt.date(1950, 5, 1)
ALL = [DatedBand(band, FIRST, LAST) for band in BANDS]


def person(name: str, days: int, born_on: dt.date = YOUNG, sex: str = "f", died_on: dt.date | None = None) -> Person:
    return Person(name, born_on, sex, died_on, days)


def computed(organisation: Organisation, month: dt.date = JUNE) -> CapitationStatement | None:
    with unit_of_work():
        return services.compute(contract_of(organisation).id, month, by=SYSTEM, cause="told")


def owed() -> list[tuple[str, int]]:
    return [(row.kind, row.amount) for row in db.session.query(Payable).order_by(Payable.id)]


def test_a_band_pays_for_its_people_by_the_days_they_were_enrolled() -> None:
    month = Month(JUNE)
    whole, half = month.days(JUNE, JUNE_END), month.days(JUNE, JUNE + 14 * DAY)
    found = counted(month, ALL, [person("A", whole), person("B", half), person("C", half, OLD, "m")], None)
    assert [(line.band, line.people, line.amount) for line in found.lines] == [
        (BANDS[0], [("A", 30), ("B", 15)], 4_500), (BANDS[2], [("C", 15)], 3_250)
    ]  # fmt: skip
    assert found.amount == 7_750


def test_on_a_reference_day_who_is_enrolled_counts_whole_and_nobody_else() -> None:
    month = Month(JUNE)
    until_15, from_16 = month.days(JUNE, JUNE + 14 * DAY), month.days(JUNE + 15 * DAY, JUNE_END)
    found = counted(month, ALL, [person("A", until_15), person("B", from_16)], 15)
    assert [(line.people, line.amount) for line in found.lines] == [([("A", 30)], 3_000)]


def test_a_birthday_a_death_and_an_amendment_within_the_month_count_by_the_day() -> None:
    month = Month(JUNE)
    whole = month.days(JUNE, JUNE_END)
    dearer = [DatedBand(BANDS[0], FIRST, JUNE + 9 * DAY), DatedBand(Band(0, 64, "", 6_000), JUNE + 10 * DAY, LAST)]
    dead = person("D", whole, died_on=JUNE + 4 * DAY)
    found = counted(month, dearer, [person("A", whole), dead], None)
    assert [(line.people, line.amount) for line in found.lines] == [
        ([("A", 10), ("D", 5)], 1_500), ([("A", 20)], 4_000)
    ]  # fmt: skip
    turns_65 = person("T", whole, dt.date(1961, 6, 30))
    assert counted(month, ALL, [turns_65], None).lines[0].band == BANDS[1], "65 on the month’s last day"


def test_who_fits_no_band_is_named_and_costs_nothing() -> None:
    found = counted(Month(JUNE), ALL, [person("X", 1, OLD, "x")], None)
    assert (found.unrated, found.lines, found.amount) == (("X",), (), 0)
    assert gaps(BANDS) == ["65 and older x"]


@given(
    people=st.lists(st.tuples(st.integers(0, 2**30 - 1), st.integers(0, 99), st.sampled_from("fmx")), max_size=12),
    rates=st.lists(st.integers(0, 10**9), min_size=3, max_size=3),
)
def test_a_month_is_the_sum_of_its_people_for_any_of_them(people: list[tuple[int, int, str]], rates: list[int]) -> None:
    bands = [Band(0, 17, "", rates[0]), Band(18, 120, "f", rates[1]), Band(18, 120, "m", rates[2])]
    rows = [
        Person(str(n), dt.date(2026 - age, 1, 1), sex, None, days) for n, (days, age, sex) in enumerate(people)
    ]  # fmt: skip
    found = counted(Month(JUNE), [DatedBand(band, FIRST, LAST) for band in bands], rows, None)
    days = [0, 0, 0]
    for mask, age, sex in people:
        if age <= 17 or sex != "x":
            days[0 if age <= 17 else 1 if sex == "f" else 2] += bin(mask).count("1")
    exact = [
        (Decimal(rate) * each / 30).quantize(Decimal(1), ROUND_HALF_UP) for rate, each in zip(rates, days, strict=True)
    ]
    assert found.amount == sum(exact)


def test_a_month_is_posted_once_with_the_people_behind_each_line(app: Flask) -> None:
    capitation_fund()
    blue = a_capitated()
    amal, ines = a_member("Amal Zerbay", born_on=YOUNG), a_member("Ines Karoui", born_on=OLD)
    enrolled(amal, blue, JUNE, LAST)
    enrolled(ines, blue, JUNE + 20 * DAY, LAST)
    row = computed(blue)
    assert row is not None
    assert [(line.persons, line.person_days, line.amount) for line in row.lines] == [(1, 30, 3_000), (1, 10, 2_333)]
    assert [line.people for line in row.lines] == [[[amal.public_id, 30]], [[ines.public_id, 10]]]
    assert owed() == [("capitation", 5_333)]
    assert computed(blue) is None, "counted again it says the same"
    assert owed() == [("capitation", 5_333)]
    assert db.session.get(ContractUse, row.contract_id).benefit == 5_333
    assert not list(ledger.verify())
    assert not list(audit.verify())


def test_what_capitation_pays_for_is_denied_as_a_claim_and_the_rest_is_paid(app: Flask) -> None:
    capitation_fund()
    blue = a_capitated()
    elder = a_member("Basma Zarrouk", born_on=OLD)
    enrolled(elder, blue, FIRST, LAST)
    decision = billed(blue, elder, SERVICE, "1", first=JUNE, last=JUNE)
    assert (decision.benefit, [one.code for one in decision.lines[0].findings if one.code == "BEN-10"]) == (
        0,
        ["BEN-10"],
    )
    other = billed(blue, elder, "LC-110", "1", first=JUNE, last=JUNE, number="A-2")
    assert "BEN-10" not in [one.code for one in other.lines[0].findings]


def test_a_placement_that_is_known_later_brings_the_difference(app: Flask) -> None:
    capitation_fund()
    blue = a_capitated()
    enrolled(a_member("Amal Zerbay", born_on=YOUNG), blue, JUNE, LAST)
    computed(blue)
    with unit_of_work():
        events.advance(listening.CURSOR, events.last_id())
    enrolled(a_member("Ines Karoui", born_on=YOUNG), blue, JUNE, LAST)
    with unit_of_work():
        assert listening.hear() == 1
    work.run_due()
    assert owed() == [("capitation", 3_000), ("capitation", 3_000)]
    newest = db.session.query(CapitationStatement).order_by(CapitationStatement.id.desc()).first()
    assert (newest.version, newest.amount, newest.difference) == (2, 6_000, 3_000)
    assert newest.cause.startswith("care.placement_changed PL-")


def taken_back(app: Flask) -> tuple[Organisation, CapitationStatement]:
    capitation_fund()
    blue = a_capitated()
    placement = enrolled(a_member("Amal Zerbay", born_on=YOUNG), blue, FIRST, LAST)
    computed(blue)
    with unit_of_work():
        end_placement(placement, on=JUNE + 9 * DAY, by=ASSESSOR, reason="moved")
    row = computed(blue)
    assert row is not None
    return blue, row


def test_taking_money_back_waits_for_a_person_and_is_then_a_recovery(app: Flask) -> None:
    _blue, row = taken_back(app)
    assert (row.state, row.difference, owed()) == ("waiting", -2_000, [("capitation", 3_000)])
    with unit_of_work(), pytest.raises(Forbidden):
        services.release(row, by=actor_with(Role.PROCUREMENT_OFFICER))
    with unit_of_work():
        services.release(row, by=actor_with(Role.FINANCE_OFFICER))
    assert owed() == [("capitation", 3_000), ("recovery", -2_000)]
    assert not list(ledger.verify())
    assert not list(audit.verify())


def test_what_moved_since_it_was_shown_is_not_released(app: Flask) -> None:
    blue, row = taken_back(app)
    enrolled(a_member("Ines Karoui", born_on=YOUNG), blue, JUNE + 24 * DAY, LAST)
    with pytest.raises(Conflict, match="has changed"), unit_of_work():
        services.release(row, by=actor_with(Role.FINANCE_OFFICER))
    assert owed() == [("capitation", 3_000)]
    newer = computed(blue)
    assert newer is not None
    assert (newer.difference, db.session.get(CapitationStatement, row.id).state) == (-1_400, "overtaken")


def test_a_refused_difference_does_not_come_again_by_itself(app: Flask) -> None:
    blue, row = taken_back(app)
    with unit_of_work(), pytest.raises(InputErrors, match="Say why"):
        services.refuse(row, reason=" ", by=actor_with(Role.FINANCE_OFFICER))
    with unit_of_work():
        services.refuse(row, reason="The move was told late.", by=actor_with(Role.FINANCE_OFFICER))
    assert computed(blue) is None
    assert owed() == [("capitation", 3_000)]


def test_a_person_counts_with_the_provider_who_took_them_over(app: Flask) -> None:
    capitation_fund()
    blue, red = a_capitated(), a_capitated()
    amal = a_member("Amal Zerbay", born_on=YOUNG)
    enrolled(amal, blue, FIRST, LAST)
    enrolled(amal, red, JUNE + 10 * DAY, LAST)
    amounts = [row.amount for row in (computed(blue), computed(red)) if row is not None]
    assert amounts == [1_000, 2_000], "ten days and twenty, never thirty twice"


def test_the_worker_counts_a_month_some_days_after_its_end(app: Flask) -> None:
    capitation_fund()
    blue = a_capitated()
    enrolled(a_member("Amal Zerbay", born_on=YOUNG), blue, JUNE, LAST)
    with unit_of_work():
        assert listening.enqueue_closed(dt.date(2026, 7, 4)) == 0
        assert listening.enqueue_closed(dt.date(2026, 7, 5)) == 1
    assert work.run_due() == 1
    with unit_of_work():
        assert listening.enqueue_closed(dt.date(2026, 7, 6)) == 0


def test_a_contract_that_was_terminated_is_paid_until_its_last_day(app: Flask) -> None:
    capitation_fund()
    blue = a_capitated()
    enrolled(a_member("Amal Zerbay", born_on=YOUNG), blue, JUNE, LAST)
    with unit_of_work():
        contract = contract_of(blue)
        contract.state, contract.valid_until = "terminated", JUNE + 9 * DAY
    with unit_of_work():
        assert listening.enqueue_closed(dt.date(2026, 7, 5)) == 1
    assert work.run_due() == 1
    assert owed() == [("capitation", 1_000)]


def test_a_count_takes_the_same_number_of_statements_for_any_number_of_people(app: Flask) -> None:
    capitation_fund()
    blue = a_capitated()
    enrolled(a_member("Amal Zerbay", born_on=YOUNG), blue, FIRST, LAST)
    statements_of(blue, dt.date(2026, 5, 1))  # the accounts of the ledger come into being
    few = statements_of(blue, JUNE)
    for number in range(5):
        enrolled(a_member(f"Person {number}", born_on=YOUNG), blue, JUNE, LAST)
    assert statements_of(blue, dt.date(2026, 7, 1)) == few


def statements_of(organisation: Organisation, month: dt.date) -> int:
    seen: list[str] = []

    def note(*said: object) -> None:
        seen.append(str(said[2]))

    contract_id = contract_of(organisation).id
    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        with unit_of_work():
            services.compute(contract_id, month, by=SYSTEM)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_a_provider_sees_its_own_statements_and_nobody_elses(client: FlaskClient) -> None:
    capitation_fund()
    blue, red = a_capitated(), a_capitated()
    amal = a_member("Amal Zerbay", born_on=YOUNG)
    enrolled(amal, blue, JUNE, LAST)
    computed(blue), computed(red)
    path, other = (f"/capitation/{contract_of(each).number}/2026-06" for each in (blue, red))
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=blue.id)
    assert "3.000" in client.get(path).text
    assert amal.public_id in client.get(f"{path}/people.csv").text
    assert contract_of(red).number not in client.get("/capitation").text
    for door in (
        other,
        f"{other}/people.csv",
        "/capitation/C-0/2026-06",
        f"/capitation/{contract_of(blue).number}/never",
    ):
        assert client.get(door).status_code == 404
    assert client.post(path, data={"answer": "release"}).status_code == 403
    sign_in(client, Role.FINANCE_OFFICER)
    assert client.get(path).status_code == 200
    assert client.get(f"{path}/people.csv").status_code == 404, "finance reads sums, not people"


def test_a_finance_officer_sees_what_it_was_and_releases_it(client: FlaskClient) -> None:
    blue, row = taken_back(client.application)
    path = f"/capitation/{row.contract.number}/2026-06"
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=blue.id)
    assert "1.000" not in client.get(path).text, "what waits is the fund’s own"
    sign_in(client, Role.FINANCE_OFFICER)
    shown = client.get(path).text
    assert all(words in shown for words in ("3.000", "1.000", "takes", "Versions"))
    assert path in client.get("/today").text
    wrong = client.post(path, data={"answer": "refuse", "reason": ""})
    assert (wrong.status_code, "Say why" in wrong.text) == (422, True)
    assert client.post(path, data={"answer": "release"}).status_code == 303
    assert owed() == [("capitation", 3_000), ("recovery", -2_000)]
    assert client.post(path, data={"answer": "release"}).status_code == 409


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ((Band(0, 17, "", 1), Band(17, 20, "f", 1)), "Another band"),
        ((Band(0, 17, "f", 1), Band(0, 17, "f", 2)), "Another band"),
        ((Band(20, 10, "", 1),), "Ages run"),
        ((Band(0, 121, "", 1),), "Ages run"),
        ((Band(0, 17, "q", 1),), "The sex is"),
        ((Band(0, 17, "", -1),), "not negative"),
        ((), "has both"),
    ],
)
def test_bands_that_cannot_be_say_which_and_why(bands: tuple[Band, ...], said: str) -> None:
    found = list(defects(Capitation(bands, (SERVICE,), FIRST), [SERVICE]))
    assert said in str(found[0].message)


def test_bands_for_women_and_men_of_one_age_do_not_overlap() -> None:
    assert not list(defects(Capitation(BANDS, (SERVICE,), FIRST), [SERVICE]))
