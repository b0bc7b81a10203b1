"""The audit trail: one hash chain per stream (DECISIONS 32).

hᵢ = SHA-256(hᵢ₋₁ ‖ canonical(entryᵢ)), h₀ = 32 zero bytes. Entries hold identifiers and hashes, never personal
text. Streams: one per tender, `money`, `access`, `providers`, `members`, `care`, `plan`, `quality`, `claims-00…63`, and
`money-00…63` for what claims of the same partition are owed: so two submissions wait for each other only where they
would anyway.
"""

from core.audit.chain import GENESIS as GENESIS
from core.audit.chain import canonical as canonical
from core.audit.chain import chain as chain
from core.audit.chain import merkle_root as merkle_root
from core.audit.trail import AuditEntry as AuditEntry
from core.audit.trail import AuditHead as AuditHead
from core.audit.trail import Said as Said
from core.audit.trail import entries as entries
from core.audit.trail import entries_like as entries_like
from core.audit.trail import record as record
from core.audit.trail import record_all as record_all
from core.audit.trail import together as together
from core.audit.verifying import Break as Break
from core.audit.verifying import Check as Check
from core.audit.verifying import add_check as add_check
from core.audit.verifying import verify as verify
from core.audit.verifying import verify_stored as verify_stored
