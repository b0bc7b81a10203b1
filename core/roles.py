"""Who can act: one enumeration for the whole house (DECISIONS 3)."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    REGISTRAR = "registrar"
    PROCUREMENT_OFFICER = "procurement_officer"
    PROCUREMENT_CHAIR = "procurement_chair"
    EVALUATOR = "evaluator"
    COMPLAINTS_OFFICER = "complaints_officer"
    CLAIMS_OFFICER = "claims_officer"
    CLAIMS_REVIEWER = "claims_reviewer"
    CARE_ASSESSOR = "care_assessor"
    FINANCE_OFFICER = "finance_officer"
    AUDITOR = "auditor"
    INSPECTOR = "inspector"
    PLAN_MANAGER = "plan_manager"
    ADMINISTRATOR = "administrator"
    PROVIDER_MANAGER = "provider_manager"
    PROVIDER_CLERK = "provider_clerk"
    CARE_WORKER = "care_worker"
    DELEGATE_OFFICER = "delegate_officer"
    MEMBER = "member"
    REPRESENTATIVE = "representative"
    PUBLIC = "public"


MEMBERS = frozenset((Role.MEMBER, Role.REPRESENTATIVE))
FUND_STAFF = frozenset(list(Role)[: list(Role).index(Role.ADMINISTRATOR) + 1])
PROVIDER_STAFF = frozenset({Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK, Role.CARE_WORKER})
SIGNED_IN = frozenset(Role) - {Role.PUBLIC}
