"""Everything about one procedure that publishing reads, and the questions asked of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from core.audit import AuditEntry
from core.organisations import Organisation
from procurement.models.bid import Bid
from procurement.models.breach import Breach
from procurement.models.complaint import Complaint
from procurement.models.contract import Contract
from procurement.models.ending import ContractEnding
from procurement.models.evaluation import Award, LotResult
from procurement.models.notice import NoticeVersion, TenderQuestion
from procurement.models.planning import PurchasePlan
from procurement.models.portal import PortalProcedure
from procurement.models.tender import Lot, Tender


@dataclass(frozen=True, slots=True)
class Outcome:
    """The rows that belong to one tender, read once.

    `partners`: bid id → units that joined it; `workers`: organisation id → workers, as far as evidence counted them;
    `sse`: organisations of the social economy on the day bids closed; `paid`: contract number → month (2027-01) → minor
    units; `ocid_there`: the procedure's own on its portal; `breaches` that were found and `endings` by contract id.
    """

    tender: Tender
    bids: Sequence[Bid] = ()
    results: Sequence[LotResult] = ()
    awards: Sequence[Award] = ()
    contracts: Sequence[Contract] = ()
    lots_of: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    questions: Sequence[TenderQuestion] = ()
    versions: Sequence[NoticeVersion] = ()
    plan: PurchasePlan | None = None
    partners: Mapping[int, Sequence[Organisation]] = field(default_factory=dict)
    workers: Mapping[int, Decimal] = field(default_factory=dict)
    complaints: Sequence[Complaint] = ()
    portal: PortalProcedure | None = None
    ocid_there: str = ""
    changes: Mapping[str, Sequence[AuditEntry]] = field(default_factory=dict)
    paid: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    without_price: frozenset[int] = frozenset()
    sse: frozenset[int] = frozenset()
    breaches: Mapping[int, Sequence[Breach]] = field(default_factory=dict)
    endings: Mapping[int, ContractEnding] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.tender.quality_opened_at is not None

    @property
    def is_closed(self) -> bool:
        """Bids may be counted: the manifest is out, or they were taken over from their portal."""
        return self.tender.manifest is not None or (self.portal is not None and self.is_open)

    @property
    def decided(self) -> list[Award]:
        """Awards that were told to the bidders: a proposal is not published."""
        return [row for row in self.awards if row.decided_at is not None]

    @property
    def standing(self) -> list[Award]:
        """Those of them that were not annulled since: ranks and points count only with them."""
        return [row for row in self.decided if row.state != "annulled"]

    def units_of(self, bid: Bid) -> list[Organisation]:
        """Who bids: the lead first, then the partners of a joint bid."""
        return [bid.organisation, *self.partners.get(bid.id, ())]

    def pairs(self) -> Iterator[tuple[Bid, Lot]]:
        """Each bid with each lot it is for."""
        for bid in self.bids:
            for number in self.lots_of.get(bid.id, ()):
                lot = self.tender.lot(number)
                if lot is not None:
                    yield bid, lot

    def award_of(self, contract: Contract) -> Award | None:
        """By key; under a successor that of the contract before; after a decision on a portal by the lot it names."""
        if contract.follows is not None:
            return self.award_of(contract.follows)
        if contract.origin == "award":
            return next((row for row in self.decided if row.id == contract.award_id), None)
        names = {(f"{self.tender.number} lot {row.lot.number}", row.bid.organisation_id): row for row in self.standing}
        return names.get((contract.origin_reference, contract.organisation_id))
