"""One table says which role may do what; every route names one row of it (`core.web.allow`)."""

from __future__ import annotations

from enum import StrEnum

from core.roles import FUND_STAFF, PROVIDER_STAFF, SIGNED_IN, Role

R = Role
_OFFICERS = frozenset({R.PROCUREMENT_OFFICER, R.PROCUREMENT_CHAIR})
_PROVIDER_DESK = frozenset({R.PROVIDER_MANAGER, R.PROVIDER_CLERK})


class Permission(StrEnum):
    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    GIVE_MANDATE = "give_mandate"
    # the house
    MANAGE_ACCOUNTS = "manage_accounts"
    READ_TRAIL = "read_trail"
    READ_OUTBOX = "read_outbox"
    READ_METRICS = "read_metrics"
    READ_PLAN = "read_plan"
    WRITE_PLAN = "write_plan"
    READ_SIMULATIONS = "read_simulations"
    # providers
    READ_PROVIDERS = "read_providers"
    REGISTER_PROVIDER = "register_provider"
    ACCREDIT_PROVIDER = "accredit_provider"
    ANSWER_SUCCESSION = "answer_succession"
    ENTER_PROVIDER_ACCOUNT = "enter_provider_account"
    CONFIRM_PROVIDER_ACCOUNT = "confirm_provider_account"
    READ_FACTS = "read_facts"
    STATE_FACT = "state_fact"
    CORRECT_FACT = "correct_fact"
    VERIFY_FACT = "verify_fact"
    # procurement
    READ_TENDERS = "read_tenders"
    DRAFT_TENDER = "draft_tender"
    APPROVE_TENDER = "approve_tender"
    BID = "bid"
    JOIN_BID = "join_bid"
    PLAN_PURCHASE = "plan_purchase"
    OPEN_BIDS = "open_bids"
    SCORE_BIDS = "score_bids"
    LOCK_SCORES = "lock_scores"
    REPLACE_EVALUATOR = "replace_evaluator"
    CHECK_BIDDERS = "check_bidders"
    READ_COMPLAINTS = "read_complaints"
    READ_RED_FLAGS = "read_red_flags"
    COMPLAIN = "complain"
    DECIDE_AWARD = "decide_award"
    MAKE_COURT_FILE = "make_court_file"
    READ_CONTRACTS = "read_contracts"
    READ_SPENDING = "read_spending"
    SIGN_CONTRACT = "sign_contract"
    ANSWER_SIGNATURE = "answer_signature"
    AMEND_CONTRACT = "amend_contract"
    ANSWER_AMENDMENT = "answer_amendment"
    AGREE_RATE = "agree_rate"
    OPEN_IMPROVEMENT = "open_improvement"
    ANSWER_IMPROVEMENT = "answer_improvement"
    REPORT_BREACH = "report_breach"
    ANSWER_BREACH = "answer_breach"
    END_CONTRACT = "end_contract"
    AGREE_TO_END = "agree_to_end"
    DECIDE_BREACH = "decide_breach"
    RULE_BREACH = "rule_breach"
    REPORT_PROMISE = "report_promise"
    VERIFY_PROMISE = "verify_promise"
    OBJECT_TO_PROMISE = "object_to_promise"
    READ_EVIDENCE = "read_evidence"
    MANAGE_OPEN_LIST = "manage_open_list"
    JOIN_OPEN_LIST = "join_open_list"
    DECIDE_LIST_APPEAL = "decide_list_appeal"
    # members and care
    READ_MEMBERS = "read_members"
    REGISTER_MEMBERS = "register_members"
    ISSUE_ELIGIBILITY = "issue_eligibility"
    CORRECT_COVER = "correct_cover"
    WRITE_MEMBER_ACCOUNT = "write_member_account"
    READ_CARE = "read_care"
    DECIDE_GRANT = "decide_grant"
    PLACE_MEMBERS = "place_members"
    ANSWER_PLACEMENT = "answer_placement"
    END_PLACEMENT = "end_placement"
    SEND_CARE_FILES = "send_care_files"
    RECORD_CARE = "record_care"
    RUN_SITES = "run_sites"
    CERTIFY_CARE = "certify_care"
    CANCEL_VISITS = "cancel_visits"
    RECORD_REQUESTS = "record_requests"
    READ_CAPITATION = "read_capitation"
    RELEASE_CAPITATION = "release_capitation"
    # claims
    READ_CLAIMS = "read_claims"
    SUBMIT_CLAIMS = "submit_claims"
    READ_DRY_RUNS = "read_dry_runs"
    REVIEW_CLAIMS = "review_claims"
    READ_CORRECTIONS = "read_corrections"
    CORRECT_CLAIMS = "correct_claims"
    RELEASE_CORRECTIONS = "release_corrections"
    BRING_IN_OPENING = "bring_in_opening"
    READ_CASH = "read_cash"
    READ_FUNDING = "read_funding"
    SPLIT_FUNDING = "split_funding"
    # payments
    READ_PAYMENTS = "read_payments"
    READ_LEDGER = "read_ledger"
    PREPARE_RUN = "prepare_run"
    RELEASE_RUN = "release_run"
    # quality
    READ_QUALITY = "read_quality"
    COMPUTE_INDICATORS = "compute_indicators"
    READ_RETURNS = "read_returns"
    FILL_RETURNS = "fill_returns"
    JUDGE_RETURNS = "judge_returns"
    BRING_IN_SURVEY = "bring_in_survey"
    ANSWER_SCORE = "answer_score"
    REVIEW_SCORE = "review_score"
    READ_SETTLEMENTS = "read_settlements"
    SETTLE_QUALITY = "settle_quality"
    READ_INSPECTIONS = "read_inspections"
    INSPECT = "inspect"
    ANSWER_INSPECTION = "answer_inspection"
    AUDIT = "audit"
    READ_SAMPLE = "read_sample"
    ANSWER_SAMPLE = "answer_sample"
    READ_AUDIT_CASES = "read_audit_cases"
    ANSWER_AUDIT_CASE = "answer_audit_case"
    RULE_AUDIT_CASE = "rule_audit_case"
    RAISE_GRIEVANCE = "raise_grievance"
    READ_GRIEVANCES = "read_grievances"
    HANDLE_GRIEVANCES = "handle_grievances"
    READ_DOUBLE_REVIEWS = "read_double_reviews"


TABLE: dict[Permission, frozenset[Role]] = {
    Permission.PUBLIC: frozenset(Role),
    Permission.SIGNED_IN: SIGNED_IN,
    Permission.GIVE_MANDATE: frozenset({R.PROVIDER_MANAGER}),
    Permission.MANAGE_ACCOUNTS: frozenset({R.ADMINISTRATOR}),
    Permission.READ_TRAIL: frozenset({R.AUDITOR, R.ADMINISTRATOR}),
    Permission.READ_OUTBOX: frozenset({R.ADMINISTRATOR, R.AUDITOR}),
    Permission.READ_METRICS: frozenset({R.ADMINISTRATOR}),
    Permission.READ_PLAN: FUND_STAFF | PROVIDER_STAFF,
    Permission.WRITE_PLAN: frozenset({R.PLAN_MANAGER}),
    Permission.READ_SIMULATIONS: frozenset({R.PLAN_MANAGER, R.FINANCE_OFFICER, R.AUDITOR}),
    Permission.READ_PROVIDERS: FUND_STAFF | PROVIDER_STAFF,
    Permission.REGISTER_PROVIDER: _PROVIDER_DESK | {R.PUBLIC, R.REGISTRAR},
    Permission.ACCREDIT_PROVIDER: frozenset({R.REGISTRAR}),
    Permission.ANSWER_SUCCESSION: frozenset({R.PROVIDER_MANAGER}),
    Permission.ENTER_PROVIDER_ACCOUNT: frozenset({R.PROVIDER_MANAGER}),
    Permission.CONFIRM_PROVIDER_ACCOUNT: frozenset({R.FINANCE_OFFICER}),
    Permission.READ_FACTS: _PROVIDER_DESK | _OFFICERS | {R.REGISTRAR, R.AUDITOR},
    Permission.STATE_FACT: _PROVIDER_DESK,
    Permission.CORRECT_FACT: _PROVIDER_DESK | {R.REGISTRAR},
    Permission.VERIFY_FACT: frozenset({R.REGISTRAR, R.PROCUREMENT_OFFICER}),
    Permission.READ_TENDERS: FUND_STAFF | _PROVIDER_DESK,
    Permission.DRAFT_TENDER: frozenset({R.PROCUREMENT_OFFICER}),
    Permission.APPROVE_TENDER: _OFFICERS,
    Permission.BID: _PROVIDER_DESK,
    Permission.JOIN_BID: frozenset({R.PROVIDER_MANAGER}),
    Permission.PLAN_PURCHASE: _OFFICERS,
    Permission.OPEN_BIDS: _OFFICERS | {R.FINANCE_OFFICER, R.INSPECTOR},  # those may hold the spare key
    Permission.SCORE_BIDS: frozenset({R.EVALUATOR}),
    Permission.LOCK_SCORES: frozenset({R.PROCUREMENT_CHAIR}),
    Permission.REPLACE_EVALUATOR: _OFFICERS,
    Permission.CHECK_BIDDERS: _OFFICERS,
    Permission.READ_COMPLAINTS: _OFFICERS | _PROVIDER_DESK | {R.COMPLAINTS_OFFICER},
    Permission.READ_RED_FLAGS: _OFFICERS | {R.AUDITOR},
    Permission.COMPLAIN: _PROVIDER_DESK,
    Permission.DECIDE_AWARD: _OFFICERS,
    Permission.MAKE_COURT_FILE: frozenset({R.PROCUREMENT_OFFICER, R.COMPLAINTS_OFFICER, R.AUDITOR}),
    Permission.READ_CONTRACTS: FUND_STAFF | _PROVIDER_DESK,
    Permission.READ_SPENDING: _OFFICERS | {R.FINANCE_OFFICER, R.AUDITOR},
    Permission.SIGN_CONTRACT: _OFFICERS | {R.PROVIDER_MANAGER},
    Permission.ANSWER_SIGNATURE: _OFFICERS,
    Permission.AMEND_CONTRACT: _OFFICERS,
    Permission.ANSWER_AMENDMENT: frozenset({R.PROVIDER_MANAGER}),
    Permission.AGREE_RATE: _OFFICERS,
    Permission.OPEN_IMPROVEMENT: _OFFICERS,
    Permission.ANSWER_IMPROVEMENT: frozenset({R.PROVIDER_MANAGER}),
    Permission.REPORT_BREACH: _OFFICERS,
    Permission.ANSWER_BREACH: frozenset({R.PROVIDER_MANAGER}),
    Permission.END_CONTRACT: _OFFICERS,
    Permission.AGREE_TO_END: frozenset({R.PROVIDER_MANAGER}),
    Permission.DECIDE_BREACH: _OFFICERS,
    Permission.RULE_BREACH: frozenset({R.COMPLAINTS_OFFICER, R.PROCUREMENT_CHAIR}),
    Permission.REPORT_PROMISE: _PROVIDER_DESK,
    Permission.VERIFY_PROMISE: _OFFICERS,
    Permission.OBJECT_TO_PROMISE: frozenset({R.PROVIDER_MANAGER}),
    Permission.READ_EVIDENCE: _OFFICERS | _PROVIDER_DESK | {R.AUDITOR},
    Permission.MANAGE_OPEN_LIST: frozenset({R.PROCUREMENT_OFFICER}),
    Permission.JOIN_OPEN_LIST: frozenset({R.PROVIDER_MANAGER}),
    Permission.DECIDE_LIST_APPEAL: frozenset({R.COMPLAINTS_OFFICER}),
    Permission.READ_MEMBERS: frozenset({R.REGISTRAR, R.CLAIMS_OFFICER, R.CLAIMS_REVIEWER, R.CARE_ASSESSOR, R.AUDITOR}),
    Permission.REGISTER_MEMBERS: frozenset({R.REGISTRAR, R.DELEGATE_OFFICER}),
    Permission.ISSUE_ELIGIBILITY: frozenset({R.REGISTRAR, R.MEMBER, R.REPRESENTATIVE}),
    Permission.CORRECT_COVER: frozenset({R.REGISTRAR}),
    Permission.WRITE_MEMBER_ACCOUNT: frozenset({R.REGISTRAR, R.FINANCE_OFFICER}),
    Permission.READ_CARE: FUND_STAFF | PROVIDER_STAFF,
    Permission.DECIDE_GRANT: frozenset({R.CARE_ASSESSOR}),
    Permission.PLACE_MEMBERS: frozenset({R.CARE_ASSESSOR}),
    Permission.ANSWER_PLACEMENT: _PROVIDER_DESK,
    Permission.END_PLACEMENT: frozenset({R.CARE_ASSESSOR, R.PROVIDER_MANAGER}),
    Permission.SEND_CARE_FILES: PROVIDER_STAFF | {R.CARE_ASSESSOR, R.INSPECTOR},
    Permission.RECORD_CARE: PROVIDER_STAFF,
    Permission.RUN_SITES: _PROVIDER_DESK,
    Permission.CERTIFY_CARE: frozenset({R.CARE_ASSESSOR, R.INSPECTOR}),
    Permission.CANCEL_VISITS: PROVIDER_STAFF | {R.CARE_ASSESSOR},
    Permission.RECORD_REQUESTS: _PROVIDER_DESK | {R.CARE_ASSESSOR},
    Permission.READ_CAPITATION: _OFFICERS | _PROVIDER_DESK | {R.FINANCE_OFFICER, R.CLAIMS_OFFICER, R.AUDITOR},
    Permission.RELEASE_CAPITATION: frozenset({R.FINANCE_OFFICER}),
    Permission.READ_CLAIMS: _PROVIDER_DESK
    | {R.CLAIMS_OFFICER, R.CLAIMS_REVIEWER, R.FINANCE_OFFICER, R.AUDITOR, R.MEMBER, R.REPRESENTATIVE},
    Permission.SUBMIT_CLAIMS: _PROVIDER_DESK,
    Permission.READ_DRY_RUNS: frozenset({R.MEMBER, R.REPRESENTATIVE, R.AUDITOR}),
    Permission.REVIEW_CLAIMS: frozenset({R.CLAIMS_REVIEWER}),
    Permission.READ_CORRECTIONS: frozenset({R.CLAIMS_OFFICER, R.FINANCE_OFFICER, R.AUDITOR}),
    Permission.CORRECT_CLAIMS: frozenset({R.CLAIMS_OFFICER}),
    Permission.RELEASE_CORRECTIONS: frozenset({R.CLAIMS_OFFICER, R.FINANCE_OFFICER}),
    Permission.BRING_IN_OPENING: frozenset({R.CLAIMS_OFFICER}),
    Permission.READ_CASH: frozenset({R.FINANCE_OFFICER, R.AUDITOR, R.MEMBER, R.REPRESENTATIVE}),
    Permission.READ_FUNDING: frozenset({R.FINANCE_OFFICER, R.AUDITOR}),
    Permission.SPLIT_FUNDING: frozenset({R.FINANCE_OFFICER}),
    Permission.READ_PAYMENTS: _PROVIDER_DESK | {R.FINANCE_OFFICER, R.AUDITOR},
    Permission.READ_LEDGER: frozenset({R.FINANCE_OFFICER, R.AUDITOR}),
    Permission.PREPARE_RUN: frozenset({R.FINANCE_OFFICER}),
    Permission.RELEASE_RUN: frozenset({R.FINANCE_OFFICER}),
    Permission.READ_QUALITY: _PROVIDER_DESK | {R.PROCUREMENT_OFFICER, R.PROCUREMENT_CHAIR, R.AUDITOR, R.INSPECTOR},
    Permission.COMPUTE_INDICATORS: frozenset({R.AUDITOR}),
    Permission.READ_RETURNS: _PROVIDER_DESK | {R.AUDITOR, R.INSPECTOR},
    Permission.FILL_RETURNS: _PROVIDER_DESK,
    Permission.JUDGE_RETURNS: frozenset({R.AUDITOR, R.INSPECTOR}),
    Permission.BRING_IN_SURVEY: frozenset({R.AUDITOR}),
    Permission.ANSWER_SCORE: frozenset({R.PROVIDER_MANAGER}),
    Permission.REVIEW_SCORE: frozenset({R.AUDITOR}),
    Permission.READ_SETTLEMENTS: frozenset({R.FINANCE_OFFICER, R.AUDITOR}),
    Permission.SETTLE_QUALITY: frozenset({R.FINANCE_OFFICER}),
    Permission.READ_INSPECTIONS: _PROVIDER_DESK | {R.AUDITOR, R.INSPECTOR},
    Permission.INSPECT: frozenset({R.INSPECTOR}),
    Permission.ANSWER_INSPECTION: _PROVIDER_DESK,
    Permission.AUDIT: frozenset({R.AUDITOR}),
    Permission.READ_SAMPLE: _PROVIDER_DESK | {R.AUDITOR},
    Permission.ANSWER_SAMPLE: _PROVIDER_DESK,
    Permission.READ_AUDIT_CASES: _PROVIDER_DESK | {R.AUDITOR, R.INSPECTOR, R.COMPLAINTS_OFFICER},
    Permission.ANSWER_AUDIT_CASE: frozenset({R.PROVIDER_MANAGER}),
    Permission.RULE_AUDIT_CASE: frozenset({R.COMPLAINTS_OFFICER}),
    Permission.RAISE_GRIEVANCE: frozenset({R.MEMBER, R.REPRESENTATIVE, R.COMPLAINTS_OFFICER}),
    Permission.READ_GRIEVANCES: frozenset({R.MEMBER, R.REPRESENTATIVE, R.COMPLAINTS_OFFICER, R.AUDITOR}),
    Permission.HANDLE_GRIEVANCES: frozenset({R.COMPLAINTS_OFFICER, R.AUDITOR}),
    Permission.READ_DOUBLE_REVIEWS: frozenset({R.CLAIMS_REVIEWER, R.AUDITOR}),
}


MANDATED: dict[str, frozenset[Permission]] = {
    "bid": frozenset({Permission.READ_TENDERS, Permission.BID}),
    "claims": frozenset({Permission.READ_CLAIMS, Permission.SUBMIT_CLAIMS}),
    "papers": frozenset(
        {Permission.READ_PROVIDERS, Permission.REGISTER_PROVIDER, Permission.READ_FACTS, Permission.STATE_FACT}
    ),
}
"""What a mandate gives, by its verbs: what a clerk of the organisation may, and nothing that a manager alone may."""

LIBRARY_ROUTES: dict[str, Permission] = {
    "static": Permission.PUBLIC,
    "security.static": Permission.PUBLIC,
    "security.login": Permission.PUBLIC,
    "security.logout": Permission.PUBLIC,
    "security.verify": Permission.SIGNED_IN,
    "security.forgot_password": Permission.PUBLIC,
    "security.reset_password": Permission.PUBLIC,
    "security.change_password": Permission.SIGNED_IN,
    "security.two_factor_setup": Permission.SIGNED_IN,
    "security.two_factor_token_validation": Permission.PUBLIC,
    "security.two_factor_rescue": Permission.PUBLIC,
    "security.two_factor_verify_password": Permission.SIGNED_IN,
    "security.mf_recovery": Permission.PUBLIC,
    "security.mf_recovery_codes": Permission.SIGNED_IN,
    "api-docs.openapi_json": Permission.PUBLIC,
}
"""Routes that libraries own and guard themselves; a new one fails the build until it stands here."""


def may(permission: Permission, roles: frozenset[Role]) -> bool:
    """Whether someone with `roles` holds `permission`; everyone also counts as the public."""
    return not TABLE[permission].isdisjoint(roles | {Role.PUBLIC})
