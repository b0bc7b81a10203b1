"""Open data before a validator that nobody here wrote: `libcoveocds`, run as a command of its own environment.

`make opendata` brings it; without it these tests say that they did not run. TOUIZA_LIBCOVEOCDS is the command.
Where there is no network, TOUIZA_OCDS_STANDARD is a ZIP of the standard's schemas and TOUIZA_OCDS_EXTENSIONS a folder
`ocds_<name>_extension/<version>/` for each extension.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.actors import SYSTEM
from procurement.models.tender import Tender
from procurement.ocds.releases import EVALUATIONS, package
from procurement.queries import publication as queries
from procurement.services import complaints, contracts, kpi
from tests.procurement.tendering import CLOSES, DAY, START, House, at, awarded
from tests.procurement.test_open_data import told
from tests.procurement.test_planning import TALK, noted
from tests.procurement.test_releases import SIGNED, contracted, planning

COMMAND = os.environ.get("TOUIZA_LIBCOVEOCDS", "")
PUBLISHED = "https://raw.githubusercontent.com/open-contracting-extensions"
pytestmark = pytest.mark.skipif(not COMMAND, reason="The outside validator did not run: make opendata brings it.")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_said: Any) -> None:
        """Nothing: the test says what it found."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder on loopback: our own extension, and those of the standard where there is no network."""
    folder = os.environ.get("TOUIZA_OCDS_EXTENSIONS", "")
    for source in Path(folder).iterdir() if folder else ():
        (tmp_path / source.name).symlink_to(source)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield tmp_path, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def judged(said: dict[str, Any], folder: Path, address: str, client: FlaskClient) -> dict[str, Any]:
    """The answer of the command on a package, whose extensions it fetches itself."""
    own = folder / EVALUATIONS
    own.mkdir(exist_ok=True)
    for name in ("extension", "release-schema"):
        (own / f"{name}.json").write_bytes(client.get(f"/public/ocds/extensions/{EVALUATIONS}/{name}.json").data)
    *others, _ours = said["extensions"]
    if os.environ.get("TOUIZA_OCDS_EXTENSIONS"):
        others = [one.replace(PUBLISHED, address) for one in others]
    path = folder / "package.json"
    path.write_text(json.dumps(said | {"extensions": [*others, f"{address}/{EVALUATIONS}/extension.json"]}))
    standard = os.environ.get("TOUIZA_OCDS_STANDARD", "")
    options = ["--standard-zip", standard] if standard else []
    done = subprocess.run([COMMAND, *options, str(path)], capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def whole_road(people: House) -> Tender:
    """From the plan to an ended contract, with a release after every act."""
    plan, tender = noted(people), awarded(people)
    with at(START):
        planning.record_consultation(plan, TALK, by=people.officer)
        planning.approve_plan(plan, by=people.second)
        plan.tender_id = tender.id
        tender.lots[0].reservation = "res-ws"
    told(CLOSES + 7 * DAY)
    with at(CLOSES + 8 * DAY):
        row = complaints.complain(tender, "decision", "It was misread.", by=people.bidders[1], lot=tender.lot(2))
        complaints.lodge(row, by=people.bidders[1])
    told(CLOSES + 9 * DAY)
    contract = contracted(tender, people)
    contract.lines[0].rate = None
    told(SIGNED + DAY)
    (promise,) = contract.indicators
    with at(SIGNED + 2 * DAY):
        kpi.measure([kpi.Reading(promise, Decimal("71.5"), "r")], SIGNED.date(), SIGNED.date(), by=SYSTEM)
        contracts.agree_rate(contract, "HC-VISIT", Decimal(7_000_000), reason="Agreed.", by=people.officer)
    told(SIGNED + 3 * DAY)
    with at(SIGNED + 4 * DAY):
        contracts.end(contract, on=contract.valid_from, reason="Closed.", by=people.officer)
    told(SIGNED + 5 * DAY)
    return tender


def test_every_release_of_a_whole_road_passes_without_an_error(
    people: House, client: FlaskClient, served: tuple[Path, str]
) -> None:
    tender = whole_road(people)
    bodies = [json.loads(row.body) for row in queries.releases_of(tender.number)]
    assert len(bodies) == 5
    answer = judged(package(bodies, "https://fund.example/package.json", START), *served, client)
    assert "json_deref_error" not in answer, "code lists would go unchecked"
    assert answer["extensions"]["invalid_extension"] == {}
    assert answer["validation_errors"] == []
    assert answer["additional_closed_codelist_values"] == {}
    assert answer["additional_fields"] == []


def test_the_command_names_a_fault_that_was_planted(
    people: House, client: FlaskClient, served: tuple[Path, str]
) -> None:
    tender = awarded(people)
    told(CLOSES + 8 * DAY)
    (body,) = [json.loads(row.body) for row in queries.releases_of(tender.number)]
    body["tender"]["status"] = "open"
    body["tender"]["lots"][0]["value"]["amount"] = "many"
    answer = judged(package([body], "https://fund.example/package.json", START), *served, client)
    assert [row["path"] for row in answer["validation_errors"]] == ["releases/0/tender/lots/0/value/amount"]
    assert list(answer["additional_closed_codelist_values"]) == ["releases/tender/status"]
