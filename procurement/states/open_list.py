"""The life of an open list, of a change of its terms, of an application to it, and of an appeal."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

OFFICER = Role.PROCUREMENT_OFFICER
APPLICANT = Role.PROVIDER_MANAGER

OPEN_LIST = StateMachine(
    noun="open list",
    initial="draft",
    states={
        "draft": _l("Draft"),
        "published": _l("Open to join"),
        "closed": _l("Closed"),
        "failed": _l("Too few applied"),
    },
    steps=(
        step("publish", "draft", "published", OFFICER, label=_l("Publish")),
        step("close", "published", "closed", OFFICER, label=_l("Close")),
        step("fail", "published", "failed", label=_l("Fail")),
    ),
)

CHANGE = StateMachine(
    noun="change of an open list",
    initial="proposed",
    states={"proposed": _l("Proposed"), "published": _l("Published"), "dropped": _l("Dropped")},
    steps=(
        step("publish", "proposed", "published", OFFICER, label=_l("Publish")),
        step("drop", "proposed", "dropped", OFFICER, label=_l("Drop")),
    ),
)

APPLICATION = StateMachine(
    noun="application",
    initial="submitted",
    states={
        "submitted": _l("Received"),
        "incomplete": _l("To be completed"),
        "checked": _l("Waiting for the second officer"),
        "admitted": _l("On the list"),
        "suspended": _l("Suspended"),
        "refused": _l("Refused"),
        "removed": _l("Removed"),
        "left": _l("Left the list"),
        "withdrawn": _l("Withdrawn"),
        "lapsed": _l("Lapsed with the list"),
    },
    steps=(
        step("ask", "submitted", "incomplete", OFFICER, label=_l("Ask for completion")),
        step("complete", "incomplete", "submitted", APPLICANT, label=_l("Complete")),
        step("propose", ("submitted", "incomplete"), "checked", OFFICER, label=_l("Propose a decision")),
        step("send_back", "checked", "submitted", OFFICER, label=_l("Send back to the first officer")),
        step("admit", "checked", "admitted", OFFICER, label=_l("Admit")),
        step("refuse", "checked", "refused", OFFICER, label=_l("Refuse")),
        step("suspend", "admitted", "suspended", OFFICER, label=_l("Suspend")),
        step("restore", "suspended", "admitted", OFFICER, label=_l("Restore")),
        step("remove", "suspended", "removed", OFFICER, label=_l("Remove")),
        step("leave", ("admitted", "suspended"), "left", APPLICANT, label=_l("Leave")),
        step("withdraw", ("submitted", "incomplete", "checked"), "withdrawn", APPLICANT, label=_l("Withdraw")),
        step("lapse", ("submitted", "incomplete", "checked"), "lapsed", label=_l("Lapse")),
        step("reopen", ("refused", "removed"), "submitted", Role.COMPLAINTS_OFFICER, label=_l("Decide anew")),
    ),
)

UNDECIDED = ("submitted", "incomplete", "checked")
ON_THE_LIST = ("admitted", "suspended")

APPEAL = StateMachine(
    noun="appeal",
    initial="pending",
    states={"pending": _l("Waiting for the complaints officer"), "upheld": _l("Upheld"), "declined": _l("Not upheld")},
    steps=(
        step("uphold", "pending", "upheld", Role.COMPLAINTS_OFFICER, label=_l("Uphold")),
        step("decline", "pending", "declined", Role.COMPLAINTS_OFFICER, label=_l("Decline")),
    ),
)
