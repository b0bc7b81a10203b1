"""What is stored of a line says everything, in one form only, whichever format wrote it."""

from __future__ import annotations

import json
from datetime import date

import pytest

from claims import decisions, encoding, written
from claims.adjudication import decide
from claims.case import ClaimDecision, Decisions, Finding, LineDecision
from core.audit import canonical
from tests.claims import mixed

COLUMNS = ("claim_id", "line_no", "state", "headline", "plan")
SUMS = ("submitted", "undecided", "benefit", "member_share", "write_off")


@pytest.fixture(scope="module")
def decided() -> list[Decisions]:
    plan_for = mixed.always(mixed.plan())
    return [decide(case, plan_for) for case in mixed.cases(2_000, seed=3)]


def read(line: LineDecision, text: str) -> LineDecision:
    columns = {name: getattr(line, name) for name in (*COLUMNS, *SUMS)}
    return encoding.from_json(json.loads(text), encoding.use_text(line), columns)


def test_a_line_reads_back_as_it_was_decided_from_either_format(decided: list[Decisions]) -> None:
    for line in (line for each in decided for line in each.lines):
        assert read(line, encoding.to_text(line)) == line
        assert read(line, encoding.first_text(line)) == line


def test_the_written_text_is_the_canonical_one(decided: list[Decisions]) -> None:
    for line in (line for each in decided for line in each.lines):
        for text in (encoding.to_text(line), encoding.use_text(line) or "[]"):
            assert canonical(json.loads(text)).decode() == text
        whole = encoding.whole(encoding.to_text(line), encoding.use_text(line))
        assert canonical(json.loads(whole)).decode() == whole


def test_the_digest_is_that_of_the_canonical_form_of_everything_said(decided: list[Decisions]) -> None:
    claim = decided[0].claims[0]
    lines = [(decisions.line_sums(line), "{}") for line in claim.lines]
    assert (
        decisions.content_digest(decisions.sums(claim), lines)
        == decisions.hashlib.sha256(
            canonical([decisions.sums(claim), [[columns, {}] for columns, _ in lines]])
        ).digest()
    )


def test_rows_and_their_digest_say_what_the_decision_says(decided: list[Decisions]) -> None:
    for claim in (claim for each in decided for claim in each.claims):
        digest, rows = written.version_rows(7, 2, claim)
        assert digest == decisions.digest_of(claim)
        for row, line in zip(rows, claim.lines, strict=True):
            told = dict(zip(decisions.LINE, row, strict=True))
            assert (told["partition"], told["claim_id"], told["version"]) == (7, claim.claim_id, 2)
            assert tuple(told[name] for name in decisions.LINE_SUMS) == decisions.line_sums(line)
            assert (told["detail"], told["use"]) == (encoding.to_text(line), encoding.use_text(line))


@pytest.mark.parametrize(
    "value",
    [
        '“quoted” \\ "x" \n\t\x00\x7f é 患 😀',
        "@2026-01-01",
        "@",
        "",
        0,
        -7,
        10**20,
        None,
        True,
        date(2026, 2, 28),
        ["a", 1],
    ],
    ids=repr,
)
def test_a_figure_reads_back_whatever_it_is(value: object) -> None:
    found = Finding(some=value, other=1)
    found.code, found.effect, found.liable = "ADM-01", "R", ""
    line = LineDecision(1, 1, "returned", "ADM-01", "2026-1", 5, 5, findings=[found])
    text = encoding.to_text(line)
    assert canonical(json.loads(text)).decode() == text
    assert read(line, text) == line


def test_a_digest_of_the_first_format_still_tells_that_nothing_differs(decided: list[Decisions]) -> None:
    claim = decided[0].claims[0]
    stored = decisions.content_digest(
        decisions.sums(claim),
        [(decisions.line_sums(n), encoding.whole(encoding.first_text(n), encoding.use_text(n))) for n in claim.lines],
    )
    assert stored != decisions.digest_of(claim)
    assert decisions.is_as_stored(claim, stored)
    assert not decisions.is_as_stored(_changed(claim), stored)


def _changed(claim: ClaimDecision) -> ClaimDecision:
    sums = [claim.submitted, claim.undecided, claim.benefit, claim.member_share, claim.write_off + 1]
    return ClaimDecision(claim.claim_id, claim.claim_number, claim.state, claim.headline, *sums, claim.lines)
