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


def prv_03(view: View) -> Found | None:
    """Out-patients do not stay overnight; a place for stays does nothing that the plan calls out-patient."""
    facility, setting = view.line.facility, view.row.setting if view.row else ""
    first = view.line.service_from or view.on
    is_proven = view.row is not None and bool(view.row.match)
    is_stay = setting == "inpatient" or (first != view.on and not is_proven)
    is_wrong = (facility == "outpatient" and is_stay) or (facility == "inpatient" and setting == "outpatient")
    told = {"service": view.line.service, "begins": first, "ends": view.on, "facility": facility}
    return Found("PRV-03", told) if is_wrong else None


def prv_04_unnamed(view: View) -> Found | None:
    if view.row is None or not view.row.needs_professional or view.line.practitioner:
        return None
    return Found("PRV-04", {"service": view.line.service}, part="unnamed")


def cli_02_unknown(view: View) -> Found | None:
    unknown = view.line.unknown_diagnoses
    return Found("CLI-02", {"diagnosis": unknown[0], "on": view.on}, part="unknown") if unknown else None


def cli_02_unfit(view: View) -> Found | None:
    fitting = view.row.diagnoses if view.row else ()
    given = view.line.diagnoses
    if not fitting or not given or any(code.startswith(start) for code in given for start in fitting):
        return None
    told = {"diagnosis": given[0], "service": view.line.service, "fitting": list(fitting)}
    return Found("CLI-02", told, part="unfit")


def cli_03(view: View) -> Found | None:
    """Nothing approved by the reviewer, in quantity or in price: the line is refused."""
    said = view.line.approved
    if said is None or min(said.quantity_milli, said.unit_price) > 0:
        return None
    return Found("CLI-03", {"role": said.role, "text": said.reason}, effect="D")
