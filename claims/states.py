"""Where a claim can stand. A decision names the step; its table says from where; a stored status ends here."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

_OPEN = ("received", "returned", "pended")
_DECIDED = ("adjudicated", "denied")
_DESK = (Role.CLAIMS_OFFICER, Role.CLAIMS_REVIEWER)

CLAIM = StateMachine(
    noun="claim",
    initial="received",
    states={
        "received": _l("In decision"),
        "returned": _l("Sent back"),
        "pended": _l("In review"),
        "adjudicated": _l("Decided"),
        "denied": _l("Denied"),
        "replaced": _l("Replaced"),
        "voided": _l("Withdrawn"),
    },
    steps=(
        step("return", _OPEN, "returned", *_DESK),
        step("pend", _OPEN + _DECIDED, "pended", *_DESK),
        step("adjudicate", _OPEN + _DECIDED, "adjudicated", *_DESK, label=_l("Accept")),
        step("deny", _OPEN + _DECIDED, "denied", *_DESK, label=_l("Refuse")),
        step(
            "replace",
            ("received", "returned", "pended", *_DECIDED),
            "replaced",
            Role.PROVIDER_CLERK,
            Role.PROVIDER_MANAGER,
        ),
        step(
            "void", ("received", "returned", "pended", *_DECIDED), "voided", Role.CLAIMS_OFFICER, label=_l("Withdraw")
        ),
    ),
)
STEP_TO = {row.target: row.action for row in CLAIM.steps}
LIVE = ("returned", "pended", "adjudicated", "denied")
HOLDS_NUMBER = ("received", "pended", "adjudicated", "denied")

LINE_STATES = {
    "returned": _l("Sent back"),
    "pended": _l("In review"),
    "accepted": _l("Accepted"),
    "reduced": _l("Reduced"),
    "denied": _l("Denied"),
}

REDECISION = StateMachine(
    noun="run of corrections",
    initial="drafted",
    states={
        "drafted": _l("Found, not yet looked at"),
        "previewing": _l("Being decided again"),
        "previewed": _l("Waits for release"),
        "releasing": _l("Being released"),
        "released": _l("Released"),
        "dropped": _l("Dropped"),
    },
    steps=(
        step("preview", ("drafted", "previewed"), "previewing", Role.CLAIMS_OFFICER, label=_l("Preview")),
        step("show", "previewing", "previewed"),  # these four by the work itself, when its last part adds up
        step("stop", "previewing", "drafted"),
        step("release", "previewed", "releasing", Role.CLAIMS_OFFICER, Role.FINANCE_OFFICER, label=_l("Release")),
        step("look_again", "releasing", "previewed"),
        step("finish", "releasing", "released"),
        step("drop", ("drafted", "previewing", "previewed"), "dropped", Role.CLAIMS_OFFICER, label=_l("Drop")),
    ),
)

OPENING = StateMachine(
    noun="opening file",
    initial="checked",
    states={"checked": _l("Checked"), "kept": _l("Kept"), "undone": _l("Undone")},
    steps=(
        step("keep", "checked", "kept", Role.CLAIMS_OFFICER, label=_l("Keep the ready rows")),
        step("undo", "kept", "undone", Role.CLAIMS_OFFICER, label=_l("Undo the file")),
    ),
)
