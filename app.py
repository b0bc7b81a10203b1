"""The wiring: the only file that knows all rooms."""

from __future__ import annotations

import gc
from importlib import import_module
from typing import Any

from flask import Flask
from flask_migrate import Migrate

from core import commands, config, db, logs, serve, texts
from core.db import db as database
from core.web import api, limits, operations, shell, sign_in
from demo.load import demo_group

# Claims arrive by thousands and all live until their batch is written: Python's collector, set for programs that make
# few objects, would walk over them again and again and find nothing. Rarely is enough; what is freed at once still is.
GARBAGE_COLLECTED_AFTER = (50_000, 20, 50)
ROOMS = ("payments", "members", "providers", "procurement", "care", "claims", "quality")


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """The application of one fund; `overrides` go over defaults and environment."""
    gc.set_threshold(*GARBAGE_COLLECTED_AFTER)
    app = Flask(__name__, instance_relative_config=True)
    config.configure(app, overrides)
    logs.init_app(app)
    db.init_app(app)
    shell.init_app(app)
    sign_in.init_app(app)
    api.init_app(app)
    operations.init_app(app)
    commands.init_app(app)
    Migrate(app, database, directory="migrations", render_as_batch=True)
    for room in ROOMS:
        import_module(room).register(app)
    texts.register()
    limits.init_app(app)
    app.cli.add_command(demo_group)
    return app


def create_served_app() -> Flask:
    """The application of a web server: ready at once, answering when there is something to show."""
    app = create_app()
    serve.wait_for_word()
    gc.freeze()  # what all processes share is not walked over, and so not copied, by each
    return app
