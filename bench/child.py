"""One measurement in a process of its own: `python -m bench.child MEASURE LINES FOLDER URL` prints JSON."""

from __future__ import annotations

import json
import os
import sys

from app import create_app
from bench import (
    contracts,
    decided,
    deciding,
    indicators,
    intake,
    machine,
    opening,
    pages,
    procedures,
    register,
    single,
    stored,
)
from core.db import db

MEASURES = {
    "deciding": deciding.measure,
    "intake": intake.measure,
    "single": single.measure,
    "pages": pages.measure,
    "stored": stored.measure,
    "decided": decided.alone,
    "pair": decided.pair,
    "machine": machine.measure,
    "crowd": single.crowd,
    "procedures": procedures.measure,
    "opening": opening.measure,
    "register": register.measure,
    "contracts": contracts.measure,
    "indicators": indicators.measure,
}


def main(name: str, lines: str, folder: str, url: str) -> None:
    told = {"DEMO": "true", "TESTING": "true", "INSTANCE_FOLDER": folder, "SQLALCHEMY_DATABASE_URI": url}
    os.environ.update({f"TOUIZA_{key}": value for key, value in told.items()})  # also for the workers hired here
    app = create_app({"WTF_CSRF_ENABLED": False, "RATELIMIT_ENABLED": False})
    with app.app_context():
        db.create_all()
        print(json.dumps(MEASURES[name](int(lines))))
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
