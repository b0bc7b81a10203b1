"""PRV and CLI: may this provider claim it, is the code known, is there a diagnosis?"""

from __future__ import annotations

from tests.reference.checks.view import Found, View


def prv_01(view: View) -> Found | None:
    state = view.line.standing.state if view.line.standing else "unregistered"
    return Found("PRV-01", {"on": view.on, "state": state}) if state != "accredited" else None


def prv_02(view: View) -> Found | None:
    if view.line.is_contracted or not view.line.service:
        return None
    return Found("PRV-02", {"service": view.line.service, "on": view.on})


def prv_04(view: View) -> Found | None:
    if view.line.is_practitioner_accredited:
        return None
    return Found("PRV-04", {"practitioner": view.line.practitioner, "on": view.on})


def cli_01(view: View) -> Found | None:
    if view.line.is_code_known or not view.line.service:
        return None
    return Found("CLI-01", {"service": view.line.service, "on": view.on})


def cli_02(view: View) -> Found | None:
    if view.row is None or not view.row.needs_diagnosis or view.line.diagnoses:
        return None
    return Found("CLI-02", {"service": view.line.service})
