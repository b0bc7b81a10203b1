"""Decides a case row by row: find everything, take the strongest, else go down the steps from asked to paid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from claims.benefit_plan.rows import BenefitPlan
from claims.case import Case
from tests.reference.checks import Found, View, findings, look
from tests.reference.checks.view import turn
from tests.reference.ledger import Ledger
from tests.reference.pricing import Pricing
from tests.reference.verdicts import Verdict, asked, empty, rank, step


def decide(case: Case, plans: Callable[[date], BenefitPlan]) -> dict[str, list[Verdict]]:
    """{"lines": …, "claims": …}; lines in the order in which they were decided."""
    closed: frozenset[tuple[int, int]] = frozenset()
    lines = _lines(case, plans, closed)
    while _refused(lines) - closed:  # a refused line does not tell the kind of its claim
        closed |= _refused(lines)
        lines = _lines(case, plans, closed)
    return {"lines": lines, "claims": [_claim(number, lines) for number in dict.fromkeys(x["claim_id"] for x in lines)]}


def _lines(case: Case, plans: Callable[[date], BenefitPlan], closed: frozenset[tuple[int, int]]) -> list[Verdict]:
    ledger = Ledger(case)
    lines: list[Verdict] = []
    order = sorted(case.lines, key=turn)
    sent_back = _sent_back([look(case, line, plans(line.service_on), ledger) for line in order])
    for line in order:
        verdict = decide_line(look(case, line, plans(line.service_on), ledger, sent_back, closed))
        ledger.note(line, verdict)
        lines.append(verdict)
    return lines


def _refused(lines: list[Verdict]) -> frozenset[tuple[int, int]]:
    """By whatever does not count claims of a kind."""
    others = [
        (line["claim_id"], line["line_no"])
        for line in lines
        for each in line["findings"]
        if each["effect"] in "RD" and each["code"] != "BEN-05"
    ]
    return frozenset(others)


def _sent_back(views: list[View]) -> dict[int, tuple[int, str]]:
    """The first line of each claim that goes back, and why, where the plan takes a claim only as a whole."""
    found: dict[int, tuple[int, str]] = {}
    for view in views:
        codes = [each.code for each in findings(view) if each.effect == "R"]
        if codes and view.plan.is_whole_claim_returned:
            found.setdefault(view.line.claim_id, (view.line.line_no, codes[0]))
    return found


def _claim(claim_id: int, lines: list[Verdict]) -> Verdict:
    own = [line for line in lines if line["claim_id"] == claim_id]
    states = [line["state"] for line in own]
    if "pended" in states:
        state = "pended"
    elif states == ["returned"] * len(states):
        state = "returned"
    elif "accepted" in states or "reduced" in states:
        state = "adjudicated"
    else:
        state = "denied"
    heads = [line["findings"] for line in own if line["headline"]]
    strongest = min((rank(f["effect"], f["code"]) for found in heads for f in found), default=None)
    sums = {name: sum(line[name] for line in own) for name in AMOUNTS}
    return {"claim_id": claim_id, "state": state, "headline": strongest[2] if strongest else "", **sums}


AMOUNTS = ("submitted", "undecided", "benefit", "member_share", "write_off")


def decide_line(view: View) -> Verdict:
    found = findings(view)
    effects = [each.effect for each in found]
    if "R" in effects:
        return _undecided(view, found, "returned")
    if "D" in effects:
        return _denied(view, found)
    if "P" in effects:
        return _undecided(view, found, "pended")
    return Pricing(view, found).verdict()


def _undecided(view: View, found: list[Found], state: str) -> Verdict:
    return empty(view, found, state) | {"undecided": view.line.amount}


def _denied(view: View, found: list[Found]) -> Verdict:
    """The provider if any denying reason is the provider's, else another payer, else the member (DECISIONS 23)."""
    denying = [each for each in found if each.effect == "D"]
    for liable in ("CO", "OA", "PR"):
        owing = [each for each in denying if each.liable == liable]
        if owing:
            break
    owing[0].amount = view.line.amount
    bearer = "member" if liable == "PR" else "provider"
    steps = [
        step("asked", "", view.line.amount, view.line.amount, "fund", asked(view)),
        step(owing[0].part or "denied", owing[0].code, view.line.amount, 0, bearer, owing[0].parameters),
    ]
    share = "member_share" if bearer == "member" else "write_off"
    return empty(view, found, "denied") | {"trace": steps, share: view.line.amount}
