"""What auditors do in a case: open, plan, gather, conclude, decide, follow up, close."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

from flask import request, send_file, url_for

from core import files
from core.actors import Actor
from core.errors import InputErrors, NotFound, Problem
from core.permissions import Permission
from core.web import actor, allow, done, load, page
from core.words import _, _l
from quality import presenters
from quality.audit_cases import queries, services
from quality.audit_cases.schemas import (
    MOST_RECOMMENDATIONS,
    ConclusionForm,
    DecisionForm,
    EntryForm,
    QuestionForm,
    RecommendationForm,
)
from quality.audit_cases.services import Conclusion, Decision, Entry, Question
from quality.audit_cases.states import AUDIT_CASE, OPEN, SOURCES
from quality.audit_cases.views.showing import (
    FUND,
    acted,
    case_page,
    found,
    shown_entries,
    side_of,
    typed_amount,
    uploads,
)
from quality.queries import runs
from quality.samples.queries.samples import audit_samples
from quality.viewers import provider_seen
from quality.views.blueprint import blueprint, page_at
from quality.wording import name_of

PAGE = 25
NEWEST_SAMPLES = 5


@blueprint.get("/audit")
@allow(Permission.READ_AUDIT_CASES)
def audit_list() -> Any:
    """The auditor's cases, of one `provider` or all, and samples; a provider's own from the provisional finding on."""
    who = actor()
    if side_of(who) != FUND:
        return _cases_to_answer(who)
    state = request.args.get("state", "")
    states = OPEN if state == "open" else [state] if state in AUDIT_CASE.states else ()
    asked = request.args.get("provider", "")
    provider = provider_seen(asked, who) if asked else None
    of_whom = provider.organisation_id if provider else None
    place = page_at(queries.count_cases(states, of_whom), PAGE)
    rows = queries.audit_cases(states=states, organisation_id=of_whom, limit=PAGE, offset=place.offset)
    context: dict[str, Any] = {"cases": rows, "place": place, "state": state, "machine": AUDIT_CASE}
    context["provider"] = provider
    samples = audit_samples(who, limit=NEWEST_SAMPLES)
    return page("quality/audit_cases/list.html", samples=samples, sources=SOURCES, show=presenters, **context)


def _cases_to_answer(who: Actor) -> Any:
    """A provider's own from the provisional finding on; for a third person, those with an appeal."""
    own = who.organisation_id
    place = page_at(sum(queries.cases_by_state(own, is_appealed=own is None).values()), PAGE)
    if own is None:
        rows = queries.appealed_cases(limit=PAGE, offset=place.offset)
    else:
        rows = queries.cases_of_provider(own, limit=PAGE, offset=place.offset)
    context: dict[str, Any] = {"cases": rows, "place": place, "machine": AUDIT_CASE, "show": presenters}
    return page("quality/audit_cases/mine.html", is_own=own is not None, **context)


@blueprint.get("/providers/<number>/audit-cases/new")
@allow(Permission.AUDIT)
def new_case(number: str) -> Any:
    """`source`, `reference`, `indicator`, `period` in the query say what raised the question."""
    return _new(number, values=request.args)


@blueprint.post("/providers/<number>/audit-cases")
@allow(Permission.AUDIT)
def open_case(number: str) -> Any:
    provider = provider_seen(number, actor())
    try:
        typed = load(QuestionForm())
        row = services.open_case(provider, Question(text=typed.pop("question"), **typed), by=actor())
    except InputErrors as errors:
        return _new(number, errors)
    return done(url_for(".audit_case", number=row.number), _("Audit case %(number)s is open.", number=row.number))


@blueprint.get("/audit/<number>")
@allow(Permission.READ_AUDIT_CASES)
def audit_case(number: str) -> Any:
    return case_page(found(number))


@blueprint.get("/audit/<number>/files/<int:place>")
@allow(Permission.READ_AUDIT_CASES)
def audit_case_file(number: str, place: int) -> Any:
    """Evidence by its place on the reader's page, 1 and up."""
    row = found(number)
    rows = shown_entries(row, side_of(actor()))
    stored = rows[place - 1].file if 1 <= place <= len(rows) else None
    if stored is None:
        raise NotFound(_l("This file is not there."))
    content = BytesIO(files.read(stored))
    return send_file(content, mimetype=stored.media_type, as_attachment=True, download_name=stored.filename)


@blueprint.post("/audit/<number>/plan")
@allow(Permission.AUDIT)
def plan_case(number: str) -> Any:
    row, text = found(number), request.form.get("plan", "")
    return acted(row, lambda: services.write_plan(row, text, by=actor()), _("The plan is kept."))


@blueprint.post("/audit/<number>/entries")
@allow(Permission.AUDIT)
def gather(number: str) -> Any:
    """A document, an interview, a note."""
    row = found(number)

    def act() -> None:
        sent = uploads()
        services.add_entry(row, Entry(**load(EntryForm()), upload=sent[0] if sent else None), by=actor())

    return acted(row, act, _("It is in the file of the case."))


@blueprint.post("/audit/<number>/conclude")
@allow(Permission.AUDIT)
def conclude_case(number: str) -> Any:
    """The provisional finding; or, with `act` = clear, the end."""
    row = found(number)

    def act() -> None:
        typed = load(ConclusionForm())
        if request.form.get("act") == "clear":
            services.clear(row, typed["finding"], typed["finding_text"], by=actor())
            return
        said = Conclusion(typed["finding"], typed["finding_text"], typed_amount("amount"), typed["rule"])
        if typed["sample"]:
            said = services.by_sample(row, said.finding, said.text, typed["sample"])
        services.conclude(row, said, by=actor())

    if request.form.get("act") == "clear":
        return acted(row, act, _("Audit case %(number)s was closed.", number=number))
    return acted(row, act, _("The provider has the provisional finding, and its days to reply."))


@blueprint.post("/audit/<number>/decide")
@allow(Permission.AUDIT)
def decide_case(number: str) -> Any:
    row = found(number)

    def act() -> None:
        typed = load(DecisionForm())
        text, amount = typed.pop("finding_text"), typed_amount("amount")
        services.decide(row, Decision(text=text, amount=amount, recommendations=_rows(), **typed), by=actor())

    return acted(row, act, _("The decision is written to the provider."))


@blueprint.post("/audit/<number>/recommendations/<int:place>/check")
@allow(Permission.AUDIT)
def check_recommendation(number: str, place: int) -> Any:
    row, is_met = found(number), request.form.get("act") == "met"
    words = _("It counts as done.") if is_met else _("It stays open; the provider reports again.")
    return acted(row, lambda: services.check(row, place, is_met=is_met, by=actor()), words)


@blueprint.post("/audit/<number>/close")
@allow(Permission.AUDIT)
def close_case(number: str) -> Any:
    row = found(number)
    words = _("Audit case %(number)s was closed.", number=number)
    return acted(row, lambda: services.close(row, by=actor()), words)


def _rows() -> list[tuple[str, dt.date | None]]:
    """The rows of the decision's table that were filled, in order."""
    found_rows, problems = [], []
    for place in range(1, MOST_RECOMMENDATIONS + 1):
        typed = {"text": request.form.get(f"recommendation_{place}", "").strip()}
        if due := request.form.get(f"due_{place}", "").strip():
            typed["due_on"] = due
        try:
            read = load(RecommendationForm(), typed)
        except InputErrors as errors:
            problems += [Problem(f"due_{place}", one.message, due) for one in errors.problems]
            continue
        if read["text"]:
            found_rows.append((read["text"], read["due_on"]))
    if problems:
        raise InputErrors(problems)
    return found_rows


def _new(number: str, errors: InputErrors | None = None, values: Any = None) -> Any:
    provider = provider_seen(number, actor())
    asked = request.values
    run = runs.current_run(asked.get("indicator", ""), asked.get("period", ""))
    context = {"sources": list(SOURCES.items()), "provider": provider, "values": values, "run": run}
    context["figure"] = name_of(run) if run else ""
    return page("quality/audit_cases/new.html", errors=errors, show=presenters, **context)
