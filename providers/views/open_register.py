"""The public register: which accredited provider gives which care, and where. No person, no session."""

from __future__ import annotations

from typing import Any

from flask import request

from core import clock, codes
from core.config import fund
from core.permissions import Permission
from core.web import allow, page
from providers import queries
from providers.views import public as blueprint

PAGE = 25


@blueprint.get("")
@allow(Permission.PUBLIC)
def index() -> Any:
    wanted: dict[str, Any] = {
        name: request.args.get(name, "").strip()[:80] for name in ("words", "service_line", "district")
    }
    number = max(request.args.get("page", 1, type=int), 1)
    today = clock.today(fund().zone)
    count = queries.provider_count(today, is_public=True, **wanted)
    rows = queries.providers(today, is_public=True, limit=PAGE, offset=PAGE * (number - 1), **wanted)
    lines, districts = codes.service_lines(), queries.districts(today)
    context: dict[str, Any] = {
        "lines": lines,
        "districts": districts,
        "wanted": wanted,
        "count": count,
        "number": number,
    }
    return page("providers/public.html", providers=rows, pages=max(-(-count // PAGE), 1), **context)
