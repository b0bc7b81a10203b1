"""What audit cases hand to the house: the plan part, work lists, jobs, and what they limit in a score."""

from __future__ import annotations

from flask import Flask

from core import worker
from core.plan import declare
from core.roles import Role
from core.web import add_work_list
from core.words import _l
from quality.audit_cases import (
    listening,
    plan,
    queries,
    services,
    views,  # noqa: F401 - its pages add themselves to the blueprint of the room
    work,
)
from quality.scoring.arithmetic import Limiter
from quality.scoring.limiters import fill_limiter


def register(_app: Flask) -> None:
    declare(plan.PART, plan.parse, title=_l("Audit cases and complaints of members"))
    add_work_list(Role.AUDITOR, work.to_move)
    add_work_list(Role.AUDITOR, work.to_check)
    add_work_list(Role.PROVIDER_MANAGER, work.to_answer)
    add_work_list(Role.COMPLAINTS_OFFICER, work.to_rule)
    worker.every(3600, "audit recoveries", services.post_what_is_due)
    worker.every(60, "safety findings", listening.hear)
    fill_limiter(Limiter.SAFEGUARDING, lambda organisations, _period: queries.open_safeguarding(organisations))
    fill_limiter(Limiter.AUDIT, lambda organisations, _period: queries.refused_audits(organisations))
