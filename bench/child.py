"""One measurement in a process of its own: `python -m bench.child MEASURE LINES FOLDER URL` prints JSON."""

from __future__ import annotations

import json
import sys

from app import create_app
from bench import deciding, intake, pages, single
from core.db import db

MEASURES = {"deciding": deciding.measure, "intake": intake.measure, "single": single.measure, "pages": pages.measure}


def main(name: str, lines: str, folder: str, url: str) -> None:
    settings = {"TESTING": True, "DEMO": True, "INSTANCE_FOLDER": folder, "WTF_CSRF_ENABLED": False}
    app = create_app({**settings, "RATELIMIT_ENABLED": False, "SQLALCHEMY_DATABASE_URI": url})
    with app.app_context():
        db.create_all()
        print(json.dumps(MEASURES[name](int(lines))))
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
