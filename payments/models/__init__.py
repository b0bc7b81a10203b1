"""The ledger, and what is owed and paid."""

from payments.models.ledger import Journal, LedgerAccount, Posting
from payments.models.payable import Payable, PayeeAccount, Payment, PaymentItem, PaymentRun

__all__ = ["Journal", "LedgerAccount", "Payable", "PayeeAccount", "Payment", "PaymentItem", "PaymentRun", "Posting"]
