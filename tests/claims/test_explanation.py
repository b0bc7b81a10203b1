"""The why page: what a reader sees of a decision."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise
from typing import Any

from claims.adjudication import decide
from claims.case import LineDecision
from claims.encoding import from_json, to_text, use_text
from claims.explanation import Explanation, explain
from core.money import to_decimal
from tests.rules.reading import case_of, plan

COLUMNS = ("claim_id", "line_no", "state", "headline", "plan", "submitted", "undecided")
SUMS = ("benefit", "member_share", "write_off")


class Plain:
    """Figures as plain as can be."""

    def money(self, minor: int) -> str:
        return to_decimal(minor, 2)

    def day(self, on: date) -> str:
        return on.isoformat()

    def number(self, value: int) -> str:
        return str(value)

    def quantity(self, milli: int) -> str:
        return to_decimal(milli, 3).rstrip("0").rstrip(".")

    def percent(self, basis_points: int) -> str:
        return f"{to_decimal(basis_points, 2).rstrip('0').rstrip('.')} %"


def decided(**line: Any) -> LineDecision:
    member = line.pop("case_member", {})
    used = line.pop("used", [])
    return decide(
        case_of({"member": [member], "used": used, "line": [line | {"expect": {}}]}), lambda on: plan()
    ).lines[0]


def explained(decision: LineDecision, reader: str = "provider") -> Explanation:
    return explain(
        decision,
        Plain(),
        service_on=date(2026, 6, 10),
        decided_on=date(2026, 11, 3),
        appeal_days=30,
        names=plan().names,
        reader=reader,
    )


CARE_VISITS = {
    "case_member": {"care_level": [{"level": 2}]},
    "service": "VISIT",
    "quantity": 8,
    "price": "6.00",
    "tariff": "5.40",
    "visit": {"verified": 7, "missing": ["ended_at"]},
    "used": [{"limit": "ceiling:care", "amount": "780.00", "window": date(2026, 6, 1)}],
}


def test_the_rows_lead_from_asked_to_paid_and_say_who_bears_each_part() -> None:
    page = explained(decided(**CARE_VISITS))
    assert [(row.title, row.code, row.change, row.label) for row in page.rows] == [
        ("You asked", "", 0, ""),
        ("Agreed price", "PRC-01", -480, "you write off"),
        ("Visits we could match", "CAR-01", -540, "you write off"),
        ("Care ceiling", "BEN-06", -1780, "member pays"),
        ("Member’s share", "PRC-04", -200, "member pays"),
    ]
    assert (page.asked, page.fund, page.member, page.write_off) == (4800, 1800, 1980, 1020)
    assert all(before.after == after.before for before, after in pairwise(page.rows))


def test_the_sentences_carry_their_figures() -> None:
    page = explained(decided(**CARE_VISITS))
    assert [row.sentence for row in page.rows] == [
        "8 at 6.00",
        "Contract C-2026-031 pays 5.40 since 2026-01-01; 6.00 was asked. "
        "The difference must not be charged to the member.",
        "7 of 8 matched a verified record; missing: check-out time.",
        "Care ceiling: 800.00 per month; 780.00 was used before this line, 20.00 was left.",
        "10 % of 20.00: ordinary band, because no income is recorded.",
    ]


def test_what_is_left_names_the_limit_and_when_it_is_new() -> None:
    (left,) = explained(decided(**CARE_VISITS)).left
    assert (left.name, left.sentence, left.percent_used) == (
        "Care ceiling",
        "0.00 left of 800.00. New from 2026-07-01.",
        100,
    )


def test_a_ceiling_that_was_reached_before_is_shown_although_nothing_was_used() -> None:
    page = explained(decided(service="CEILING", used=[{"limit": "ceiling:member", "amount": "150.00"}]))
    assert [(left.name, left.sentence) for left in page.left] == [("Yearly ceiling", "Nothing left of 150.00.")]


def test_what_you_can_do_starts_with_a_correction_and_names_the_last_day_of_appeal() -> None:
    actions = explained(decided(**CARE_VISITS)).actions
    assert [(action.kind, action.code) for action in actions] == [
        ("correct", "CAR-01"),
        ("appeal", ""),
        ("advice", "PRC-01"),
    ]
    assert actions[1].sentence == "Write to the fund; someone else decides. Until 2026-12-03."


def test_a_denied_line_shows_who_owes_and_the_other_findings_beside_it() -> None:
    page = explained(decided(standing="suspended", case_member={"cover": [{"valid_until": date(2026, 6, 9)}]}))
    assert [(row.title, row.change, row.label) for row in page.rows[1:]] == [
        ("Provider not accredited", -10000, "you write off")
    ]
    assert [(note.code, note.sentence) for note in page.notes] == [
        ("MEM-03", "No cover on 2026-06-10: it is ended since 2026-06-10.")
    ]


def test_a_pending_line_shows_its_findings_and_no_appeal() -> None:
    page = explained(decided(tariff="open"))
    assert (page.undecided, page.rows) == (10000, [])
    assert [(note.code, note.effect) for note in page.notes] == [("BEN-02", "P")]
    assert [action.kind for action in page.actions] == ["wait"]


def test_the_member_and_the_fund_read_the_same_row_in_their_own_words() -> None:
    decision = decided(**CARE_VISITS)
    assert explained(decision, "member").rows[-1].label == "you pay"
    assert explained(decision, "staff").rows[1].label == "provider writes off"


def test_a_stored_decision_is_explained_like_the_fresh_one() -> None:
    fresh = decided(**CARE_VISITS)
    stored = json.loads(to_text(fresh))
    again = from_json(stored, use_text(fresh), {name: getattr(fresh, name) for name in (*COLUMNS, *SUMS)})
    assert again == fresh
    assert explained(again) == explained(fresh)


def test_a_text_that_looks_like_a_date_is_read_back_as_it_was() -> None:
    fresh = decided(practitioner="@2026-01-01", is_practitioner_accredited=False)
    again = from_json(
        json.loads(to_text(fresh)),
        use_text(fresh),
        {name: getattr(fresh, name) for name in (*COLUMNS, *SUMS)},
    )
    assert again.findings[0].parameters["practitioner"] == "@2026-01-01"
