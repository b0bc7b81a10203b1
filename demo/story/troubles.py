"""What else went wrong in Taziria: operations, homes, care that nobody granted; and what must be found of it all.

A fault is a reason, a cooperative and the number of its claim: tests/demo compares them with what the rules found.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

from demo.story.told import HOLIDAYS, OVER_CAPACITY, RATES, Story, claim_of
from demo.world import Cooperative, Person, World, month_end

HOME, RESIDENTS, HOME_MONTHS = "care-15", 5, 3
SURGEON, RETIRED = "DR-0001", "DR-0002"
SHORT_STAFFED = 9  # the working day of the last month on which the children are left alone
ONE = dt.timedelta(days=1)


def tell(world: World, story: Story) -> None:
    """Plant the rest, then say of everything planted by which reason it must be found."""
    _operations(world, story)
    _homes(world, story)
    _ungranted_care(world, story)
    _roster(world, story)
    _crowded_days(story)
    _carry_over(story)


def _operations(world: World, story: Story) -> None:
    """One a month, its report sent with it; one report is missing, one surgeon retired, one check-up billed beside."""
    adults = [p for p in _covered(world) if 40 < (world.today - p.born_on).days / 365 < 66]
    clinics, months = world.of_kind("clinic"), world.months()
    for number, (month, person) in enumerate(zip(months, adults, strict=False)):
        clinic, day, claim_no = clinics[number % len(clinics)], month + 4 * ONE, f"{month:%Y%m}-OP"
        surgeon = RETIRED if number == 11 else SURGEON
        claim_of(story, month, clinic, person, "HC-225", "1", RATES["HC-225"], day, day, claim_no=claim_no,
                 practitioner=surgeon)  # fmt: skip
        if surgeon == RETIRED:
            story.plant("operations by a surgeon who had retired", "PRV-04", clinic, claim_no)
        if number == 5:
            story.plant("reports that never came", "ADM-09", clinic, claim_no)
        elif month == months[-1]:
            story.plant("reports that are awaited", "ADM-08", clinic, claim_no)
        elif surgeon != RETIRED:
            story.papers[month].append((clinic.key, claim_no))
        if number == 8:
            later, sent = day + 10 * ONE, months[number + 1]
            beside = claim_of(
                story, sent, clinic, person, "HC-226", "1", RATES["HC-226"], later, later, claim_no=f"{claim_no}-C"
            )
            story.plant("check-ups billed beside their operation", "BEN-10", clinic, beside)


def _homes(world: World, story: Story) -> None:
    """A home with five residents; in the last month one leaves in the middle, two hold a room in one night, and of
    one who had left the whole month is billed."""
    home = next(row for row in world.cooperatives if row.key == HOME)
    first, last = world.months()[-HOME_MONTHS], world.months()[-1]
    ill = {row["member_id"] for month in world.months()[-HOME_MONTHS:] for row in story.claims[month]}
    people = [person for person in _elders(world, story) if person.number not in ill][: RESIDENTS + 1]
    leaves, leaves_early = last + 15 * ONE, month_end(last) - 4 * ONE
    for number, person in enumerate(people):
        is_next = number == RESIDENTS
        since = last + 14 * ONE if is_next else first
        until = leaves if number == 0 else leaves_early if number == 1 else None
        story.granted.append((person.number, first))
        story.homes.append(_held(home, f"R-{number % RESIDENTS}", person, since, until))
        for month in world.months()[-HOME_MONTHS:]:
            begins, ends = max(month, since), month_end(month)
            if number == 0 and month == last:
                ends = leaves - ONE
            if begins > ends:
                continue
            nights = (ends - begins).days + 1
            claim_no = claim_of(story, month, home, person, "LC-300", str(nights), RATES["LC-300"], begins, ends)
            if month == last and number in (0, RESIDENTS):
                story.plant("rooms held by two in one night", "CAR-02", home, claim_no)
            if month == last and number == 1:
                story.plant("nights billed after moving out", "CAR-01", home, claim_no)


def _held(home: Cooperative, place: str, person: Person, since: dt.date, until: dt.date | None) -> dict[str, object]:
    return {"provider_id": home.key, "place": place, "kind": "residential", "member_id": person.number,
            "moved_in_on": since, "moved_out_on": until or ""}  # fmt: skip


def _ungranted_care(world: World, story: Story) -> None:
    """In the last month three elders are visited whom nobody ever assessed."""
    month, care = world.months()[-1], world.of_kind("care")[3]
    known = {number for number, _since in story.granted}
    strangers = [person for person in _elders(world, story) if person.number not in known][:3]
    for number, person in enumerate(strangers):
        for day in (month + 7 * ONE, month + 9 * ONE):
            story.visits[month].append(
                {"visit_id": f"U-{number}-{day:%y%m%d}", "member_id": person.number, "provider_id": care.key,
                 "practitioner_id": f"U{number:03d}", "code": "LC-100", "visited_on": day, "started": "10:00",
                 "ended": "10:45", "place": f"QR-{person.number}", "source": "device"}
            )  # fmt: skip
        claim_no = claim_of(story, month, care, person, "LC-100", "2", RATES["LC-100"], month)
        story.plant("care that was never granted", "CAR-04", care, claim_no)


def _roster(world: World, story: Story) -> None:
    """Eight adults at the crowded centre in the last month; on one day a single one, who leaves at nine."""
    month = world.months()[-1]
    days = [month + n * ONE for n in range((month_end(month) - month).days + 1)]
    working = [day for day in days if day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS]
    for turn, day in enumerate(working):
        adults, ends = (1, "09:00") if turn == SHORT_STAFFED else (8, "18:00")
        for adult in range(adults):
            story.shifts.append({"provider_id": OVER_CAPACITY, "facility_id": "1", "worker_id": f"E{adult:02d}",
                                 "day": day, "starts": "07:00", "ends": ends})  # fmt: skip


def _crowded_days(story: Story) -> None:
    """Whose claims meet a day above the licensed places, or a child that was signed in at two centres at once."""
    centre = next((placed.cooperative for placed in story.placed if placed.cooperative.key == OVER_CAPACITY), None)
    if centre is None:
        return
    own = {placed.person.number for placed in story.placed if placed.cooperative is centre}
    for month, rows in story.attendance.items():
        here: dict[dt.date, set[str]] = defaultdict(set)
        for row in rows:
            if row["provider_id"] == centre.key:
                here[row["attended_on"]].add(row["member_id"])
        over = _over({day: len(children) for day, children in here.items()}, centre.places)
        for row in rows:
            claim_no, day = f"{month:%Y%m}-{row['member_id']}", row["attended_on"]
            if row["provider_id"] != centre.key and row["member_id"] in here[day]:
                story.faults.add(("CAR-02", row["provider_id"], claim_no))
            if row["provider_id"] == centre.key and day in over and row["member_id"] in own:
                story.faults.add(("CAR-05", centre.key, claim_no))


def _over(present: dict[dt.date, int], places: int) -> set[dt.date]:
    """Days above the places; a tenth more is allowed in a week whose mean stays within them."""
    weeks: dict[tuple[int, int], list[int]] = defaultdict(list)
    for day, count in present.items():
        weeks[day.isocalendar()[:2]].append(count)
    quiet = {week for week, counts in weeks.items() if sum(counts) <= places * len(counts)}
    return {
        day
        for day, count in present.items()
        if count > (places * 110 // 100 if day.isocalendar()[:2] in quiet else places)
    }


def _carry_over(story: Story) -> None:
    """A line that came twice is wrong twice; a claim whose code nobody knows goes back before anything is asked."""
    copies: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, claim_no, twin in story.twins:
        copies[key, claim_no].append(twin)
    story.faults |= {(reason, key, twin) for reason, key, claim_no in story.faults for twin in copies[key, claim_no]}
    story.faults = {fault for fault in story.faults if fault[1:] not in story.unreadable}
    counted = Counter(reason for reason, _key, _claim_no in story.faults)
    story.planted.update({f"claims with {reason}": count for reason, count in counted.items()})


def _covered(world: World) -> list[Person]:
    """Whoever had cover from the first day to the last."""
    first = world.first_month
    return [p for p in world.people if p.cover_until is None and p.cover_from is not None and p.cover_from <= first]


def _elders(world: World, story: Story) -> list[Person]:
    """Elders who live without any placement."""
    placed = {row.person.number for row in story.placed}
    return [p for p in _covered(world) if (world.today - p.born_on).days > 70 * 365 and p.number not in placed]
