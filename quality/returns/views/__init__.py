"""The pages of returns, and of answers of members."""

from __future__ import annotations

from flask import Blueprint

from core.permissions import Permission
from core.web.imports import ImportPages
from core.words import _l
from quality.returns import survey
from quality.returns.views import filling, judging
from quality.returns.views.showing import blueprint

surveys = Blueprint("surveys", __name__, url_prefix="/quality/surveys")
ImportPages(surveys, survey.DESK, Permission.BRING_IN_SURVEY, _l("Answers of members by file")).add()
__all__ = ["blueprint", "filling", "judging", "surveys"]
