"""The life of a score, and of a settlement."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

SCORE = StateMachine(
    noun="score",
    initial="computed",
    states={
        "computed": _l("Computed, not told yet"),
        "notified": _l("With the provider"),
        "accepted": _l("Accepted by the provider"),
        "contested": _l("Contested"),
        "reviewed": _l("Reviewed"),
        "decided": _l("Decided with reasons"),
        "final": _l("Final"),
        "published": _l("Published"),
        "superseded": _l("Replaced by a newer version"),
    },
    steps=(
        step("notify", "computed", "notified", Role.AUDITOR, label=_l("Tell the provider")),
        step("accept", "notified", "accepted", Role.PROVIDER_MANAGER, label=_l("Accept the score")),
        step("contest", ("notified", "contested"), "contested", Role.PROVIDER_MANAGER, label=_l("Contest a line")),
        step("review", "contested", "reviewed", Role.AUDITOR, label=_l("Record the review")),
        step("decide", "reviewed", "decided", Role.AUDITOR, label=_l("Decide with reasons")),
        step("finalise", ("notified", "accepted", "decided"), "final"),  # by the clock, or by the answer
        step("publish", "final", "published", Role.AUDITOR, label=_l("Publish the score")),
        step("supersede", ("computed", "notified", "accepted", "decided"), "superseded"),  # by a newer version
    ),
)
FINAL = ("final", "published")
OPEN_TO_RECOMPUTE = ("computed", "notified", "accepted", "decided")

GROUNDS = {
    "data_error": _l("The records are wrong"),
    "attribution": _l("It is not ours: another provider, site or contract"),
    "exclusion": _l("It should have been left out"),
    "method": _l("The method was not applied as it is written"),
    "force_majeure": _l("Force majeure"),
}
OUTCOMES = {
    "declined": _l("The line stands"),
    "recounted": _l("Upheld: the records were corrected and the indicator was computed again"),
    "left_out": _l("Upheld: the line does not count in this period"),
}

SETTLEMENT = StateMachine(
    noun="settlement",
    initial="simulated",
    states={"simulated": _l("Simulated"), "released": _l("Released and posted"), "dropped": _l("Dropped")},
    steps=(
        step("release", "simulated", "released", Role.FINANCE_OFFICER, label=_l("Release and post")),
        step("drop", "simulated", "dropped", Role.FINANCE_OFFICER, label=_l("Drop it")),
    ),
)

WITHHELD = StateMachine(
    noun="suspended withhold",
    initial="none",
    states={
        "none": _l("nothing suspended"),
        "suspended": _l("suspended until cured"),
        "returned": _l("cured, settled without the bonus"),
        "forfeited": _l("not cured, in the bonus pool"),
    },
    steps=(
        step("suspend", "none", "suspended"),  # by the release
        step("cure", "suspended", "returned", Role.FINANCE_OFFICER, label=_l("It is cured")),
        step("forfeit", "suspended", "forfeited", Role.FINANCE_OFFICER, label=_l("The days to cure are over")),
    ),
)
