"""The reasons of the regulation's table, looked for on one line one after the other, all of them always.

Written from the note (reference/claims.md, DECISIONS) and the sentences; shares no code with the engine.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.reference.checks import admission, benefit, care, member, packages, provider, similar
from tests.reference.checks.view import REASONS, Found, View, look

__all__ = ["CHECKS", "REASONS", "Found", "View", "findings", "look"]

CHECKS: list[Callable[[View], Found | None]] = [
    admission.adm_01,
    admission.adm_01_whole_claim,
    admission.adm_03,
    admission.adm_04,
    admission.adm_05,
    admission.adm_06,
    admission.adm_06_total,
    admission.adm_08,
    admission.adm_09,
    member.mem_01,
    member.mem_02,
    member.mem_03,
    member.mem_04,
    member.mem_05,
    member.mem_05_days,
    member.mem_06,
    member.mem_06_days,
    member.mem_07,
    provider.prv_01,
    provider.prv_02,
    provider.prv_03,
    provider.prv_04_unnamed,
    provider.prv_04,
    provider.cli_01,
    provider.cli_02,
    provider.cli_02_unknown,
    provider.cli_02_unfit,
    provider.cli_03,
    benefit.ben_01,
    benefit.ben_02,
    benefit.ben_03,
    benefit.ben_03_windows,
    benefit.ben_03_absences,
    benefit.ben_04,
    benefit.ben_05,
    benefit.ben_07,
    benefit.ben_08,
    benefit.ben_09,
    packages.ben_10,
    packages.ben_10_component,
    packages.ben_10_capitated,
    care.car_01,
    care.car_01_place,
    care.car_01_certificate,
    care.car_01_works,
    care.car_02,
    care.car_02_units,
    care.car_02_two_centres,
    care.car_02_long_day,
    care.car_02_place_taken,
    care.car_02_two_places,
    care.car_03,
    care.car_03_days,
    care.car_03_double,
    care.car_04,
    care.car_04_days,
    care.car_05,
    similar.rev_01_similar,
    similar.rev_01_elsewhere,
    similar.rev_01_stays,
]


def findings(view: View) -> list[Found]:
    """In the order of the regulation's precedence within one effect: ADM, MEM, PRV, CLI, BEN, CAR, by number."""
    found: list[Found] = []
    for check in CHECKS:
        one = check(view)
        if one is not None:
            found.append(one)
    return found
