from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from core.actors import SYSTEM
from core.audit import verify
from core.db import db, unit_of_work
from core.errors import InputErrors
from members import queries, services, waiting
from members.models import Cover, Household, Member, MemberIdentity
from members.names import normalise_name, normalise_phone
from members.people import Spell
from members.services.registration import partition_of
from members.waiting import CoverPlan, Span, credited_months
from tests.members.builders import a_member, approve_cover_plan, roster

pytestmark = pytest.mark.usefixtures("app")
SEVEN_WRONG = {
    3: "M00003,Family3,Given,1980-13-02,f,H0001,,North,basic,2026-01-01,",
    10: ",Family10,Given,1980-01-02,f,H0003,,North,basic,2026-01-01,",
    200: "M00200,Family200,Given,1980-01-02,q,H0066,,North,basic,2026-01-01,",
    300: "M00300,Family300,Given,1980-01-02,f,H0100,,North,basic,2026-01-01,2025-12-31",
    400: "M00001,Family1,Given,1981-01-02,f,H0000,,North,basic,2026-01-01,",
    500: "M00500,Family500,Given,1980-01-02,f,H0166,call me,North,basic,2026-01-01,",
    999: "M00999,Family999,Given,1980-01-02,f,H0333,,North,basic,,2026-12-31",
}


def count(model: type) -> int:
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def test_seven_wrong_rows_among_a_thousand_do_not_hold_up_the_others() -> None:
    content = roster(1000, SEVEN_WRONG)
    with unit_of_work():
        batch = services.check_file(content, "roster.csv", "touiza-members", by=SYSTEM)
        assert (batch.rows_ready, batch.rows_wrong) == (993, 7)
        assert count(Member) == 0, "a dry run keeps nothing"
    report = services.read_file(content, "roster.csv", "touiza-members")
    assert {row.number - 2: row.problems[0].column for row in report.wrong} == {
        3: "born_on",
        10: "member_number",
        200: "sex",
        300: "cover_until",
        400: "born_on",
        500: "phone",
        999: "cover_from",
    }
    with unit_of_work():
        assert services.keep_good_rows(batch, by=SYSTEM).members == 993
    assert len(report.wrong_rows_csv().decode().strip().splitlines()) == 8


def test_the_same_bytes_again_change_nothing() -> None:
    for _ in range(2):
        with unit_of_work():
            batch = services.check_file(roster(9), "roster.csv", "touiza-members", by=SYSTEM)
            services.keep_good_rows(batch, by=SYSTEM)
    assert (count(Member), count(Household), count(Cover), count(MemberIdentity)) == (9, 3, 9, 9)


def test_the_same_rows_in_another_file_add_nothing() -> None:
    with unit_of_work():
        rows = services.read_file(roster(9), "a.csv", "touiza-members").values
        services.import_members(rows, source="a", by=SYSTEM)
    with unit_of_work():
        outcome = services.import_members(rows, source="b", by=SYSTEM)
    assert (outcome.members, outcome.spells, outcome.households) == (0, 0, 0)


def test_the_medicare_member_years_come_in_end_to_end(shared_data) -> None:
    content = (shared_data / "medicare-synpuf" / "bene.csv").read_bytes()
    with unit_of_work():
        batch = services.check_file(content, "bene.csv", "medicare-synpuf-bene", by=SYSTEM)
        assert (batch.rows_ready, batch.rows_wrong) == (490, 0)
        outcome = services.keep_good_rows(batch, by=SYSTEM)
    people = {line.split(",")[1] for line in content.decode().splitlines()[1:]}
    assert outcome.members == outcome.households == len(people) == 245
    months = [float(line.split(",")[10]) for line in content.decode().splitlines()[1:]]
    assert outcome.spells == sum(month > 0 for month in months) == 441
    household = db.session.execute(select(Household).join(Member).where(Member.public_id == min(people))).scalar_one()
    assert household.number == min(people)
    assert household.partition == partition_of(min(people))
    covers = db.session.execute(select(Cover)).scalars().all()
    assert {(row.package, row.basis) for row in covers} == {("medicare", "imported")}
    assert list(verify()) == []


def test_what_identifies_a_person_is_not_stored_in_clear() -> None:
    member = a_member(phone="71 555 010", national_id="AB-123 456")
    stored = db.session.execute(select(MemberIdentity.__table__)).one()
    assert b"555" not in stored.phone
    assert b"123456" not in stored.national_id
    assert services.phone_of(member) == "71 555 010"


@pytest.mark.parametrize("words", ["71-555-010", "zerb", "ZÉRBAY amal", "the id"])
def test_a_member_is_found_by_phone_name_and_id(words: str) -> None:
    member = a_member(phone="71 555 010")
    a_member("Basma Zarrouk")
    assert [row.id for row in queries.search(member.public_id if words == "the id" else words)] == [member.id]


def test_a_percent_sign_is_no_wildcard() -> None:
    a_member()
    assert queries.search("%") == []


def test_one_identity_number_belongs_to_one_member() -> None:
    first = a_member(national_id="AB 123456")
    with pytest.raises(InputErrors) as caught:
        a_member("Other Person", national_id="ab-123456")
    assert caught.value.problems[0].where == "national_id"
    assert first.public_id in str(caught.value.problems[0].message)


def test_cover_that_overlaps_is_refused() -> None:
    member = a_member()
    with pytest.raises(InputErrors) as caught, unit_of_work():
        services.add_cover(member, Spell("basic", dt.date(2026, 6, 1)), by=SYSTEM)
    assert caught.value.problems[0].where == "cover_from"


def test_waiting_days_follow_from_the_plan() -> None:
    approve_cover_plan()
    waits = {wait.benefit_group: wait.waiting_until for wait in a_member().covers[0].waits}
    assert waits == {"maternity": dt.date(2026, 10, 1), "surgery": dt.date(2026, 7, 1)}


def test_imported_cover_waits_like_entered_cover() -> None:
    approve_cover_plan()
    with unit_of_work():
        rows = services.read_file(roster(1), "a.csv", "touiza-members").values
        services.import_members(rows, source="a", by=SYSTEM)
    member = queries.member("M00000")
    assert member is not None
    assert {w.benefit_group: w.waiting_until for w in member.covers[0].waits}["surgery"] == dt.date(2026, 7, 1)


@pytest.mark.parametrize(
    ("joined_on", "credited"), [(dt.date(2027, 1, 1), 10), (dt.date(2027, 11, 1), 2), (dt.date(2030, 1, 1), 0)]
)
def test_months_of_earlier_cover_count_inside_the_window(joined_on: dt.date, credited: int) -> None:
    """The worked case of the reference, rule 3."""
    earlier = [Span(dt.date(2025, 3, 1), dt.date(2025, 12, 31)), Span(dt.date(2025, 5, 1), dt.date(2025, 8, 31))]
    assert credited_months(earlier, joined_on, 24) == credited
    waits = CoverPlan({"basic": {"dental": 6}}).waits("basic", joined_on, earlier)
    assert waits.get("dental") == {10: None, 2: dt.date(2028, 3, 1), 0: dt.date(2030, 7, 1)}[credited]


@pytest.mark.parametrize(
    ("born_on", "until"),
    [
        (dt.date(1972, 1, 1), dt.date(2026, 7, 1)),  # case 15 of the note: an adult waits 6 months
        (dt.date(2024, 1, 1), None),  # case 17: a child of two years does not
        (dt.date(2008, 1, 1), dt.date(2026, 7, 1)),  # 18 on the day of joining
        (dt.date(2008, 1, 2), None),
        (None, dt.date(2026, 7, 1)),  # nobody knows: no favour without a fact
    ],
    ids=["adult", "child", "eighteen-today", "eighteen-tomorrow", "unknown"],
)
def test_adults_and_children_wait_as_the_plan_says_of_each(born_on: dt.date | None, until: dt.date | None) -> None:
    numbers = CoverPlan({"basic": {"surgery": 6}}, 24, 0, {"basic": {"surgery": 0}}, 18)
    assert numbers.waits("basic", dt.date(2026, 1, 1), [], born_on).get("surgery") == until


def test_a_renewal_does_not_begin_the_wait_again() -> None:
    """New cover only: three months before the renewal are three months waited."""
    earlier = [Span(dt.date(2025, 10, 1), dt.date(2025, 12, 31))]
    numbers = CoverPlan({"basic": {"surgery": 6}}, 24, 0, {"basic": {"surgery": 3}}, 18)
    assert numbers.waits("basic", dt.date(2026, 1, 1), earlier, dt.date(1972, 1, 1)) == {"surgery": dt.date(2026, 4, 1)}
    assert numbers.waits("basic", dt.date(2026, 1, 1), earlier, dt.date(2024, 1, 1)) == {}


def test_a_childs_wait_without_an_age_is_refused() -> None:
    rows = '[credit]\nwindow_months = 24\nbasis = "a"\n[[waiting]]\npackage = "basic"\ngroup = "surgery"\n'
    with pytest.raises(InputErrors) as refused:
        waiting.parse(rows + 'months = 6\nchild_months = 0\nbasis = "b"\n')
    assert refused.value.problems[0].where == "waiting.0.child_months"


def test_names_and_phones_have_one_searched_form() -> None:
    assert normalise_name("Ben  Ámor-Saïd") == "ben amor said"
    assert normalise_phone("00216 71 555-010") == normalise_phone("+216 71555010")


def test_a_person_is_not_born_tomorrow() -> None:
    with pytest.raises(InputErrors) as caught:
        a_member(born_on=dt.date(2999, 1, 1))
    assert caught.value.problems[0].where == "born_on"
