"""Rails: the ways money leaves the fund. One table, so that a run names its rail by a word."""

from payments.rails.base import AccountKind, Batch, Outcome, PaymentRail, Result, Transfer
from payments.rails.csv import Csv
from payments.rails.pain001 import Pain001

RAILS: dict[str, PaymentRail] = {rail.name: rail for rail in (Pain001(), Csv())}

__all__ = ["RAILS", "AccountKind", "Batch", "Csv", "Outcome", "Pain001", "PaymentRail", "Result", "Transfer"]
