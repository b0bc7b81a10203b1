"""What every page has: language, context, headers, the transaction around the request, errors in words."""

from __future__ import annotations

import secrets
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

import structlog
from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask_babel import Babel, format_date, get_locale
from flask_compress import Compress
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.wrappers import Response

from core import clock
from core import db as database
from core.actors import Actor
from core.config import fund
from core.errors import DomainError
from core.permissions import Permission, may
from core.roles import MEMBERS
from core.web import account, codes, filters, mandates, plan, plan_words, search, trail, verify
from core.web.access import SignInNeeded, actor, allow
from core.web.access_log import note_refusal, write_accesses, write_refusal
from core.web.csrf import csrf
from core.web.home import WorkItem, actions_of, next_dates_of, stages_of, work_of
from core.web.languages import chosen_language, compile_catalogues
from core.web.navigation import NavigationItem, add_navigation, navigation
from core.words import LANGUAGE_NAMES, _, _l

VENDOR_CSS = ("bootstrap.min.css", "bootstrap.rtl.min.css")
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
blueprint = Blueprint("shell", __name__)
log = structlog.get_logger()


def init_app(app: Flask) -> None:
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    app.before_request(_begin)  # first of all: a refused mark or an oversized body ends a request that has begun
    compile_catalogues(Path(app.root_path) / "translations")
    Babel(app, locale_selector=chosen_language)
    Compress(app)
    csrf.init_app(app)
    filters.init_app(app)
    app.jinja_env.globals["missing_part"] = plan_words.missing_part
    app.context_processor(context)
    app.after_request(_end)
    app.teardown_request(_leave)
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(Exception, _failed)
    for part in (
        blueprint,
        search.blueprint,
        verify.blueprint,
        trail.blueprint,
        account.blueprint,
        mandates.blueprint,
        plan.blueprint,
        codes.blueprint,
    ):
        app.register_blueprint(part)
    today_item = NavigationItem(0, _l("Today"), "shell.today", Permission.SIGNED_IN, "/today", _needs)
    add_navigation(today_item)
    app.add_url_rule("/static/vendor/<file>", "vendor_css", vendor_css)


def context() -> dict[str, Any]:
    """The names every template may use."""
    locale = get_locale()
    language = locale.language if locale else "en"
    who = actor()
    return {
        "fund": fund(),
        "is_demo": fund().is_demo,
        "locale": language,
        "direction": locale.text_direction if locale else "ltr",
        "languages": [
            {"code": code, "name": LANGUAGE_NAMES[code], "url": _with_language(code)}
            for code in fund().languages
            if code != language
        ],
        "account": None if who.account_id is None else {"name": who.name, "url": url_for("account.show")},
        "search_url": url_for("search.find"),
        "footer_links": footer_links(who),
        "actor": who,
        "navigation": navigation(),
    }


@blueprint.get("/today")
@allow(Permission.SIGNED_IN)
def today() -> Any:
    """Your work today."""
    who = actor()
    items = _work(who)
    buckets = {name: [item for item in items if item.bucket == name] for name in ("today", "week", "waiting", "told")}
    now = clock.now().astimezone(fund().zone)
    now_text = f"{format_date(now, 'EEEE d MMMM y')} · {now:UTC%z}"[:-2].replace("UTC+0", "UTC+")
    return render_template(
        "home.html", buckets=buckets, stages=stages_of(who), dates=next_dates_of(who), now_text=now_text,
        actions=actions_of(who), is_member=bool(who.roles) and who.roles <= MEMBERS,
    )  # fmt: skip


def _needs(who: Actor) -> int:
    """How much needs this person, today or this week."""
    return sum(item.bucket in ("today", "week") for item in _work(who))


def _work(who: Actor) -> list[WorkItem]:
    """The work list, read once per request."""
    if "work" not in g:
        g.work = work_of(who)
    found: list[WorkItem] = g.work
    return found


@allow(Permission.PUBLIC)
def vendor_css(file: str) -> Any:
    """Bootstrap's two style sheets straight from their package; any other name does not exist."""
    if file not in VENDOR_CSS:
        abort(404)
    return send_from_directory(str(package_files("bootstrap") / "css"), file, max_age=31_536_000)


def footer_links(who: Actor) -> list[dict[str, Any]]:
    """Doors that belong to no room."""
    links = [{"label": _("Check a paper"), "url": url_for("verify.ask")}]
    if may(Permission.READ_OUTBOX, who.roles):
        links.append({"label": _("Outbox"), "url": url_for("trail.outbox")})
    return links


def _with_language(code: str) -> str:
    return (
        request.path + "?" + "&".join([f"lang={code}", *(f"{k}={v}" for k, v in request.args.items() if k != "lang")])
    )


def _begin() -> None:
    g.request_id = secrets.token_hex(6)
    g.is_refused = g.is_kept = False
    database.start_reading(request.method in ("GET", "HEAD", "OPTIONS"))
    if "\x00" in request.path or b"%00" in request.query_string:
        raise BadRequest  # no text holds it, and PostgreSQL refuses it


def _end(response: Response) -> Response:
    """The one transaction of the request ends here; then the headers."""
    if g.is_kept or (response.status_code < 400 and not g.is_refused):
        response = _finish(response)
    else:
        database.end(is_kept=False)
    write_accesses(response)
    write_refusal()
    if request.args.get("lang") in fund().languages:
        response.set_cookie("lang", request.args["lang"], max_age=31_536_000, samesite="Lax", httponly=True)
    return _headers(response)


def _leave(_error: BaseException | None) -> None:
    """What runs after the request in this thread may write again."""
    database.start_reading(False)


def _finish(response: Response) -> Response:
    try:
        database.end(is_kept=True)
    except IntegrityError as error:
        database.end(is_kept=False)
        log.warning("conflict", request_id=g.request_id, constraint=str(error.orig)[:200])
        return current_app.make_response(
            _error_page(409, _("Someone else changed this at the same moment. Try again."))
        )
    return response


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if not request.path.startswith("/static/") and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def _refused(error: DomainError) -> Any:
    g.is_refused, g.is_kept = True, error.is_recorded
    if error.status in (401, 403):
        log.info("refused", endpoint=request.endpoint, account=actor().account_id, code=error.code)
    if error.code == "four_eyes":
        note_refusal(error.code)
    if isinstance(error, SignInNeeded) and not request.path.startswith("/api/"):
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    if request.path.startswith("/api/"):
        from core.web.api import error_answer

        return error_answer(error)
    return _error_page(error.status, error.message, error.code)


def _http_error(error: HTTPException) -> Any:
    if error.code is not None and error.code < 400:
        return error
    g.is_refused = True
    if request.path.startswith("/api/"):
        from core.web.api import http_error_answer

        return http_error_answer(error)
    return _error_page(error.code or 500, "")


def _csrf_error(_error: CSRFError) -> Any:
    g.is_refused = True
    return _error_page(400, _("This page was open too long or came from elsewhere. Go back, reload it and send again."))


def _failed(error: Exception) -> Any:
    """Unexpected: an id for the reader, the trace for the log, nothing else."""
    if current_app.testing or current_app.debug:
        raise error
    g.is_refused = True
    log.exception("failed", request_id=g.request_id, path=request.path)
    return _error_page(
        500, _("Something failed on our side. Nothing was saved. Tell us this number: %(id)s", id=g.request_id)
    )


def _error_page(status: int, message: Any, code: str = "") -> tuple[str, int]:
    return render_template("errors/error.html", status=status, message=message, code=code), status
