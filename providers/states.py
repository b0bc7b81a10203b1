"""The life of a provider's registration: *authorised → accredited*; contracted is derived."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

HELD = ("accredited", "suspended")
"""States in which an accreditation is held; its dates say of which days."""

PROVIDER = StateMachine(
    noun="registration",
    initial="draft",
    states={
        "draft": _l("Draft"),
        "submitted": _l("Waiting for the registrar"),
        "returned": _l("Sent back"),
        "authorised": _l("Authorised"),
        "accredited": _l("Accredited"),
        "suspended": _l("Suspended"),
        "withdrawn": _l("Withdrawn"),
        "refused": _l("Refused"),
    },
    steps=(
        step(
            "submit", ("draft", "returned"), "submitted", Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK, label=_l("Send")
        ),
        step("authorise", "submitted", "authorised", Role.REGISTRAR, label=_l("Authorise")),
        step("accredit", "authorised", "accredited", Role.REGISTRAR, label=_l("Accredit")),
        step("send_back", "submitted", "returned", Role.REGISTRAR, label=_l("Send back with reasons")),
        step("refuse", ("submitted", "returned"), "refused", Role.REGISTRAR, label=_l("Refuse")),
        step("apply_again", "refused", "draft", Role.PROVIDER_MANAGER, label=_l("Apply again")),
        step("suspend", "accredited", "suspended", Role.REGISTRAR, label=_l("Suspend")),
        step("restore", "suspended", "accredited", Role.REGISTRAR, label=_l("Restore")),
        step("withdraw", ("authorised", *HELD), "withdrawn", Role.REGISTRAR, label=_l("Withdraw")),
    ),
)

STANDINGS = PROVIDER.states | {
    "awaited": _l("Authorised from a later day"),
    "lapsed": _l("Authorisation ended"),
    "not_yet": _l("Accredited from a later day"),
    "expired": _l("Accreditation ended"),
    "succeeded": _l("Ended by succession"),
}
"""How a provider stands on a day: its state, or what the dates of stages and suspensions make of it."""

STAGES = {"authorised": _l("Authorised"), "accredited": _l("Accredited")}
"""Authorised: it may take part in tenders where the plan lets it. Accredited: it may give care that the fund pays."""

REQUIREMENT_KINDS = ("paper", "assessment", "places", "finding")
"""What shows that a requirement is met: a valid paper, the approved assessment, licensed places, a person's words."""

SUCCESSION = StateMachine(
    noun="succession",
    initial="proposed",
    states={
        "proposed": _l("Waits for the successor"),
        "accepted": _l("Waits for another registrar"),
        "approved": _l("Approved"),
        "declined": _l("Declined"),
        "dropped": _l("Dropped"),
    },
    steps=(
        step("accept", "proposed", "accepted", Role.PROVIDER_MANAGER, label=_l("Accept")),
        step("decline", "proposed", "declined", Role.PROVIDER_MANAGER, label=_l("Decline")),
        step("approve", "accepted", "approved", Role.REGISTRAR, label=_l("Approve")),
        step("drop", ("proposed", "accepted"), "dropped", Role.REGISTRAR, label=_l("Drop")),
    ),
)

APPEAL = StateMachine(
    noun="appeal",
    initial="made",
    states={"made": _l("Waits for its answer"), "won": _l("Won"), "lost": _l("Lost")},
    steps=(
        step("grant", "made", "won", Role.REGISTRAR, label=_l("Lift the suspension")),
        step("reject", "made", "lost", Role.REGISTRAR, label=_l("Keep the suspension")),
    ),
)
DECISIONS = {
    "authorised": _l("You are authorised"),
    "accredited": _l("You are accredited"),
    "renewed": _l("Your accreditation is renewed"),
    "refused": _l("Your registration is refused"),
    "renewal_refused": _l("Your renewal is refused"),
    "suspended": _l("Your accreditation is suspended"),
    "restored": _l("Your accreditation is restored"),
    "withdrawn": _l("Your accreditation is withdrawn"),
    "appeal_won": _l("Your appeal is won: the suspension never was"),
    "appeal_lost": _l("Your appeal is lost: the suspension stands"),
    "succeeded": _l("Another unit takes over from you"),
    "took_over": _l("You take over from another unit"),
}
"""What a letter decides, in its title."""

_DESK = (Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK)
RENEWAL = StateMachine(
    noun="renewal",
    initial="draft",
    states={
        "draft": _l("Draft"),
        "submitted": _l("Waiting for the registrar"),
        "returned": _l("Sent back"),
        "granted": _l("Renewed"),
        "refused": _l("Refused"),
    },
    steps=(
        step("submit", ("draft", "returned"), "submitted", *_DESK, label=_l("Send")),
        step("grant", "submitted", "granted", Role.REGISTRAR, label=_l("Renew")),
        step("send_back", "submitted", "returned", Role.REGISTRAR, label=_l("Send back with reasons")),
        step("refuse", "submitted", "refused", Role.REGISTRAR, label=_l("Refuse")),
    ),
)

DOCUMENT_KINDS = {
    "statutes": _l("Statutes"),
    "licence": _l("Licence to give care"),
    "minutes": _l("Minutes of the last assembly"),
    "accounts": _l("Annual accounts"),
    "insurance": _l("Insurance"),
    "other": _l("Another document"),
}

TASKS = {
    "facts": _l("Facts about your organisation"),
    "service_lines": _l("Kinds of care"),
    "sites": _l("Sites and places"),
    "documents": _l("Statutes and licences"),
}
"""Parts of a registration that may be sent back on their own."""

ASSESSMENT = StateMachine(
    noun="assessment",
    initial="reviewed",
    states={
        "reviewed": _l("Waits for a second officer"),
        "approved": _l("Approved"),
        "returned": _l("Sent back"),
    },
    steps=(
        step("approve", "reviewed", "approved", Role.REGISTRAR, label=_l("Approve")),
        step("send_back", "reviewed", "returned", Role.REGISTRAR, label=_l("Send back with reasons")),
    ),
)
CRITERIA = {
    "voluntary": _l("Membership is voluntary and open"),
    "democratic": _l("Governance is democratic: one member, one vote"),
    "participatory": _l("Workers and users take part in decisions"),
    "autonomy": _l("It is autonomous of the State and of companies"),
    "surplus": _l("The distribution of surplus is limited"),
    "purpose": _l("Its purpose is social"),
}
"""What makes a unit one of the social and solidarity economy, beside its legal form."""
