"""Pages of audit cases: the auditor's, and the provider's with the ruling of a third person."""

from quality.audit_cases.views import answering, auditing

__all__ = ["answering", "auditing"]
