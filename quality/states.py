"""An audit case is opened on a question and closed with a finding."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

AUDIT_CASE = StateMachine(
    noun="audit case",
    initial="opened",
    states={"opened": _l("Open"), "closed": _l("Closed with a finding")},
    steps=(step("close", "opened", "closed", Role.AUDITOR, label=_l("Close with a finding")),),
)

FINDINGS = {
    "no_error": _l("Nothing wrong was found"),
    "data_error": _l("The records were wrong, not the care"),
    "improve": _l("The provider must improve"),
    "recover": _l("Money is to be taken back"),
}
