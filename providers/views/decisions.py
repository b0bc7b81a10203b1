"""What a registrar decides about a provider: its stages, sending back, refusing, suspending, restoring, withdrawing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request

from core.permissions import Permission
from core.web import actor, allow, load
from core.words import _
from providers.models import Provider
from providers.requirements import Evidence
from providers.schemas import AccreditForm
from providers.services import accreditation, staging
from providers.states import TASKS
from providers.views import register as blueprint
from providers.views.staff_register import decided, next_stage, typed_day


@blueprint.post("/<number>/authorise")
@allow(Permission.ACCREDIT_PROVIDER)
def authorise(number: str) -> Any:
    said = _("%(number)s is authorised. It sends what is needed to be accredited next.", number=number)
    return _staged(number, staging.authorise, said)


@blueprint.post("/<number>/accredit")
@allow(Permission.ACCREDIT_PROVIDER)
def accredit(number: str) -> Any:
    said = _("%(number)s is accredited. It can bid and join open lists now.", number=number)
    return _staged(number, staging.accredit, said)


@blueprint.post("/<number>/send-back")
@allow(Permission.ACCREDIT_PROVIDER)
def send_back(number: str) -> Any:
    def act(provider: Provider) -> None:
        asked = {task: request.form.get(f"asked-{task}", "") for task in TASKS}
        accreditation.send_back(provider, reasons=request.form.get("reasons", ""), asked=asked, by=actor())

    return decided(number, act, _("%(number)s is sent back. Its people see your reasons first.", number=number))


@blueprint.post("/<number>/refuse")
@allow(Permission.ACCREDIT_PROVIDER)
def refuse(number: str) -> Any:
    def act(provider: Provider) -> None:
        accreditation.refuse(provider, reason=_reason("refusal_reason"), by=actor())

    return decided(number, act, _("%(number)s is refused. Its people can read why.", number=number), "refusal_reason")


@blueprint.post("/<number>/withdraw")
@allow(Permission.ACCREDIT_PROVIDER)
def withdraw(number: str) -> Any:
    def act(provider: Provider) -> None:
        accreditation.withdraw(provider, on=typed_day("withdrawn_on"), reason=_reason("withdrawal_reason"), by=actor())

    return decided(number, act, _("%(number)s is withdrawn.", number=number), "withdrawal_reason")


@blueprint.post("/<number>/suspend")
@allow(Permission.ACCREDIT_PROVIDER)
def suspend(number: str) -> Any:
    def act(provider: Provider) -> None:
        accreditation.suspend(provider, on=typed_day("suspended_on"), reason=_reason("suspension_reason"), by=actor())

    return decided(
        number,
        act,
        _("%(number)s is suspended. Claims from that day on are refused.", number=number),
        "suspension_reason",
    )


@blueprint.post("/<number>/restore")
@allow(Permission.ACCREDIT_PROVIDER)
def restore(number: str) -> Any:
    def act(provider: Provider) -> None:
        accreditation.restore(provider, on=typed_day("restored_on"), reason=_reason("restoring_reason"), by=actor())

    return decided(number, act, _("%(number)s is restored.", number=number), "restoring_reason")


def _staged(number: str, decide: Callable[..., object], said: str) -> Any:
    def act(provider: Provider) -> None:
        decide(provider, found=_found(provider), by=actor(), **load(AccreditForm()))

    return decided(number, act, said)


def _found(provider: Provider) -> dict[str, Evidence]:
    """What the registrar saw, typed beside the findings that the stage asks for."""
    keys = [check.requirement.key for check in next_stage(provider) if check.is_finding]
    typed = {key: request.form.get(f"found-{key}", "").strip() for key in keys}
    return {
        key: Evidence(text, typed_day(f"until-{key}") if request.form.get(f"until-{key}", "").strip() else None)
        for key, text in typed.items()
        if text
    }


def _reason(field: str) -> str:
    return request.form.get(field, "")
