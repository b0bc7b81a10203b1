"""Four indicators counted again from the raw Medicare files: plain csv and loops, nothing of the product.

Each function gives provider → (cases left out, numerator, denominator); the denominator of an O/E is what is expected.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import fsum
from pathlib import Path
from typing import Any

from tests.claims.raw_medicare import judged, rows

Figures = dict[str, tuple[int, int, float]]
VISITS = [(99201, 99205), (99211, 99215), (99241, 99245), (99304, 99318), (99324, 99350), (99381, 99397)]
AVOIDABLE = ("493", "490", "491", "492", "494", "496", "428", "250")
AVOIDABLE_ALONE = (
    "39891 40201 40211 40291 40401 40403 40411 40413 40491 40493 4010 4011 4019 40200 40210 40290 40300 40310 40390 "
    "40400 40410 40490"
)
DIABETES, DIABETES_ALONE = ("250", "3620", "6480"), {"3572", "36641"}
EYE = {"92002", "92004", "92012", "92014", "92018", "92019"}
EYE |= {"92225", "92226", "92230", "92235", "92240", "92250", "92260"}
URINE = {"82042", "82043", "82044", "84156"}
CLASSES = [("respiratory", 163, 208), ("circulatory", 215, 316), ("digestive", 326, 446), ("musculoskeletal", 453, 566)]
PLANNED_GROUPS = {837, 838, 839, 846, 847, 848, 849, 945, 946}
DAY = dt.timedelta(days=1)


@dataclass(slots=True)
class Person:
    born: dt.date
    sex: str
    died: dt.date | None
    covered: set[dt.date]


@dataclass(slots=True)
class Stay:
    member: str
    number: str
    admitted: dt.date
    discharged: dt.date
    group: int | None
    diagnosis: str


class Year:
    """The sample in one calendar year."""

    def __init__(self, folder: Path, year: int) -> None:
        self.first, self.last = dt.date(year, 1, 1), dt.date(year, 12, 31)
        self.people = _people(folder)
        self.stays = _stays(folder)
        accepted = [row for row, found in judged(folder) if found <= {"PRC-01"}]
        self.lines = [row for row in accepted if row["CLM_FROM_DT"][:4] == str(year)]
        self.contacts: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for row in self.lines:
            if _is_visit(row["HCPCS_CD"]):
                self.contacts[row["DESYNPUF_ID"]][row["TAX_NUM"]].add(row["CLM_FROM_DT"])
        self.usual = {member: _usual(seen) for member, seen in self.contacts.items()}

    def continuity(self) -> Figures:
        """H-03."""
        found = []
        for member, seen in self.contacts.items():
            counts = [len(days) for days in seen.values()]
            total = sum(counts)
            if total < 2:
                continue
            index = Fraction(sum(one * one for one in counts) - total, total * (total - 1))
            is_out = not self._days() <= self.people[member].covered
            found.append((self.usual[member], is_out, index >= Fraction(7, 10), 1.0))
        return _summed(found)

    def diabetes(self) -> Figures:
        """H-04."""
        days, services = defaultdict(set), defaultdict(set)
        for row in self.lines:
            services[row["DESYNPUF_ID"]].add(row["HCPCS_CD"])
            codes = (row["LINE_ICD9"], row["ICD9_DGNS_CD_1"], row["ICD9_DGNS_CD_2"])
            if any(code.startswith(DIABETES) or code in DIABETES_ALONE for code in codes):
                days[row["DESYNPUF_ID"]].add(row["CLM_FROM_DT"])
        found = []
        for member, of_member in days.items():
            if len(of_member) < 2 or member not in self.usual or not 18 <= self._age(member, self.last) <= 75:
                continue
            billed = services[member]
            is_met = bool(billed & {"83036", "83037"}) and bool(billed & (EYE | URINE))
            found.append((self.usual[member], False, is_met, 1.0))
        return _summed(found)

    def readmissions(self) -> Figures:
        """H-01."""
        rows = []
        for stay in self.stays:
            if not self.first <= stay.discharged <= self.last or stay.member not in self.usual:
                continue
            died = self.people[stay.member].died
            others = [one for one in self.stays if one.member == stay.member and one.number != stay.number]
            back = [one for one in others if 1 <= (one.admitted - stay.discharged).days <= 30]
            back.sort(key=lambda one: (one.admitted, _is_planned(one), one.number))
            is_out = (
                (died is not None and stay.admitted <= died <= stay.discharged)
                or any(one.admitted <= stay.discharged < one.discharged for one in others)
                or _is_birth(stay)
                or bool(back and _is_planned(back[0]))
            )
            is_back = bool(back) and not _is_planned(back[0])
            group = next((name for name, low, high in CLASSES if stay.group and low <= stay.group <= high), "other")
            band = _band(self._age(stay.member, stay.discharged))
            stratum = f"{band} {self.people[stay.member].sex} 0 {group}"
            rows.append((self.usual[stay.member], is_out, is_back, 1.0, stratum))
        return _standardised(rows)

    def avoidable(self) -> Figures:
        """H-02."""
        rows = []
        for member, provider in self.usual.items():
            person = self.people[member]
            stratum = f"{_five(self._age(member, self.last))} {person.sex}"
            days = {day for day in person.covered if self.first <= day <= self.last}
            days = {day for day in days if person.died is None or day <= person.died}
            rows.append((provider, False, False, len(days) / 365.25, stratum))
            for stay in self.stays:
                if stay.member != member or stay.admitted not in days or _is_planned(stay) or not _is_avoidable(stay):
                    continue
                others = [one for one in self.stays if one.member == member and one.number != stay.number]
                died = person.died
                is_out = (
                    any(one.admitted < stay.admitted <= one.discharged for one in others)
                    or _is_birth(stay)
                    or (died is not None and stay.admitted <= died <= stay.discharged)
                    or stay.admitted == stay.discharged
                )
                rows.append((provider, is_out, True, 0.0, stratum))
        return _standardised(rows)

    def _days(self) -> set[dt.date]:
        return {self.first + n * DAY for n in range((self.last - self.first).days + 1)}

    def _age(self, member: str, on: dt.date) -> int:
        born = self.people[member].born
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _people(folder: Path) -> dict[str, Person]:
    found: dict[str, Person] = {}
    for row in rows(folder / "bene.csv"):
        sex = "m" if row["BENE_SEX_IDENT_CD"] == "1" else "f"
        person = found.setdefault(
            row["DESYNPUF_ID"], Person(dt.date.fromisoformat(row["BENE_BIRTH_DT"]), sex, None, set())
        )
        if row["BENE_DEATH_DT"]:
            person.died = dt.date.fromisoformat(row["BENE_DEATH_DT"])
        year, months = int(float(row["BENE_YEAR"])), int(float(row["BENE_SMI_CVRAGE_TOT_MONS"]))
        day = dt.date(year, 1, 1)
        while day.year == year and day.month <= months:
            person.covered.add(day)
            day += DAY
    return found


def _stays(folder: Path) -> list[Stay]:
    return [
        Stay(
            row["DESYNPUF_ID"],
            row["CLM_ID"],
            dt.date.fromisoformat(row["CLM_ADMSN_DT"]),
            dt.date.fromisoformat(row["NCH_BENE_DSCHRG_DT"]),
            int(row["CLM_DRG_CD"]) if row["CLM_DRG_CD"].isdigit() else None,
            row["ICD9_DGNS_CD_1"],
        )
        for row in rows(folder / "inpatient.csv")
        if row["SEGMENT"] == "1.0"
    ]


def _is_visit(code: str) -> bool:
    return code.isdigit() and any(low <= int(code) <= high for low, high in VISITS)


def _usual(seen: Mapping[str, set[str]]) -> str:
    """Most days, then the latest, then the lowest number."""
    return min(seen, key=lambda provider: (-len(seen[provider]), _reversed(max(seen[provider])), provider))


def _reversed(day: str) -> int:
    return -int(day.replace("-", ""))


def _is_avoidable(stay: Stay) -> bool:
    return stay.diagnosis.startswith(AVOIDABLE) or stay.diagnosis in AVOIDABLE_ALONE.split()


def _is_birth(stay: Stay) -> bool:
    by_diagnosis = stay.diagnosis[:2] in ("63", "64", "65", "66", "67") or stay.diagnosis[:3] in (
        "V22", "V23", "V24", "V27",
    )  # fmt: skip
    return by_diagnosis or (stay.group is not None and 765 <= stay.group <= 782)


def _is_planned(stay: Stay) -> bool:
    listed = stay.diagnosis.startswith(("V56", "V57", "V581", "V66")) or stay.diagnosis == "V580"
    return listed or stay.group in PLANNED_GROUPS or _is_birth(stay)


def _band(years: int) -> str:
    return "000-064" if years < 65 else "065-074" if years < 75 else "075-084" if years < 85 else "085+"


def _five(years: int) -> str:
    low = years // 5 * 5
    return "085+" if years >= 85 else f"{low:03d}-{low + 4:03d}"


def _summed(found: Iterable[tuple[str, bool, bool, float]]) -> Figures:
    sums: dict[str, list[Any]] = defaultdict(lambda: [0, 0, []])
    for provider, is_out, is_met, weight in found:
        mine = sums[provider]
        mine[0] += is_out
        mine[1] += is_met and not is_out
        mine[2] += [] if is_out else [weight]
    return {provider: (out, met, fsum(weights)) for provider, (out, met, weights) in sums.items()}


def _standardised(found: list[tuple[str, bool, bool, float, str]]) -> Figures:
    """Weights become events that the strata let expect: in order, none with fewer than ten events for itself."""
    inside = [row for row in found if not row[1]]
    groups: list[set[str]] = []
    events: Callable[[set[str]], int] = lambda names: sum(row[2] for row in inside if row[4] in names)  # noqa: E731
    for stratum in sorted({row[4] for row in inside}):
        if not groups or events(groups[-1]) >= 10:
            groups.append(set())
        groups[-1].add(stratum)
    if len(groups) > 1 and events(groups[-1]) < 10:
        last = groups.pop()
        groups[-1] |= last
    rates = {}
    for group in groups:
        exposure = sum(row[3] for row in inside if row[4] in group)
        rates |= {name: events(group) / exposure if exposure else 0.0 for name in group}
    return _summed([(row[0], row[1], row[2], row[3] * rates.get(row[4], 0.0)) for row in found])
