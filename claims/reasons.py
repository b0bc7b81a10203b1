"""All reasons the fund can give on a line or a claim: one table, one producer each.

The sentence with the figures stands beside the rule that finds it; here is what is fixed about a reason.
CARC is the number of the X12 835 adjustment reason (numbers only, unverified).
"""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import Any

from core.words import _l


class Effect(StrEnum):
    """Strongest first: what the finding does to the line."""

    RETURNED = "R"
    DENIED = "D"
    PENDING = "P"
    REDUCED = "A"
    INFORMED = "I"


class Liable(StrEnum):
    """X12 group: who carries what the fund does not pay."""

    PROVIDER = "CO"
    MEMBER = "PR"
    OTHER = "OA"
    PAYER = "PI"
    NOBODY = ""


R, D, P, A = Effect.RETURNED, Effect.DENIED, Effect.PENDING, Effect.REDUCED
CO, PR, OA, NONE = Liable.PROVIDER, Liable.MEMBER, Liable.OTHER, Liable.NOBODY


class Reason(Enum):
    """code, title, effect, who can act (provider, member, fund, nobody), liable, CARC numbers, producing module."""

    ADM_01 = ("ADM-01", _l("Something is missing"), R, "provider", NONE, "16", "rules.admission")
    ADM_02 = ("ADM-02", _l("Claim number used twice"), R, "provider", NONE, "18", "services")
    ADM_03 = ("ADM-03", _l("Already claimed"), D, "provider", CO, "18", "rules.admission")
    ADM_04 = ("ADM-04", _l("Received too late"), D, "provider", CO, "29", "rules.admission")
    ADM_05 = ("ADM-05", _l("Impossible dates"), R, "provider", NONE, "110", "rules.admission")
    ADM_06 = ("ADM-06", _l("Amounts do not add up"), R, "provider", NONE, "16", "rules.admission")
    ADM_07 = ("ADM-07", _l("Nothing to correct"), R, "provider", NONE, "129", "filing")
    ADM_08 = ("ADM-08", _l("Document needed"), P, "provider", NONE, "252", "rules.admission")
    ADM_09 = ("ADM-09", _l("Document not received"), D, "provider", CO, "226", "rules.admission")
    MEM_01 = ("MEM-01", _l("Member not found"), R, "provider", NONE, "31", "rules.member")
    MEM_02 = ("MEM-02", _l("Cover had not started"), D, "member", PR, "26", "rules.member")
    MEM_03 = ("MEM-03", _l("No cover on that day"), D, "member", PR, "27, 200", "rules.member")
    MEM_04 = ("MEM-04", _l("Waiting period"), D, "nobody", PR, "179", "rules.member")
    MEM_05 = ("MEM-05", _l("Age or sex"), D, "provider", CO, "6, 7", "rules.member")
    MEM_06 = ("MEM-06", _l("After the member’s death"), D, "provider", CO, "13", "rules.member")
    MEM_07 = ("MEM-07", _l("Another insurer pays first"), D, "provider", OA, "22", "rules.member")
    PRV_01 = ("PRV-01", _l("Provider not accredited"), D, "provider", CO, "B7", "rules.provider")
    PRV_02 = ("PRV-02", _l("No contract"), D, "provider", CO, "242", "rules.provider")
    PRV_03 = ("PRV-03", _l("Wrong type of facility"), D, "provider", CO, "170", "rules.provider")
    PRV_04 = ("PRV-04", _l("Worker not accredited"), D, "provider", CO, "185", "rules.provider")
    PRV_05 = ("PRV-05", _l("Contract used up"), P, "provider", NONE, "222", "holding")
    BEN_01 = ("BEN-01", _l("Not in the benefit package"), D, "nobody", PR, "204, 96", "rules.benefit")
    BEN_02 = ("BEN-02", _l("No agreed price yet"), P, "fund", NONE, "147", "rules.benefit")
    BEN_03 = ("BEN-03", _l("Quantity limit"), A, "nobody", PR, "151", "rules.benefit")
    BEN_04 = ("BEN-04", _l("Too soon after the last one"), D, "nobody", PR, "151", "rules.benefit")
    BEN_05 = ("BEN-05", _l("Number of visits used up"), D, "nobody", PR, "119", "rules.benefit")
    BEN_06 = ("BEN-06", _l("Amount limit"), A, "member", PR, "119", "pricing")
    BEN_07 = ("BEN-07", _l("No authorisation"), D, "provider", CO, "197", "rules.benefit")
    BEN_08 = ("BEN-08", _l("More than authorised"), A, "provider", CO, "198", "rules.benefit")
    BEN_09 = ("BEN-09", _l("Referral missing"), D, "provider", CO, "288", "rules.benefit")
    BEN_10 = ("BEN-10", _l("Included in another payment"), D, "nobody", CO, "97, 24", "rules.benefit_packages")
    PRC_01 = ("PRC-01", _l("Agreed price"), A, "nobody", CO, "45", "pricing.eligible")
    PRC_02 = ("PRC-02", _l("Fixed co-payment"), A, "member", PR, "3", "pricing.sharing")
    PRC_03 = ("PRC-03", _l("Deductible"), A, "member", PR, "1", "pricing.sharing")
    PRC_04 = ("PRC-04", _l("Member’s share"), A, "member", PR, "2", "pricing.sharing")
    CLI_01 = ("CLI-01", _l("Unknown service code"), R, "provider", NONE, "181", "rules.clinical")
    CLI_02 = ("CLI-02", _l("Diagnosis missing"), R, "provider", NONE, "146, 11", "rules.clinical")
    CLI_03 = ("CLI-03", _l("Not considered necessary"), D, "provider", CO, "50", "rules.clinical pricing.reviewed")
    CAR_01 = ("CAR-01", _l("Visits we could match"), D, "provider", CO, "", "rules.care")
    CAR_02 = ("CAR-02", _l("Overlapping visits"), P, "provider", NONE, "18", "rules.care")
    CAR_03 = ("CAR-03", _l("Member was in hospital"), D, "provider", CO, "60", "rules.care")
    CAR_04 = ("CAR-04", _l("No care level or place"), D, "fund", PR, "272", "rules.care")
    CAR_05 = ("CAR-05", _l("Over the licensed places"), P, "provider", NONE, "222", "rules.care")
    REV_01 = ("REV-01", _l("Selected for review"), P, "fund", NONE, "133", "selection rules.similar")

    def __init__(self, code: str, title: Any, effect: Effect, actor: str, liable: Liable, carc: str, module: str):
        self.code = code
        self.title = title
        self.effect = effect
        self.actor = actor
        self.liable = liable
        self.carc = carc
        self.module = module


HELD = frozenset({"PRV-05", "REV-01"})  # said of lines that were decided first; what they would use up is kept

BY_CODE: dict[str, Reason] = {reason.code: reason for reason in Reason}

_EFFECTS = {effect.value: rank for rank, effect in enumerate(Effect)}
_PREFIXES = {prefix: rank for rank, prefix in enumerate(("ADM", "MEM", "PRV", "CLI", "BEN", "CAR", "PRC", "REV"))}
_IN_ORDER = sorted(BY_CODE, key=lambda code: (_PREFIXES[code[:3]], code))
RANKS: dict[str, dict[str, int]] = {
    effect: {code: rank * 100 + place for place, code in enumerate(_IN_ORDER)} for effect, rank in _EFFECTS.items()
}


def precedence(effect: str, code: str) -> int:
    """Sorts the deciding finding first: by effect, then by kind of reason, then by number."""
    return RANKS[effect][code]
