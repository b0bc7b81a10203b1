"""Three kinds of signature of a contract, what counts of each, and what a hostile file gets."""

from __future__ import annotations

import datetime as dt
import hashlib
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from core import audit, clock, files, issued
from core.actors import Actor
from core.db import db, unit_of_work
from core.errors import Conflict, Forbidden, InputErrors
from core.roles import Role
from procurement.models.contract import Contract
from procurement.models.signature import ContractSignature
from procurement.queries.contracts import contract_by_number
from procurement.queries.signatures import signatures_of
from procurement.services import contracts
from procurement.signatures import MOST_ADDED, Reading, read_signed
from tests.accounts import sign_in
from tests.procurement.builders import manager, officer, terms
from tests.procurement.certificates import holder, signed, with_another_page, with_script
from tests.providers.builders import accredited, catalogue

SCAN = b"\x89PNG\r\n\x1a\n a scan"
AUTHORITY = holder("Root of Taziria")
AMINA = holder("Amina Benali", AUTHORITY)


@pytest.fixture
def provider(app: Flask) -> int:
    catalogue()
    return accredited()


@pytest.fixture
def contract(provider: int) -> Contract:
    """Drawn, its paper printed."""
    with unit_of_work():
        row = contracts.draw_contract(terms(provider), by=officer())
        contracts.print_to_sign(row, by=manager(provider))
    return row


@pytest.fixture
def trusted(app: Flask) -> Path:
    folder = Path(app.config["TRUSTED_CERTIFICATES"])
    folder.mkdir(exist_ok=True)
    anchor = folder / "root.pem"
    anchor.write_bytes(AUTHORITY.pem)
    yield folder
    anchor.unlink()


def paper_of(contract: Contract) -> bytes:
    return files.read(contract.to_sign)


def code_of(contract: Contract) -> str:
    return issued.valid_document(contracts.TO_SIGN, contract.number).code


def handed_in(contract: Contract, by: Actor) -> ContractSignature:
    with unit_of_work():
        return contracts.hand_in_scan(contract, SCAN, "scan.png", name="Amina Benali", by=by)


def sent(contract: Contract, content: bytes, by: Actor) -> ContractSignature:
    with unit_of_work():
        return contracts.hand_in_signed_pdf(contract, content, "signed.pdf", by=by)


def text_of(contract: Contract) -> str:
    from procurement.contract_paper import contract_paper

    return " ".join(page.extract_text() for page in PdfReader(BytesIO(contract_paper(contract))).pages)


# ---------------------------------------------------------------- by scan


def test_a_scan_counts_once_another_person_has_read_our_code_from_it(contract: Contract, provider: int) -> None:
    row, second = handed_in(contract, manager(provider)), officer()
    assert contract.signed_by_provider is None
    with pytest.raises(InputErrors, match="another code"), unit_of_work():
        contracts.confirm_signature(row, code="AAAA-BBBB-CCCC", reason="", by=second)
    assert row.state == "waiting"
    with unit_of_work():
        contracts.confirm_signature(row, code=code_of(contract).lower().replace("-", " "), reason="", by=second)
    assert (row.state, contract.signed_by_provider) == ("counts", row.person)
    assert files.read(row.file) == SCAN
    with unit_of_work():
        contracts.sign(contract, by=officer())
    assert contract.state == "active"
    paper = text_of(contract)
    assert hashlib.sha256(SCAN).hexdigest() in paper.replace("\n", "")
    assert "Amina Benali, by hand" in paper.replace("\n", " ")
    assert not list(audit.verify())


def test_who_handed_a_scan_in_does_not_compare_it(contract: Contract) -> None:
    first = officer()
    row = handed_in(contract, first)
    with pytest.raises(Forbidden, match="someone else"), unit_of_work():
        contracts.confirm_signature(row, code=code_of(contract), reason="", by=first)
    with pytest.raises(Forbidden, match="procurement officer"), unit_of_work():
        contracts.confirm_signature(row, code=code_of(contract), reason="", by=manager(contract.organisation_id))


def test_while_a_scan_waits_its_side_signs_in_no_other_way_and_after_a_refusal_it_may(
    contract: Contract, provider: int
) -> None:
    who = manager(provider)
    row = handed_in(contract, who)
    with pytest.raises(Conflict, match="waits for the second person"), unit_of_work():
        contracts.sign(contract, by=who)
    with pytest.raises(InputErrors, match="Say why"), unit_of_work():
        contracts.refuse_signature(row, reason=" ", by=officer())
    with unit_of_work():
        contracts.refuse_signature(row, reason="Page 2 is missing.", by=officer())
    with unit_of_work():
        contracts.sign(contract, by=who)
    assert [row.state for row in signatures_of(contract)] == ["refused", "counts"]


def test_our_own_paper_without_a_signature_is_no_scan_and_neither_is_a_program(
    contract: Contract, provider: int
) -> None:
    for content, words in ((paper_of(contract), "as we issued it"), (b"MZ program", "whatever its name says")):
        with pytest.raises(InputErrors, match=words), unit_of_work():
            contracts.hand_in_scan(contract, content, "scan.pdf", name="Amina", by=manager(provider))
    assert not signatures_of(contract)


def test_nothing_is_handed_in_before_the_paper_was_printed(provider: int) -> None:
    with unit_of_work():
        row = contracts.draw_contract(terms(provider), by=officer())
    with pytest.raises(Conflict, match="Print the paper"), unit_of_work():
        contracts.hand_in_scan(row, SCAN, "scan.png", name="Amina", by=manager(provider))


# ---------------------------------------------------------------- by certificate


def test_our_paper_signed_with_a_trusted_certificate_counts_at_once(
    contract: Contract, provider: int, trusted: Path
) -> None:
    row = sent(contract, signed(paper_of(contract), AMINA, box=(60, 60, 240, 110)), manager(provider))
    assert (row.state, row.name, row.reading["issuer"]) == ("counts", "Amina Benali", "Root of Taziria")
    assert row.reading["is_whole"] is True
    assert contract.signed_by_provider == row.person
    with pytest.raises(Forbidden, match="this certificate"), unit_of_work():
        contracts.hand_in_signed_pdf(contract, signed(paper_of(contract), AMINA), "signed.pdf", by=officer())
    both = signed(files.read(row.file), holder("The fund", AUTHORITY), field="Signature2")
    assert sent(contract, both, officer()).reading["count"] == 2
    assert contract.state == "active"
    assert "certificate of Amina Benali by Root of Taziria" in text_of(contract).replace("\n", " ")


def test_an_unknown_issuer_waits_for_the_written_reason_of_a_second_person(contract: Contract, provider: int) -> None:
    row = sent(contract, signed(paper_of(contract), AMINA), manager(provider))
    assert (row.state, row.reading["verdict"], contract.signed_by_provider) == ("waiting", "unknown_issuer", None)
    with pytest.raises(InputErrors, match="how you know"), unit_of_work():
        contracts.confirm_signature(row, code="", reason="", by=officer())
    with unit_of_work():
        contracts.confirm_signature(row, code="", reason="Fingerprint read out by telephone.", by=officer())
    assert (row.state, row.reason) == ("counts", "Fingerprint read out by telephone.")


def hostile(kind: str, paper: bytes) -> bytes:
    good = signed(paper, AMINA)
    flipped = bytearray(good)
    flipped[len(paper) + 120] ^= 1
    many = zlib.compress(bytes(200 * 1024 * 1024))
    bomb = b"99 0 obj\n<</Type/XRef/Size 90000000/W[1 2 1]/Index[0 50000000]/Root 1 0 R/Filter/FlateDecode/Length %d>>"
    table = bomb % len(many) + b"\nstream\n" + many + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(paper)
    return {
        "no signature": paper,
        "cut off": good[: len(paper) - 400],
        "cut in the signature": good[:-300],
        "another text first": signed(with_another_page(paper), AMINA),
        "a script first": signed(with_script(paper), AMINA),
        "a script afterwards": with_script(good),
        "another text afterwards": with_another_page(good),
        "bytes afterwards": good + b"\n% nothing\n",
        "one bit flipped": bytes(flipped),
        "a stamp over the page": signed(paper, AMINA, box=(0, 0, 590, 800)),
        "expired": signed(paper, holder("Late", AUTHORITY, days=(-90, -2))),
        "not yet valid": signed(paper, holder("Early", AUTHORITY, days=(2, 90))),
        "millions of objects": paper + table,
        "three megabytes": good + b"\n%" + b" " * MOST_ADDED,
    }[kind]


HOSTILE = {
    "no signature": "no_signature", "cut off": "other_paper", "cut in the signature": "unreadable",
    "another text first": "changed", "a script first": "changed", "a script afterwards": "changed",
    "another text afterwards": "changed", "bytes afterwards": "not_whole", "one bit flipped": "altered",
    "a stamp over the page": "changed", "expired": "expired", "not yet valid": "expired",
    "millions of objects": "unreadable", "three megabytes": "too_large",
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_gets_its_verdict(contract: Contract, trusted: Path, kind: str) -> None:
    paper = paper_of(contract)
    found = read_signed(hostile(kind, paper), paper, trusted=trusted, now=clock.now())
    assert found.verdict == HOSTILE[kind]


def test_a_whole_other_document_behind_ours_is_not_ours(contract: Contract, trusted: Path) -> None:
    """Its cross-references never lead back to our paper, which lies in front like a mask."""
    paper, other = paper_of(contract), signed(_another_paper(), AMINA)
    assert read_signed(paper + other, paper, trusted=trusted, now=clock.now()).verdict not in (
        "trusted",
        "unknown_issuer",
    )


def _another_paper() -> bytes:
    from core.documents import Document, letterhead

    head = letterhead()
    day = dt.date(2026, 1, 1)
    return Document(head, kind="Contract", number="C-1", title="Other", issued_on=day).open_to_signatures().render()


def test_the_paper_of_another_contract_is_refused_and_nothing_is_kept(
    contract: Contract, provider: int, trusted: Path
) -> None:
    with unit_of_work():
        other = contracts.draw_contract(terms(provider, title="Twice the rate"), by=officer())
        contracts.print_to_sign(other, by=officer())
    stored = db.session.query(files.StoredFile).count()
    with pytest.raises(contracts.SignatureRefused) as refused, unit_of_work():
        contracts.hand_in_signed_pdf(contract, signed(paper_of(other), AMINA), "s.pdf", by=manager(provider))
    assert refused.value.reading == Reading("other_paper")
    assert db.session.query(files.StoredFile).count() == stored
    assert not signatures_of(contract)


# ---------------------------------------------------------------- by second factor


def test_one_click_signs_nothing_outside_the_demo(contract: Contract, provider: int, monkeypatch) -> None:
    from core.web import second_factor
    from procurement.services.contracts import signing

    real = type("Real", (), {"is_demo": False, "zone": clock.UTC if hasattr(clock, "UTC") else dt.UTC})
    for module in (signing, second_factor):
        monkeypatch.setattr(module, "fund", lambda: real)
    with pytest.raises(Forbidden, match="second factor, on paper"), unit_of_work():
        contracts.sign(contract, by=manager(provider))
    with unit_of_work():
        contracts.sign(contract, by=manager(provider), method="second_factor")
    assert [row.method for row in signatures_of(contract)] == ["second_factor"]


# ---------------------------------------------------------------- on the screen


def test_the_pages_of_the_three_ways_say_what_was_found_and_keep_what_was_typed(
    client: FlaskClient, contract: Contract, provider: int
) -> None:
    number, paper, code = contract.number, paper_of(contract), code_of(contract)
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=provider)
    page = client.get(f"/contracts/{number}/sign").text
    for words in ("one click signs", "By hand, on paper", "By certificate", "Download the paper"):
        assert words in page, words
    assert client.get(f"/contracts/{number}/sign/paper.pdf").data == paper
    changed = signed(with_script(paper), AMINA)
    answer = client.post(f"/contracts/{number}/sign/certificate", data={"signed": (BytesIO(changed), "s.pdf")})
    assert answer.status_code == 422
    for words in ("More than a signature was added", "Amina Benali", "Root of Taziria", "Nothing was kept"):
        assert words in answer.text, words
    answer = client.post(f"/contracts/{number}/sign/scan", data={"name": "Amina <b>", "scan": (BytesIO(b""), "a.pdf")})
    assert answer.status_code == 422
    assert "Amina &lt;b&gt;" in answer.text
    assert client.post(
        f"/contracts/{number}/sign/scan", data={"name": "Amina", "scan": (BytesIO(SCAN), "a.png")}
    ).status_code == 303  # fmt: skip
    key = signatures_of(contract_by_number(number))[0].id
    assert client.post(f"/contracts/{number}/signatures/{key}/answer").status_code == 403
    assert "waits for a second person" in client.get(f"/contracts/{number}/signatures/{key}").text
    sign_in(client, Role.PROCUREMENT_OFFICER)
    assert f"Compare the signature under {number}" in client.get("/today").text
    url = f"/contracts/{number}/signatures/{key}"
    assert client.get(f"{url}/file").data == SCAN
    assert code not in client.get(url).text
    wrong = client.post(f"{url}/answer", data={"answer": "confirm", "code": "WRNG"})
    assert wrong.status_code == 422
    assert 'value="WRNG"' in wrong.text
    assert client.post(f"{url}/answer", data={"answer": "confirm", "code": code}).status_code == 303
    assert "By hand, on paper" in client.get(f"/contracts/{number}").text


@pytest.mark.parametrize("path", ["sign", "sign/paper.pdf", "signatures/1", "signatures/1/file"])
def test_another_cooperative_finds_nothing_of_it(
    client: FlaskClient, contract: Contract, provider: int, path: str
) -> None:
    handed_in(contract, manager(provider))
    number = contract.number
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=accredited(2))
    assert client.get(f"/contracts/{number}/{path}").status_code == 404
