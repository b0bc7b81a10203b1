"""Who may read whose claims: a canary in a restricted service is looked for behind every door."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update

from care import queries
from care.models import Attendance, CareGrant, Certificate, Occupancy, Placement, RecordFinding, Stay, Visit
from claims import services
from claims.facts import PART
from claims.models import Claim, ClaimVersion
from claims.readers import reader_of
from core import audit, clock, plan
from core.accounts.models import Assignment
from core.actors import Actor
from core.acts import Act
from core.codes import Service
from core.db import db, unit_of_work
from core.errors import InputErrors
from core.roles import FUND_STAFF, Role
from core.web.access import actor_of
from payments.models import Payable
from procurement.models.contract import Contract, ContractLine
from providers.models import Provider, Site, SiteCapacity
from tests.accounts import account_with
from tests.claims.builders import AT, CLERK, FIRST, LAST, OFFICER, PLAN, ZONE, Fund, claim, line

CANARY = "CANARY7"
NAME = "Quiet yellow bird"
CONTRACT, GRANT, WHOLE, PLACEMENT, VISIT = "C-2026-777", "G-2026-777", "G-2026-778", "PL-2026-777", "V-777"
ROOM, STAY, CERTIFICATE = "ROOM-777", "STAY-777", "CERT-777"
DAY = dt.date(2026, 11, 4)
WHO = (("other", frozenset()), ("named", frozenset({"restricted"})))
MOST_PAGES = 200
LEFT_OUT = re.compile(r"[?]|^/static|^/logout|^/claims/handbook|^/plan|^/public|^/help")  # one page in many dresses
RESTRICTED = f"""
[[services]]
code = "{CANARY}"
line = "health"
name = "{NAME}"
unit = "each"
share = 2000
is_restricted = true
basis = "art. 9"

[[ceilings]]
key = "everyone"
name = "Everything together"
scope = "household"
per = "year"
amount = "30.000"
ceiling_basis = "net"
basis = "art. 10"
"""


@pytest.fixture(autouse=True)
def november():
    with clock.frozen(AT):
        yield


@pytest.fixture
def secret(fund: Fund) -> str:
    """The number of a paid claim for a restricted service, sent by the blue cooperative for the adult M4471."""
    with unit_of_work():
        version = plan.prepare(PART, PLAN.replace('"2026-1"', '"2026-2"') + RESTRICTED, valid_from=FIRST, by=CLERK)
        plan.approve(version, by=OFFICER)
        db.session.add(Service(code=CANARY, service_line="health", name=NAME, unit="each", is_restricted=True))
        db.session.flush()
        for contract_id in db.session.execute(select(Contract.id)).scalars():
            row = ContractLine(contract_id=contract_id, service=CANARY, rate=10_000, valid_from=FIRST, valid_until=LAST)
            db.session.add(row)
    with unit_of_work():
        care_of_the_canary(fund)
        sent = claim(fund, "SECRET-1", line(CANARY, quantity=2))
        number = services.submit(sent, by=CLERK, at=AT, zone=ZONE).number
        services.dry_run(claim(fund, "SECRET-2", line(CANARY, no=2)), by=OFFICER, at=AT, zone=ZONE)
        return number


def care_of_the_canary(fund: Fund) -> None:
    """A contract for nothing else, a grant, a placement, a visit and what a check found on it."""
    spell = {"valid_from": FIRST, "valid_until": LAST}
    signed = {"signed_by_provider": "manager", "signed_by_fund": "chair", "created_at": AT}
    origin = {"origin": "direct_award", "service_line": "health", "state": "active"}
    contract = Contract(number=CONTRACT, organisation_id=fund.green, title=NAME, **origin, **signed, **spell)
    db.session.add(contract)
    db.session.flush()
    db.session.add(ContractLine(contract_id=contract.id, service=CANARY, rate=10_000, **spell))
    decided = {"decided_by": "assessor", "decided_at": AT}
    grant = CareGrant(number=GRANT, member_id=1, service_line="health", service=CANARY, **decided, **spell)
    whole = CareGrant(number=WHOLE, member_id=1, service_line="health", **decided, **spell)  # placed for the canary
    db.session.add_all([grant, whole])
    db.session.flush()
    placed = {"member_id": 1, "organisation_id": fund.blue, "service": CANARY, "kind": "visit", "created_at": AT}
    db.session.add(Placement(number=PLACEMENT, grant_id=whole.id, state="accepted", **placed, **spell))
    day = {"service_on": dt.date(2026, 11, 3), "started_at": AT, "ended_at": AT + dt.timedelta(minutes=30)}
    visit = Visit(number=VISIT, member_id=1, organisation_id=fund.blue, service=CANARY, worker="W-1", **day)
    db.session.add(visit)
    db.session.flush()
    places_of_the_canary(fund)
    what = {"check": "late_edit", "on": dt.date(2026, 11, 3), "record_kind": "visit", "record_id": visit.id}
    figures = {"days": 100, "most": 95}
    db.session.add(RecordFinding(organisation_id=fund.blue, member_id=1, figures=figures, **what))
    for act, subject in (
        (Act.GRANT_DECIDED, GRANT),
        (Act.PLACEMENT_OFFERED, PLACEMENT),
        (Act.CONTRACT_SIGNED, CONTRACT),
    ):
        audit.record("care", act, subject, by=OFFICER, reason=NAME, after={"member": "M4471"})


def places_of_the_canary(fund: Fund) -> None:
    """Records without a service code: only where the member is placed tells what they are about."""
    spell = {"valid_from": FIRST, "valid_until": LAST}
    number = db.session.execute(select(Provider.number).where(Provider.organisation_id == fund.blue)).scalar_one()
    held = {"place": ROOM, "kind": "residential", "organisation_id": fund.blue}
    db.session.add(Occupancy(member_id=1, moved_in_on=DAY, **held))
    db.session.add(Certificate(kind="inspection", number=CERTIFICATE, organisation_id=fund.blue, place=ROOM, **spell))
    db.session.add(Stay(member_id=1, admitted_on=DAY, reference=STAY, provider_code=number))
    site = Site(organisation_id=fund.blue, number=77, name="Blue house", district="North")
    site.capacities = [SiteCapacity(service_line="health", licensed_places=9, valid_from=FIRST)]
    db.session.add(site)
    db.session.flush()
    signed = {"organisation_id": fund.blue, "site_id": site.id, "day": DAY, "arrived_minute": 480, "left_minute": 540}
    db.session.add(Attendance(member_id=1, children_present=1, billable_minutes=60, **signed))


def sign_in(client: FlaskClient, role: Role, organisation_id: int | None = None, scope: str = "") -> None:
    account = account_with(role, organisation_id=organisation_id)
    with unit_of_work():
        db.session.execute(update(Assignment).where(Assignment.account_id == account.id).values(scope=scope))
    client.post(f"/demo/sign-in/{account.id}")


def everything(app: Flask, client: FlaskClient, number: str) -> list[tuple[str, str]]:
    """(address, text) of every page that this reader comes to by links, and of the canary's own doors."""
    plain = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    own = [f"/claims/{number}", f"/claims/{number}/lines/1", f"/api/v1/claims/{number}", f"/claims/{number}/letter.pdf"]
    care = [
        f"/care/grants/{GRANT}",
        f"/care/grants/{WHOLE}",
        f"/care/placements/{PLACEMENT}",
        "/care/month?month=2026-11",
    ]
    signed = [f"/contracts/{CONTRACT}", f"/contracts/{CONTRACT}/contract.pdf", "/contracts/C-2026-001/contract.pdf"]
    files = [f"/claims/download.{kind}" for kind in ("csv", "xlsx")]
    lists = ["/claims?words=SECRET", "/claims?words=M4471", "/claims/review?reason=BEN-02", "/care/grants?member=M4471"]
    trail = [f"/trail?subject={subject}" for subject in (number, GRANT, PLACEMENT, CONTRACT)]
    waiting = [*plain, *own, *care, *signed, *files, *lists, *trail]
    found: dict[str, str] = {}
    for address in waiting:  # grows by the links that are met
        answer = client.get(address) if address not in found and len(found) < MOST_PAGES else None
        if answer is not None and answer.status_code == 200:
            found[address] = readable(answer.data)
            links = re.findall(r'href="(/[^"#]*)"', found[address]) if answer.mimetype == "text/html" else []
            waiting += [link for link in links if not LEFT_OUT.search(link)]
    assert len(found) < MOST_PAGES
    return list(found.items())


def find(client: FlaskClient, words: str) -> str:
    """Where the box on every page leads."""
    return client.post("/search", data={"words": words}).location or ""


def readable(content: bytes) -> str:
    if content[:2] != b"PK":
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def seen(app: Flask, client: FlaskClient, number: str) -> set[str]:
    """Addresses where the claim, its service, the care for it or the provider's own number shows."""
    places = (ROOM, STAY, CERTIFICATE)
    traces = (number, "SECRET-1", NAME, CANARY, GRANT, WHOLE, PLACEMENT, VISIT, CONTRACT, *places)
    asked = re.compile(r"(subject|words)=[\w-]+")  # what was typed comes back
    pages = ((address, asked.sub("", text)) for address, text in everything(app, client, number))
    return {address for address, text in pages if any(trace in text for trace in traces)}


# What says which services exist at all, not who used them.
CATALOGUE = ("/claims/handbook", "/care/grants/new", "/tenders/new", "/plan", "/tenders/", "/open-lists/new", "/codes")


def beside_the_catalogue(addresses: set[str]) -> set[str]:
    return {address for address in addresses if not address.startswith(CATALOGUE)}


@pytest.mark.parametrize("role", sorted(FUND_STAFF), ids=str)
def test_nobody_at_the_fund_meets_the_canary(app: Flask, client: FlaskClient, secret: str, role: Role) -> None:
    sign_in(client, role)
    assert beside_the_catalogue(seen(app, client, secret)) == set()
    assert [find(client, words) for words in (secret, GRANT, PLACEMENT, CONTRACT)] == [""] * 4


def test_neither_does_another_cooperative_or_a_stranger(
    app: Flask, client: FlaskClient, fund: Fund, secret: str
) -> None:
    assert seen(app, client, secret) == set()
    sign_in(client, Role.PROVIDER_CLERK, fund.green)
    db.session.execute(delete(ContractLine).where(ContractLine.service == CANARY))  # green is under contract for it too
    db.session.execute(delete(Contract).where(Contract.number == CONTRACT))
    db.session.commit()
    assert beside_the_catalogue(seen(app, client, secret)) == set()


def test_its_provider_its_member_and_named_staff_read_it(
    app: Flask, client: FlaskClient, fund: Fund, secret: str
) -> None:
    for role, organisation, scope in (
        (Role.PROVIDER_CLERK, fund.blue, ""),
        (Role.CLAIMS_OFFICER, None, "restricted"),
        (Role.MEMBER, None, "M4471"),
    ):
        sign_in(client, role, organisation, scope)
        assert {f"/claims/{secret}", f"/claims/{secret}/lines/1", "/claims"} <= seen(app, client, secret), role


def test_named_staff_read_of_the_care_for_it(app: Flask, client: FlaskClient, secret: str) -> None:
    """The canary can be found at all: what hides it from the others is the scope alone."""
    sign_in(client, Role.CARE_ASSESSOR, None, "restricted")
    pages = {f"/care/grants/{GRANT}", f"/care/grants/{WHOLE}", f"/care/placements/{PLACEMENT}", "/care/visits"}
    pages |= {f"/care/records/{kind}" for kind in ("stays", "certificates")}
    assert pages <= seen(app, client, secret)
    assert find(client, GRANT) == f"/care/grants/{GRANT}"
    sign_in(client, Role.PROCUREMENT_OFFICER, None, "restricted")
    assert {f"/contracts/{CONTRACT}", "/contracts/C-2026-001", "/contracts"} <= seen(app, client, secret)
    sign_in(client, Role.AUDITOR, None, "restricted")
    assert f"/trail?subject={GRANT}" in seen(app, client, secret)


def test_days_of_a_site_count_nobody_who_is_there_for_a_restricted_service(fund: Fund, secret: str) -> None:
    monday, month = DAY - dt.timedelta(days=DAY.weekday()), DAY.replace(day=1)
    site_id = db.session.execute(select(Site.id).where(Site.number == 77)).scalar_one()
    other, named = (Actor(None, name, name, frozenset({Role.INSPECTOR}), scopes=scopes) for name, scopes in WHO)
    for who, count, present in ((other, 0, None), (named, 1, 1)):
        day = queries.site_week(who, site_id, fund.blue, monday)[DAY.weekday()]
        assert (day["signed_in"], day["present"]) == (count, present)
        assert len(queries.months.site_days(who, fund.blue, month)) == count
        assert [row[0] == ROOM for row in queries.places.latest_occupancies(who, None)] == [True] * count


def test_somebody_placed_for_another_service_too_stays_known(fund: Fund, secret: str) -> None:
    other = Actor(None, "other", "O. Ther", frozenset({Role.INSPECTOR}))
    assert not queries.places.latest_occupancies(other, None)
    with unit_of_work():
        row = db.session.execute(select(Placement).where(Placement.number == PLACEMENT)).scalar_one()
        open_grant = CareGrant(
            number="G-2026-779", member_id=1, service_line="health", decided_by="assessor", decided_at=AT,
            valid_from=FIRST, valid_until=LAST,
        )  # fmt: skip
        db.session.add(open_grant)
        db.session.flush()
        placed = {"member_id": 1, "organisation_id": fund.blue, "service": "CON", "kind": "visit", "created_at": AT}
        spell = {"valid_from": row.valid_from, "valid_until": row.valid_until}
        db.session.add(Placement(number="PL-2026-779", grant_id=open_grant.id, state="accepted", **placed, **spell))
    assert [row.place for row in queries.places.latest_occupancies(other, None)] == [ROOM]


def test_the_trail_keeps_its_entries_and_withholds_what_they_are_about(client: FlaskClient, secret: str) -> None:
    sign_in(client, Role.AUDITOR)
    page = client.get("/trail").text
    assert page.count("withheld") >= 4
    assert "No entry fits." in client.get(f"/trail?subject={GRANT}").text


def test_an_adult_sees_only_the_own_claims(app: Flask, client: FlaskClient, fund: Fund, secret: str) -> None:
    sign_in(client, Role.MEMBER, None, "M4472")
    assert seen(app, client, secret) == set()
    assert client.get(f"/claims/{secret}").status_code == 404


def test_the_home_of_members_tells_what_the_fund_pays_of_their_own_care(client: FlaskClient, secret: str) -> None:
    sign_in(client, Role.MEMBER, None, "M4471")
    page = client.get("/today").text
    assert f"/claims/{secret}" in page
    assert "The fund pays" in page
    sign_in(client, Role.MEMBER, None, "M4472")
    page = client.get("/today").text
    assert secret not in page
    assert "Nothing waits for you." in page


def test_a_member_account_that_stands_for_nobody_sees_nothing(secret: str) -> None:
    who = reader_of(actor_of(account_with(Role.MEMBER)))
    query = select(func.count()).select_from(Claim).where(*who.of_claims())
    assert db.session.execute(query).scalar_one() == 0


def test_what_is_owed_says_nothing_of_the_care(secret: str) -> None:
    summary = db.session.execute(select(Payable.summary)).scalar_one()
    assert summary["member"] == ""
    assert [row["service"] for row in summary["lines"]] == [""]
    assert CANARY not in str(summary)


def test_its_use_moves_no_limit_of_other_services(fund: Fund, secret: str) -> None:
    """The household's ceiling of 30.000 would leave 14.000 had the restricted 16.000 counted."""
    with unit_of_work():
        sent = claim(fund, "A-2", line(quantity=3), organisation=fund.green, member="M4472")
        number = services.submit(sent, by=CLERK, at=AT, zone=ZONE).number
    query = select(ClaimVersion.benefit).join(Claim, Claim.id == ClaimVersion.claim_id).where(Claim.number == number)
    assert db.session.execute(query).scalar_one() == 24_000


def test_a_plan_that_lets_a_restricted_service_share_a_limit_is_refused(fund: Fund) -> None:
    shared = RESTRICTED.replace('scope = "household"', f'scope = "household"\ncodes = ["CON", "{CANARY}"]')
    with pytest.raises(InputErrors) as refused:
        plan.prepare(PART, PLAN + shared, valid_from=FIRST, by=OFFICER)
    assert "shares its limits" in str(refused.value.problems[0].message)
