"""The pages of the register: the provider's task list, the fund's register, the public one."""

from __future__ import annotations

from flask import Blueprint

registration = Blueprint("registration", __name__, url_prefix="/providers")
register = Blueprint("providers", __name__, url_prefix="/providers")
workers = Blueprint("workers", __name__, url_prefix="/workers")
public = Blueprint("public_providers", __name__, url_prefix="/public/providers")

from providers.views import (  # noqa: E402, F401 - routes
    accounts,
    appeals,
    assessments,
    decisions,
    facts,
    free_capacity,
    licences,
    open_register,
    people,
    registration_tasks,
    renewal,
    staff_register,
    successions,
)
