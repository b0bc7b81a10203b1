"""The plan part `benefits`: packages, services, limits, shares. Its format is the TOML of plan/benefits.toml."""

from claims.benefit_plan.parser import parse
from claims.benefit_plan.rows import ANY_CODE, BenefitPlan, Childcare, CountLimit, MoneyLimit, QuantityLimit, ServiceRow
from claims.benefit_plan.wording import words_of

__all__ = [
    "ANY_CODE",
    "BenefitPlan",
    "Childcare",
    "CountLimit",
    "MoneyLimit",
    "QuantityLimit",
    "ServiceRow",
    "parse",
    "words_of",
]
