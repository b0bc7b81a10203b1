"""Selection criteria and grounds for exclusion by their published codes (eForms); the words are ours."""

from __future__ import annotations

from typing import Any, Final

from core.words import _l
from procurement.reserving import EVIDENCE

SELECTION: Final[dict[str, Any]] = {
    "slc-suit-reg-prof": _l("Enrolled in the professional register"),
    "slc-suit-reg-trade": _l("Enrolled in the trade register"),
    "slc-suit-auth-mbrshp": _l("Authorised for this service, or member of the body that must be"),
    "slc-stand-to-gen": _l("Turnover of a year"),
    "slc-stand-to-avg": _l("Average turnover of a year"),
    "slc-stand-to-spec": _l("Turnover of a year in this field"),
    "slc-stand-to-spec-avg": _l("Average turnover of a year in this field"),
    "slc-stand-ratio": _l("Financial ratio"),
    "slc-stand-ins": _l("Insured against professional risks"),
    "slc-stand-other": _l("Other economic or financial requirement"),
    "slc-abil-ref-work": _l("References of works"),
    "slc-abil-ref-supply": _l("References of deliveries"),
    "slc-abil-ref-services": _l("References of services"),
    "slc-abil-staff-tech-ctrl": _l("Technicians for quality control"),
    "slc-abil-staff-tech-work": _l("Technicians who carry out the work"),
    "slc-abil-mgmt-qual": _l("Measures that ensure quality"),
    "slc-abil-facil-res": _l("Facilities for study and research"),
    "slc-abil-mgmt-supply": _l("Management of the supply chain"),
    "slc-abil-staff-qual": _l("Education and professional qualifications"),
    "slc-abil-mgmt-env": _l("Environmental management"),
    "slc-abil-facil-tools": _l("Tools and technical equipment"),
    "slc-abil-staff-yrly-no-mgmt": _l("Number of managers"),
    "slc-abil-staff-yrly-avg-mp": _l("Average number of staff"),
    "slc-abil-subc": _l("Share that is subcontracted"),
    "slc-abil-qual-smp-wo-autent": _l("Samples or pictures without certificate"),
    "slc-abil-qual-smp-w-autent": _l("Samples or pictures with certificate"),
    "slc-abil-qual-inst": _l("Certificates of quality institutes"),
    "slc-sche-env-cert-indep": _l("Certified environmental management"),
    "slc-sche-qu-cert-indep": _l("Certified quality assurance"),
    "slc-sec-inf": _l("Security of information"),
    "slc-sec-proc": _l("Security of classified information"),
    "slc-sec-supply": _l("Security of supply"),
}
EXCLUSION: Final[dict[str, Any]] = {
    "exg-crim-corrpt": _l("Corruption"),
    "exg-crim-fraud": _l("Fraud"),
    "exg-crim-laund": _l("Money laundering or financing of terrorism"),
    "exg-crim-part": _l("Part of a criminal organisation"),
    "exg-crim-terror": _l("Terrorist offences"),
    "exg-crim-traffick": _l("Child labour or trafficking of people"),
    "exg-pmt-bre-ssc": _l("Unpaid social security contributions"),
    "exg-pmt-bre-tax": _l("Unpaid taxes"),
    "exg-sitn-as-susp": _l("Business activities suspended"),
    "exg-sitn-bankr": _l("Bankruptcy"),
    "exg-sitn-cred-arran": _l("Arrangement with creditors"),
    "exg-sitn-insolvency": _l("Insolvency"),
    "exg-sitn-liq-admin": _l("Assets administered by a liquidator"),
    "exg-sitn-other": _l("A like situation under national law"),
    "exg-mis-bre-env-law": _l("Breach of environmental law"),
    "exg-mis-bre-lab-law": _l("Breach of labour law"),
    "exg-mis-bre-soc-law": _l("Breach of social law"),
    "exg-mis-distortion": _l("Agreements that distort competition"),
    "exg-mis-misconduct": _l("Grave professional misconduct"),
    "exg-mis-misrepresent": _l("False statements or withheld information"),
    "exg-mis-off-cond": _l("Conditions of the offer not kept"),
    "exg-mis-partic-confl": _l("Conflict of interest by taking part"),
    "exg-mis-prep-confl": _l("Took part in preparing this procedure"),
    "exg-mis-sanction": _l("Earlier contract ended for breach, damages or the like"),
    "exg-mis-unrel-sec": _l("Unreliable for reasons of security"),
    "exg-natl-bre-nat-law": _l("A ground of national law only"),
}
RESERVED_PREFIX: Final = "res-"
RESERVED: Final[dict[str, Any]] = {RESERVED_PREFIX + kind: word for kind, word in EVIDENCE.items()}
"""Our own codes: what a reserved lot asks a bidder to prove. Not met, that lot is lost, not the bid."""
GROUNDS: Final = {**SELECTION, **EXCLUSION, **RESERVED}
CONVICTIONS: Final = frozenset(code for code in EXCLUSION if code.startswith("exg-crim-"))
ASKED: Final = ("slc-suit-auth-mbrshp", "slc-suit-reg-trade", "slc-stand-ins")
"""Selection criteria of every tender for care; others are added to a bidder's checklist as the notice asks."""


def years_out(code: str) -> int:
    """How long a ground excludes at most: five years after a conviction, else three (Directive 2014/24, art. 57(7))."""
    return 5 if code in CONVICTIONS else 3


def findings_for(code: str) -> tuple[str, ...]:
    """What may be found: a criterion is met or not; a ground is absent, applies, or applied and was cured."""
    return ("met", "not_met") if code in SELECTION or code in RESERVED else ("absent", "applies", "cured")
