"""What the desk hands to the house: pages, the plan part, the night's screens."""

from __future__ import annotations

from flask import Flask

from core import worker
from core.plan import declare
from core.words import _l
from quality.desk import plan, running, views


def register(app: Flask) -> None:
    declare(plan.PART, plan.parse, title=_l("Screens and the auditors’ year"))
    app.register_blueprint(views.blueprint)
    worker.every(900, "screens", running.ask_when_due)
