"""The verbs of the register: registering, accrediting, opening."""
