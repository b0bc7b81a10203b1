"""The tenders of the demo as a table: who bids for what, how far each has come, and when it closes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

STAGES = (
    "draft",
    "submitted",
    "open",
    "sealed",
    "scoring",
    "prices",
    "ranked",
    "standstill",
    "contracted",
    "cancelled",
)


@dataclass(frozen=True, slots=True)
class Scene:
    """One tender of the demo: `closes` counts days from today; bidders are cooperatives by key."""

    title: str
    service_line: str
    service: str
    stage: str
    closes: int
    bidders: Sequence[str] = ()
    volumes: tuple[int, int] = (9_000, 5_500)
    places: tuple[str, str] = ("towns", "villages")
    hour: int = 12
    price_weight: int = 40
    drafts: Sequence[str] = field(default=())


SCENES = (
    Scene("Home care for older members, Salt Coast", "long_term_care", "LC-100", "sealed", -1,
          ("care-0", "care-1", "care-6", "care-8", "care-12"), (12_000, 7_500), ("coast towns", "islands")),
    Scene("After-school childcare, Three Mills district", "childcare", "CC-100", "submitted", 34, places=("mills", "old town")),
    Scene("Home care at weekends, Upper Valley", "long_term_care", "LC-100", "open", 2, ("care-2", "care-3"),
          places=("valley floor", "hill villages"), drafts=("care-0",)),
    Scene("Family clinics, Cedar Hills", "health", "HC-100", "open", 12, ("clinic-0",), places=("north", "south")),
    Scene("Nurseries near the harbour", "childcare", "CC-100", "scoring", -6, ("nursery-1", "nursery-4", "nursery-6"),
          places=("harbour", "fish market")),
    Scene("Home care, Orchard Plain", "long_term_care", "LC-100", "ranked", -14, ("care-1", "care-9", "care-10"),
          places=("plain", "orchards")),
    Scene("Wound care at home, Tunafar City", "health", "HC-130", "standstill", -16, ("clinic-1", "clinic-2", "clinic-7"),
          places=("east", "west")),
    Scene("Home care, Cedar Hills", "long_term_care", "LC-100", "contracted", -75, ("care-4", "care-11", "care-13"),
          places=("hills", "pass")),
    Scene("Help in the household, Three Mills", "long_term_care", "LC-130", "draft", 40, places=("mills", "fields"), price_weight=30),
    Scene("Childcare at night, Tunafar City", "childcare", "CC-100", "cancelled", -20, ("nursery-2",), places=("centre", "port")),
)  # fmt: skip
