"""Procedures published elsewhere: six real releases come in as drafts and go out again; broken ones are named."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from core.db import unit_of_work
from core.errors import InputErrors
from core.roles import Role
from procurement.models.elsewhere import ElsewhereProcedure
from procurement.models.tender import Tender
from procurement.ocds.exact import exact_json, parsed
from procurement.ocds.reading import read_file
from procurement.queries import elsewhere as queries
from procurement.services import correcting, elsewhere
from tests.accounts import actor_with
from tests.procurement.tendering import House


def real_files(shared_data: Path) -> list[Path]:
    folder = shared_data / "ocds"
    return [*sorted(folder.glob("doffin_*.json")), *sorted(folder.glob("uk_*.json"))]


def real_releases(shared_data: Path) -> list[dict]:
    """Read plainly, without a line of the product."""
    found = [json.loads(path.read_text("utf-8"), parse_float=Decimal) for path in real_files(shared_data)]
    return [release for data in found for release in data.get("releases", [data])]


def brought_in(paths: list[Path]) -> list[ElsewhereProcedure]:
    by = actor_with(Role.PROCUREMENT_OFFICER)
    with unit_of_work():
        rows = [row for path in paths for row in elsewhere.check_file(path.read_bytes(), path.name, by=by)]
        elsewhere.keep(rows, by=by)
    return rows


def release(**changes: object) -> dict:
    base = {
        "ocid": "ocds-abc123-1", "id": "1", "date": "2026-01-01T00:00:00Z", "tag": ["tender"],
        "initiationType": "tender",
        "tender": {"id": "N-7", "title": "Home care", "status": "active", "value": {"amount": 5, "currency": "NOK"}},
    }  # fmt: skip
    return base | changes


def read(data: object) -> list:
    return list(read_file(json.dumps(data).encode()).found)


def test_the_six_real_releases_become_drafts_that_say_what_they_say(app, shared_data):
    rows, originals = brought_in(real_files(shared_data)), real_releases(shared_data)
    assert len(rows) == len(originals) == 6
    assert [len(row.draft.lots) for row in rows] == [1, 8, 0, 0, 0, 0]
    for row, original in zip(rows, originals, strict=True):
        draft, tender = row.draft, original["tender"]
        assert (row.ocid, row.release_id, row.state) == (original["ocid"], original["id"], "kept")
        assert draft.title == tender["title"]
        assert draft.tender_id == tender["id"]
        assert draft.buyer_id == original["buyer"]["id"]
        assert draft.buyer_name
        assert (draft.amount, draft.currency) == (
            str(tender["value"]["amount"]) if "value" in tender else "",
            tender.get("value", {}).get("currency", ""),
        )
        assert draft.closes == tender.get("tenderPeriod", {}).get("endDate", "")
        assert [lot.id for lot in draft.lots] == [lot["id"] for lot in tender.get("lots", [])]
        assert [lot.amount for lot in draft.lots] == [
            str(lot.get("value", {}).get("amount", "")) for lot in tender.get("lots", [])
        ]
        codes = {code for code in json.dumps(tender, default=str).split('"') if code.isdecimal() and len(code) == 8}
        assert {code.split()[-1] for code in draft.codes} == codes
        assert row.faults == []


def test_the_six_go_out_again_as_they_came(app, shared_data):
    rows, originals = brought_in(real_files(shared_data)), real_releases(shared_data)
    for row, original in zip(rows, originals, strict=True):
        out = json.loads(exact_json(elsewhere.export(row)), parse_float=Decimal)
        assert out == original


def test_a_correction_goes_out_in_its_place_and_the_unknown_fields_stay(app, shared_data):
    row = brought_in(real_files(shared_data))[1]
    original = real_releases(shared_data)[1]
    by = actor_with(Role.PROCUREMENT_OFFICER)
    with unit_of_work():
        correcting.correct(row, {"title": "New title", "closes": "2024-04-01T12:00:00+02:00"}, by=by)
    out = elsewhere.export(row)
    assert out["tender"].pop("title") == "New title"
    assert out["tender"].pop("tenderPeriod") == {"endDate": "2024-04-01T12:00:00+02:00"}
    original["tender"].pop("title")
    original["tender"].pop("tenderPeriod", None)
    assert out == original


def test_a_lot_a_value_and_a_date_are_corrected_in_their_places(app, shared_data):
    row, original = brought_in(real_files(shared_data))[1], real_releases(shared_data)[1]
    changes = {"lots/7/title": "The eighth", "lots/0/amount": "12.50", "amount": "99", "currency": "EUR"}
    with unit_of_work():
        correcting.correct(row, changes, by=actor_with(Role.PROCUREMENT_OFFICER))
    out = json.loads(exact_json(elsewhere.export(row)), parse_float=Decimal)
    expected = original["tender"]
    expected["lots"][7]["title"] = "The eighth"
    expected["lots"][0].setdefault("value", {})["amount"] = Decimal("12.50")
    expected["value"] = expected.get("value", {}) | {"amount": Decimal(99), "currency": "EUR"}
    assert out == original


def test_a_text_that_was_wrong_there_does_not_stand_in_the_way_of_another(app):
    by = actor_with(Role.PROCUREMENT_OFFICER)
    with unit_of_work():
        wrong = release(tender={"id": "1", "title": "x", "tenderPeriod": {"endDate": "soon"}})
        (row,) = elsewhere.check_file(json.dumps(wrong).encode(), "x.json", by=by)
        correcting.correct(row, correcting.said(row.draft) | {"title": "Home care"}, by=by)
    assert (row.draft.title, row.draft.closes) == ("Home care", "soon")


@pytest.mark.parametrize(
    ("name", "text"),
    [("title", " "), ("closes", "soon"), ("starts", "2026-03-02"), ("amount", "1 250"), ("currency", "KRONER"),
     ("lots/0/title", "x"), ("ocid", "x")],
    ids=["no title", "no instant", "a day only", "spaces", "no currency", "no such lot", "not ours"],
)  # fmt: skip
def test_a_correction_that_says_nothing_is_refused_by_its_name(app, name, text):
    by = actor_with(Role.PROCUREMENT_OFFICER)
    with unit_of_work():
        (row,) = elsewhere.check_file(json.dumps(release()).encode(), "x.json", by=by)
    with pytest.raises(InputErrors) as refusal, unit_of_work():
        correcting.correct(row, {name: text}, by=by)
    assert [problem.where for problem in refusal.value.problems] == [name]


BROKEN = {
    "contract without award": (lambda r: r.update(contracts=[{"id": "c1"}]), "contracts/0"),
    "bad address": (
        lambda r: r["tender"].update(documents=[{"id": "1", "url": "no address"}]),
        "tender/documents/0/url",
    ),
    "party twice": (lambda r: r["parties"].append(dict(r["parties"][0])), "parties"),
    "text for an amount": (
        lambda r: r["tender"].update(value={"amount": "many", "currency": "NOK"}),
        "tender/value/amount",
    ),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_each_real_release_that_was_broken_is_named_by_path_and_still_read(app, shared_data, name):
    breaks, path = BROKEN[name]
    for original in real_releases(shared_data):
        breaks(original)
        for whole in (original, {"releases": [original]}):
            (found,) = read_file(exact_json(whole).encode()).found
            prefix = "releases/0/" if "releases" in whole else ""
            assert found.is_readable
            assert any(fault.path.startswith(f"{prefix}{path}") for fault in found.faults), found.faults
            assert json.loads(exact_json(elsewhere.given_back(found.release, found.draft)), parse_float=Decimal) == (
                original
            )


def test_each_real_release_is_read_with_what_is_missing_any_currency_and_any_offset(app, shared_data):
    for original in real_releases(shared_data):
        original["tender"] |= {
            "value": {"amount": 5, "currency": "XOF"},
            "tenderPeriod": {"endDate": "2026-03-02T12:00:00-03:30"},
        }
        original["tender"].pop("description", None)
        original.pop("buyer", None)
        (found,) = read_file(exact_json(original).encode()).found
        assert (found.draft.amount, found.draft.currency, found.draft.summary) == ("5", "XOF", "")
        assert found.draft.closes == "2026-03-02T12:00:00-03:30"
        assert [fault for fault in found.faults if "value" in fault.path or "tenderPeriod" in fault.path] == []


def test_each_real_release_is_linked_to_itself_under_another_ocid(app, shared_data):
    by = actor_with(Role.PROCUREMENT_OFFICER)
    for original in real_releases(shared_data):
        with unit_of_work():
            both = {"releases": [original, original | {"ocid": f"{original['ocid']}-b"}]}
            first, second = elsewhere.check_file(exact_json(both).encode(), "two.json", by=by)
            elsewhere.link(second, first, by=by)
        assert second.id in [row.id for row in queries.of_one_procedure(first)]


def test_the_same_file_again_changes_nothing(app, shared_data):
    first, again = brought_in(real_files(shared_data)), brought_in(real_files(shared_data))
    assert [row.id for row in again] == [row.id for row in first]
    assert len(queries.procedures()) == 6


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"contracts": [{"id": "c1"}]}, "contracts/0"),
        ({"tender": {"id": "1", "documents": [{"id": "1", "url": "no address at all"}]}}, "tender/documents/0/url"),
        ({"parties": [{"id": "p"}, {"id": "p", "name": "Twice"}]}, "parties/1/id"),
        ({"tender": {"id": "1", "value": {"amount": "many"}}}, "tender/value/amount"),
        ({"tag": ["news"]}, "tag/0"),
        ({"date": "yesterday"}, "date"),
    ],
    ids=["contract without award", "bad address", "party twice", "text for an amount", "unknown tag", "no date"],
)
def test_what_is_broken_is_named_with_its_path_and_the_rest_is_read(app, changes, path):
    found = read({"releases": [release(), release(**changes)]})
    assert found[0].faults == ()
    assert [fault.path for fault in found[1].faults] == [f"releases/1/{path}"]
    assert found[1].is_readable


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b"null", b"\xff\xfe", b'{"releases": []}', b'{"ocid": NaN}', b"[" * 100_000,
     b'{"releases": [5, "x", null]}', b'{"releases": [{"tender": {}}]}', b'{"ocid": "x", "tender": [1]}'],
    ids=["empty", "cut off", "a list", "nothing", "null", "no text", "no release", "NaN", "too deep",
         "odd releases", "no ocid", "tender is a list"],
)  # fmt: skip
def test_a_file_without_a_readable_release_is_refused_in_words(app, content):
    with pytest.raises(InputErrors) as refusal:
        elsewhere.check_file(content, "x.json", by=actor_with(Role.PROCUREMENT_OFFICER))
    assert refusal.value.problems[0].where == "file"


@pytest.mark.parametrize(
    "odd", [5, "text", [], [1], {"a": 1}, True, None], ids=["number", "text", "list", "rows", "object", "true", "null"]
)
def test_no_odd_value_in_any_place_makes_the_reader_fail(app, odd):
    for place in ("tender", "buyer", "parties", "awards", "contracts", "title", "id", "ocid", "bids"):
        read(release(**{place: odd}))
    for place in ("title", "lots", "items", "value", "tenderPeriod", "awardCriteria", "id", "documents"):
        for found in read(release(tender={"id": "1", place: odd})):
            assert json.loads(exact_json(elsewhere.given_back(found.release, found.draft))) == found.release


def test_numbers_keep_every_digit():
    text = '{"a":17000000.0,"b":0.10,"c":12345678901234567.89,"d":5,"e":1E+3}'
    assert exact_json(parsed(text)) == text.replace("1E+3", "1E+3")


def test_one_procedure_under_two_ocids_is_linked_both_ways(app):
    by = actor_with(Role.PROCUREMENT_OFFICER)
    with unit_of_work():
        data = {"releases": [release(), release(ocid="ocds-zzz999-8")]}
        first, second = elsewhere.check_file(json.dumps(data).encode(), "two.json", by=by)
        elsewhere.link(second, first, by=by)
    assert [row.id for row in queries.of_one_procedure(first)] == [second.id]
    assert [row.id for row in queries.of_one_procedure(second)] == [first.id]
    with pytest.raises(InputErrors):
        elsewhere.link(first, first, by=by)


def test_the_command_reads_a_file_and_gives_a_release_back(app, shared_data, tmp_path):
    runner, path = app.test_cli_runner(), real_files(shared_data)[1]
    dry = runner.invoke(args=["tenders", "import", "--dry-run", str(path)])
    assert "8 lots" in dry.output
    assert queries.procedures() == []
    done = runner.invoke(args=["tenders", "import", str(path)])
    number = done.output.split()[0]
    out = runner.invoke(args=["tenders", "export", number])
    assert json.loads(out.output)["id"] == real_releases(shared_data)[1]["id"]
    texts = tmp_path / "texts.json"
    texts.write_text('{"title": "Corrected", "lots/0/title": "First"}')
    assert runner.invoke(args=["tenders", "correct", number, str(texts)]).exit_code == 0
    assert [queries.procedure(number).draft.title, queries.procedure(number).draft.lots[0].title] == [
        "Corrected", "First",
    ]  # fmt: skip
    texts.write_text('{"amount": "many"}')
    refused = runner.invoke(args=["tenders", "correct", number, str(texts)])
    assert (refused.exit_code, "amount: Write a number" in refused.output) == (1, True)
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    assert runner.invoke(args=["tenders", "import", str(broken)]).exit_code == 1


def signed_in(client: FlaskClient, people: House) -> FlaskClient:
    assert client.post(f"/demo/sign-in/{people.officer.account_id}").status_code == 303
    return client


def test_an_officer_reads_a_file_looks_keeps_and_begins_a_tender_from_it(people, client):
    browser = signed_in(client, people)
    own = release(
        tender={
            "id": "N-7", "title": "Home care, north", "value": {"amount": 120000.5, "currency": "XTS"},
            "tenderPeriod": {"endDate": "2027-03-01T12:00:00+01:00"},
            "lots": [{"id": "L1", "title": "Coast", "value": {"amount": 120000.5, "currency": "XTS"}},
                     {"id": "L2", "title": "Hills", "value": {"amount": 9, "currency": "NOK"}}],
            "awardCriteria": {"criteria": [{"type": "price", "name": "Price", "numbers":
                              [{"number": 40, "weight": "percentageExact"}]}]},
        }
    )  # fmt: skip
    file = (io.BytesIO(json.dumps(own).encode()), "notice.json")
    sent = browser.post("/tenders/elsewhere", data={"file": file}, content_type="multipart/form-data")
    assert sent.status_code == 303
    page = browser.get(sent.location)
    assert "Nothing counts yet" in page.text
    assert browser.post(sent.location, data={"answer": "keep"}).status_code == 303
    wrong = browser.post(
        sent.location, data={"answer": "correct", "lots/1/amount": "nine", "title": "Home care, north"}
    )
    assert wrong.status_code == 422
    assert 'value="nine"' in wrong.text
    assert browser.post(sent.location, data={"answer": "correct", "lots/1/title": "Hills"}).status_code == 303
    form = browser.get(f"/tenders/new?elsewhere={sent.location.rsplit('/', 1)[-1]}").text
    assert 'value="Home care, north"' in form
    assert 'value="120000.500"' in form
    assert "Hills" in form
    assert 'value="9.000"' not in form
    assert "2027-03-01" in form


def test_a_draft_made_from_it_names_where_it_came_from(people, client):
    from tests.procurement.test_tender_pages import form

    browser = signed_in(client, people)
    with unit_of_work():
        (row,) = elsewhere.check_file(json.dumps(release()).encode(), "x.json", by=people.officer)
        elsewhere.keep([row], by=people.officer)
    number = row.number
    made = browser.post(f"/tenders/new?elsewhere={number}", data=form(people))
    assert made.status_code == 303, made.text
    after = queries.procedure(number)
    assert after.state == "led"
    assert isinstance(after.tender, Tender)
    assert made.location.endswith(after.tender.number)


def test_bad_files_on_the_page_are_refused_at_the_field(people, client):
    browser = signed_in(client, people)
    answer = browser.post("/tenders/elsewhere", data={}, content_type="multipart/form-data")
    assert answer.status_code == 422
    broken = browser.post(
        "/tenders/elsewhere", data={"file": (io.BytesIO(b"{"), "x.json")}, content_type="multipart/form-data"
    )
    assert broken.status_code == 422
    assert "not a JSON file" in broken.text


def test_bidders_see_nothing_of_it(people, client):
    assert client.post(f"/demo/sign-in/{people.bidders[0].account_id}").status_code == 303
    assert client.get("/tenders/elsewhere").status_code == 404
