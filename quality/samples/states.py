"""A sample is announced with its frozen frame, drawn with the words that came out, judged line by line."""

from __future__ import annotations

from enum import StrEnum

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

SAMPLE = StateMachine(
    noun="sample",
    initial="announced",
    states={
        "announced": _l("Announced"),
        "drawn": _l("Drawn"),
        "judged": _l("Judged"),
        "dropped": _l("Dropped"),
    },
    steps=(
        step("draw", "announced", "drawn", Role.AUDITOR, label=_l("Draw the lines")),
        step("judge", "drawn", "judged", Role.AUDITOR, label=_l("Close the findings")),
        step("drop", ("announced", "drawn"), "dropped", Role.AUDITOR, label=_l("Drop this sample")),
    ),
)


class Design(StrEnum):
    """How lines are chosen, and what can be said from them."""

    ATTRIBUTE = "attribute"
    VARIABLE = "variable"
    STRATIFIED = "stratified"
    MONETARY = "monetary"


DESIGNS = {
    "attribute": (_l("How many lines are wrong"), _l("Every line has the same chance.")),
    "variable": (_l("How much money is wrong"), _l("Every line has the same chance; a probe says how errors vary.")),
    "stratified": (_l("How much money is wrong, by size of line"), _l("The largest lines are all looked at.")),
    "monetary": (_l("At most how much is overstated"), _l("Every unit of money has the same chance.")),
}

COVERED = {
    "paid": _l("Lines that were paid, in full or in part"),
    "decided": _l("All decided lines, denied ones too"),
}

ERRORS = {
    "none": _l("Nothing is wrong"),
    "no_papers": _l("No papers were sent"),
    "not_given": _l("The care was not given"),
    "quantity": _l("Less was given than billed"),
    "price": _l("Another price applies"),
    "code": _l("Another service was given"),
    "entitlement": _l("The member was not entitled"),
    "duplicate": _l("It was billed twice"),
    "underpaid": _l("The fund paid too little"),
    "other": _l("Something else is wrong"),
}
"""What an auditor may find on a line."""
