"""Another unit takes over on the 20th: sites, contracts, placements go over, claims go to whoever gave the care."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from care import services as care
from care import succession as placements
from care.models import CareGrant, Placement, RecordCorrection
from care.records import Slot
from core import audit, clock
from core.accounts.services import assign
from core.actors import SYSTEM
from core.codes import Service, ServiceLine
from core.db import db, unit_of_work
from core.errors import Forbidden
from core.outbox import OutboxMessage
from core.roles import Role
from payments.models import Payable
from procurement.models.contract import Contract, ContractAmendment, ContractLine
from procurement.services.contracts import succeeding as contracts
from providers import queries
from providers.models import Accreditation, OpeningHours, Provider, ProviderServiceLine, Site, SiteCapacity, Succession
from providers.services import succeeding
from tests.accounts import account_with, actor_with, sign_in
from tests.claims.builders import Fund
from tests.doors.register import FOURTEENTH, NUMBER, seen
from tests.providers.builders import PDF

GREEN = "P-2026-002"
FIRST = dt.date(2026, 11, 20)
FORM = {"successor": GREEN, "takes_over_on": "2026-11-20", "legal_reference": "Deed of merger 12/2026"}


@pytest.fixture
def ready(fund: Fund) -> Iterator[Fund]:
    """Both are accredited for long; the blue one has a site, a capped contract and one child placed with it."""
    with unit_of_work():
        db.session.execute(update(Accreditation).values(valid_until=dt.date(2028, 12, 31)))
        contract = db.session.execute(select(Contract).where(Contract.organisation_id == fund.blue)).scalar_one()
        contract.budget = 3_650_001
        contract.lines[0].volume = 365
        db.session.add(ProviderServiceLine(organisation_id=fund.blue, service_line="care"))
        site = Site(organisation_id=fund.blue, number=1, name="Nursery", district="North")
        site.capacities = [SiteCapacity(service_line="care", licensed_places=9, valid_from=dt.date(2026, 1, 1))]
        db.session.add(site)
        db.session.flush()
        db.session.add(
            OpeningHours(
                site_id=site.id, weekday=0, opens_minute=480, closes_minute=960, valid_from=dt.date(2026, 1, 1)
            )
        )
        grant = CareGrant(
            number="G-1", member_id=2, service_line="care", valid_from=dt.date(2026, 1, 1),
            valid_until=dt.date(2026, 12, 31), decided_by="assessor", decided_at=FOURTEENTH,
        )  # fmt: skip
        db.session.add(grant)
        db.session.flush()
        row = care.offer_placement(
            grant, organisation_id=fund.blue, service="DAY", valid_from=dt.date(2026, 11, 2),
            valid_until=dt.date(2026, 12, 31), pattern=[Slot(0, 510, 90)], by=SYSTEM, site_id=site.id,
        )  # fmt: skip
        care.answer_placement(row, "accept", by=actor_with(Role.PROVIDER_CLERK, organisation_id=fund.blue))
        provider = queries.provider_of(fund.blue)
        assert provider is not None
        provider.published_score = Decimal("71.5")
    return fund


def propose(client: FlaskClient, **changes: str) -> tuple[int, str]:
    sign_in(client, Role.REGISTRAR)
    form = FORM | changes | {"file": (io.BytesIO(PDF), "deed.pdf")}
    answer = client.post(f"/providers/{NUMBER}/succession", data=form)
    client.post("/logout")
    return answer.status_code, answer.text


def as_(client: FlaskClient, role: Role, path: str, organisation: int | None = None) -> int:
    sign_in(client, role, organisation_id=organisation)
    status = client.post(path).status_code
    client.post("/logout")
    return status


def approved(client: FlaskClient, fund: Fund) -> None:
    assert propose(client)[0] == 303
    assert as_(client, Role.PROVIDER_MANAGER, f"/providers/{GREEN}/take-over/accept", fund.green) == 303
    assert as_(client, Role.REGISTRAR, f"/providers/{NUMBER}/succession/approve") == 303
    for _tick in range(2):
        contracts.listen()
        placements.listen()


def claim(client: FlaskClient, organisation: int, day: int) -> str:
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=organisation)
    line = {"code": "CON", "service_start": f"2026-11-{day}", "quantity": "1", "unit_price": "10.000"}
    form = {"member_id": "M4471", "claim_no": f"S-{organisation}-{day}", "declared": "yes"}
    form |= {f"lines.0.{name}": value for name, value in line.items()}
    answer = client.post("/claims/new", data=form, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    client.post("/logout")
    return answer.text


def test_claims_before_on_and_after_the_day_go_to_whoever_gave_the_care(ready: Fund, client: FlaskClient) -> None:
    approved(client, ready)
    with clock.frozen(FOURTEENTH + dt.timedelta(days=9)):
        old = ["PRV-0" in claim(client, ready.blue, day) for day in (19, 20, 21)]
        assert old == [False, True, True]
        claim(client, ready.green, 20)
        rows = db.session.execute(select(Payable.organisation_id, Payable.amount).order_by(Payable.id)).all()
    assert [(organisation, amount > 0) for organisation, amount in rows] == [(ready.blue, True), (ready.green, True)]
    assert not list(audit.verify())


def test_a_contract_goes_on_under_the_successor_and_nothing_is_counted_twice(ready: Fund, client: FlaskClient) -> None:
    approved(client, ready)
    old, new = (
        db.session.execute(select(Contract).where(Contract.number == "C-2026-001")).scalar_one(),
        db.session.execute(select(Contract).where(Contract.follows_id.is_not(None))).scalar_one(),
    )
    assert (old.valid_until, new.valid_from, new.organisation_id) == (dt.date(2026, 11, 19), FIRST, ready.green)
    assert (old.budget or 0) + (new.budget or 0) == 3_650_001
    assert sum(row.volume or 0 for one in (old, new) for row in one.lines) == 365
    assert new.budget == 3_650_001 * 42 // 365
    terms = [[(row.service, row.rate) for row in one.lines] for one in (old, new)]
    assert terms[0] == terms[1]
    amendment = db.session.execute(select(ContractAmendment)).scalar_one()
    assert (amendment.code, amendment.state, amendment.effective_from) == ("mod-repl", "in_force", FIRST)
    assert "Green Yard" in amendment.changes[0]["after"]
    first = select(func.count()).select_from(ContractLine).where(ContractLine.valid_from < FIRST)
    assert db.session.execute(first).scalar_one() == 6  # three of the old unit, three of the successor's own contract


def test_a_contract_that_has_not_begun_begins_with_the_successor_alone(ready: Fund, client: FlaskClient) -> None:
    begins = dt.date(2026, 12, 1)
    with unit_of_work():
        row = db.session.execute(select(Contract).where(Contract.organisation_id == ready.blue)).scalar_one()
        row.valid_from = begins
        for line in row.lines:
            line.valid_from = begins
    approved(client, ready)
    new = db.session.execute(select(Contract).where(Contract.follows_id.is_not(None))).scalar_one()
    db.session.refresh(row)
    assert (new.valid_from, new.budget, len(new.lines)) == (begins, 3_650_001, 3)
    assert (row.state, row.budget, row.lines) == ("ended", 0, [])


def test_who_is_cared_for_goes_on_with_the_successor_and_is_told(ready: Fund, client: FlaskClient) -> None:
    with unit_of_work():
        assign(account_with(), Role.MEMBER, by=SYSTEM, scope="M4472", valid_from=dt.date(2020, 1, 1))
    approved(client, ready)
    rows = db.session.execute(select(Placement).order_by(Placement.id)).scalars().all()
    replaced = select(RecordCorrection).where(RecordCorrection.source == "succession")
    (before,) = (row.before for row in db.session.execute(replaced).scalars())
    assert (before["organisation_id"], before["valid_until"], before["state"]) == (ready.blue, "2026-12-31", "accepted")
    spans = [(row.organisation_id, row.valid_from, row.valid_until, row.state) for row in rows]
    assert spans == [
        (ready.blue, dt.date(2026, 11, 2), dt.date(2026, 11, 19), "ended"),
        (ready.green, FIRST, dt.date(2026, 12, 31), "accepted"),
    ]
    assert [len(row.pattern) for row in rows] == [1, 1]
    site = db.session.execute(select(Site).where(Site.organisation_id == ready.green)).scalar_one()
    assert rows[1].site_id == site.id
    hours = db.session.execute(select(OpeningHours).where(OpeningHours.site_id == site.id)).scalar_one()
    assert hours.valid_from == FIRST
    told = db.session.execute(select(OutboxMessage).where(OutboxMessage.template == "care/handed_over")).scalars().all()
    assert [row.arguments["subject"] for row in told] == ["From 20 November 2026 another organisation cares for you"]
    assert "Green" not in told[0].arguments["body"]


def test_places_are_on_one_side_only_on_every_day(ready: Fund, client: FlaskClient) -> None:
    approved(client, ready)
    for day, places in ((dt.date(2026, 11, 19), (9, 0)), (FIRST, (0, 9))):
        assert (
            queries.licensed_places(ready.blue, "care", day),
            queries.licensed_places(ready.green, "care", day),
        ) == places


def test_the_register_says_who_follows_and_what_came_before(ready: Fund, client: FlaskClient) -> None:
    approved(client, ready)
    assert "Blue Door" in client.get(f"/public/providers/{NUMBER}").text
    with clock.frozen(FOURTEENTH + dt.timedelta(days=9)):
        page = client.get(f"/public/providers/{NUMBER}").text
        assert "It gives no care since 20 November 2026" in page
        assert "Green Yard" in page
        assert "Blue Door" not in client.get("/public/providers").text
        assert client.get(f"/public/providers/{NUMBER}.json").status_code == 404
        assert "Its published score was 71.5" in seen(client, f"/providers/{GREEN}", Role.REGISTRAR)
        assert "Ended by succession" in seen(client, f"/providers/{NUMBER}", Role.REGISTRAR)
        assert "Blue Door" in seen(client, "/providers?state=succeeded", Role.REGISTRAR)


def test_three_persons_decide_and_nobody_twice(ready: Fund, client: FlaskClient) -> None:
    assert propose(client)[0] == 303
    assert as_(client, Role.PROVIDER_MANAGER, f"/providers/{GREEN}/take-over/accept", ready.blue) == 404
    assert as_(client, Role.REGISTRAR, f"/providers/{NUMBER}/succession/approve") == 409  # nobody has accepted
    assert "Say whether you take over from Blue Door" in seen_of(client, ready.green)
    assert as_(client, Role.PROVIDER_MANAGER, f"/providers/{GREEN}/take-over/accept", ready.green) == 303
    row = db.session.execute(select(Succession)).scalar_one()
    proposer = actor_with(Role.REGISTRAR)
    with unit_of_work():
        row.proposed_by = proposer.person
    with pytest.raises(Forbidden, match="someone else must approve"):
        succeeding.approve(row, by=proposer)


def seen_of(client: FlaskClient, organisation: int) -> str:
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=organisation)
    text = client.get("/today").text
    client.post("/logout")
    return text


@pytest.mark.parametrize(("field", "value", "said"), [
    ("takes_over_on", "2026-11-14", "Choose a day to come"),
    ("successor", NUMBER, "Write the number of another provider"),
    ("successor", "P-9", "Write the number of another provider"),
    ("legal_reference", " ", "Name the deed"),
])  # fmt: skip
def test_a_wrong_proposal_is_told_at_its_field(
    ready: Fund, client: FlaskClient, field: str, value: str, said: str
) -> None:
    status, text = propose(client, **{field: value})
    assert status == 422
    assert said in text


def test_a_unit_that_gave_restricted_care_alone_leaves_no_trace(ready: Fund, client: FlaskClient) -> None:
    with unit_of_work():
        db.session.add(ServiceLine(code="shelter", name="Shelter", position=9))
        db.session.flush()
        db.session.add(Service(code="SHE", service_line="shelter", name="Night", unit="night", is_restricted=True))
        mine = ProviderServiceLine.organisation_id == ready.blue
        for row in db.session.execute(select(ProviderServiceLine).where(mine)).scalars():
            db.session.delete(row)
        db.session.flush()
        db.session.add(ProviderServiceLine(organisation_id=ready.blue, service_line="shelter"))
        site = db.session.execute(select(Site)).scalar_one()
        site.capacities[0].service_line = "shelter"
    approved(client, ready)
    with clock.frozen(FOURTEENTH + dt.timedelta(days=9)):
        assert client.get(f"/public/providers/{NUMBER}").status_code == 404
        page = client.get(f"/public/providers/{GREEN}").text
        assert "Nursery" not in page
        assert "Shelter" not in page


def test_the_state_of_who_ends_is_read_from_its_days(ready: Fund, client: FlaskClient) -> None:
    approved(client, ready)
    row = db.session.get_one(Provider, ready.blue)
    days = [FIRST - dt.timedelta(days=1), FIRST]
    assert [row.standing_on(day) for day in days] == ["accredited", "succeeded"]
    assert [queries.is_accredited(ready.blue, day) for day in days] == [True, False]
