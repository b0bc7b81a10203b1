"""A verb at a wrong moment is refused, by its service and by its page, and nothing moves: every state of every machine
against every verb of `verbs.VERBS`, made from the tables of states themselves."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core import clock, steps
from core.db import database_clock, db
from core.errors import DomainError
from core.outbox import OutboxMessage
from procurement.states.tender import TENDER
from tests.procurement.tendering import at, house
from tests.procurement.test_bids_sealed_away import by_api
from tests.procurement.test_steps import MACHINES
from tests.procurement.test_tender_pages import browsing, form
from tests.procurement.verbs import MODELS, SEALED, SIGNING, VERBS, Scene, Verb

IN_WORDS = (403, 404, 409, 422)
FILLED = {  # what the CHECKs of single states ask for
    "approver": "x", "reviewer": "x", "decision": "x", "ended_reason": "x", "decided_at": SIGNING,
    "standstill_until": SIGNING.date(), "signed_by_fund": "x", "signed_by_provider": "y", "signed_at": SIGNING,
}  # fmt: skip


def wrong(verb: Verb) -> Iterator[tuple[str, str, bool]]:
    """(machine, state, must it be refused in words) for each state in which the verb is not possible."""
    for name, actions in verb.moves.items():
        right = {source for row in MACHINES[name].steps if row.action in actions for source in row.sources}
        if name == "tender":
            right |= set(verb.within)
        for state in sorted(MACHINES[name].states.keys() - right):
            yield name, state, name in verb.refuses or (name == "tender" and bool(verb.within))
    if verb.within and "tender" not in verb.moves:
        yield from (("tender", state, True) for state in sorted(TENDER.states.keys() - set(verb.within)))


@contextmanager
def forced(scene: Scene, kind: str, state: str) -> Iterator[None]:
    """The row as if it stood at `state`, past the guard of the database."""
    row = scene.row(kind)
    key, table, before = row.id, MODELS[kind].__table__, row.state
    filled = {name: text for name, text in FILLED.items() if name in table.c and not getattr(row, name)}
    kept = {name: getattr(row, name) for name in filled}
    db.session.rollback()
    _put(table, key, state=state, **filled)
    yield
    db.session.rollback()
    _put(table, key, state=before, **kept)


def _put(table: sa.Table, key: int, **values: Any) -> None:
    with db.engine.begin() as connection:
        steps.lift(connection, table.name)
        connection.execute(table.update().where(table.c.id == key).values(**values))
        steps.install(connection, only=table.name)


def everything() -> str:
    """A digest of every row of this room, and of what goes out."""
    tables = {mapper.local_table for mapper in db.Model.registry.mappers if "procurement" in mapper.class_.__module__}
    digest = hashlib.sha256()
    with db.engine.connect() as connection:
        for table in [*sorted(tables, key=lambda row: row.name), OutboxMessage.__table__]:
            digest.update(repr(sorted(map(repr, connection.execute(sa.select(table))))).encode())
    return digest.hexdigest()


def asked(scene: Scene, verb: Verb) -> tuple[Any, str, dict[str, Any]]:
    """Who, where, what: the form as its page would send it."""
    assert verb.page
    who, path, typed = verb.page
    typed = dict(typed)
    if typed.get("answer") == "propose":
        typed |= {f"reason-{row.public_id}": "A reason." for row in scene.tender_bids()}
    if typed.pop("draft", ""):
        typed = form(scene.people, answer="send")
    found = getattr(scene, who), scene.path(path), typed
    db.session.rollback()
    return found


def _sent(typed: dict[str, Any]) -> dict[str, Any]:
    """Octets go as files, anew with every sending."""
    return {name: (BytesIO(value), name) if isinstance(value, bytes) else value for name, value in typed.items()}


@pytest.fixture
def scene(app: Flask, verb: Verb) -> Scene:
    return verb.scene(house())


every_verb = pytest.mark.parametrize("verb", VERBS, ids=[verb.name for verb in VERBS])
every_page = pytest.mark.parametrize(
    "verb", [verb for verb in VERBS if verb.page], ids=[verb.name for verb in VERBS if verb.page]
)


@every_verb
def test_its_service_refuses_it_at_every_wrong_moment_and_does_it_at_the_right_one(scene: Scene, verb: Verb) -> None:
    passed = []
    for kind, state, must_refuse in wrong(verb):
        with forced(scene, kind, state):
            before = everything()
            try:
                with clock.frozen(verb.when), database_clock(lambda: verb.when):
                    verb.service(scene)
                    db.session.flush()
                is_wrong = must_refuse or scene.row(kind).state != state
            except DomainError:
                db.session.rollback()
                is_wrong = everything() != before
            if is_wrong:
                passed.append((kind, state))
    assert passed == []
    before = everything()
    with at(verb.when):
        verb.service(scene)
    assert everything() != before


@every_page
def test_its_page_refuses_it_at_every_wrong_moment_and_does_it_at_the_right_one(
    client: FlaskClient, scene: Scene, verb: Verb
) -> None:
    who, path, typed = asked(scene, verb)
    passed = []
    with browsing(client, who, verb.when) as browser:
        for kind, state, must_refuse in wrong(verb):
            if not must_refuse:
                continue  # others of its kind go on; the service's test sees that this one stays
            with forced(scene, kind, state):
                before = everything()
                answer = browser.post(path, data=_sent(typed))
                if answer.status_code not in IN_WORDS or everything() != before:
                    passed.append((kind, state, answer.status_code))
        assert passed == []
        before = everything()
        answer = browser.post(path, data=_sent(typed))
        assert answer.status_code == 303, answer.get_data(as_text=True)[-2000:]
        assert everything() != before


def test_the_api_refuses_a_bid_at_every_wrong_moment_and_takes_it_at_the_right_one(app: Flask) -> None:
    verb = next(verb for verb in VERBS if verb.name == "send a sealed bid")
    scene, client = verb.scene(house()), app.test_client()
    sealed = {kind.value: octets for kind, octets in SEALED.items()}
    for number, (kind, state, _must) in enumerate(wrong(verb)):
        with forced(scene, kind, state):
            before = everything()
            answer = by_api(client, scene.number, scene.bidder, verb.when, sealed, f"key {number}")
            assert (answer.status_code, everything()) == (409, before), (kind, state, answer.json)
    assert by_api(client, scene.number, scene.bidder, verb.when, sealed).status_code == 200


def test_every_action_of_the_tables_has_its_verb() -> None:
    known = {(machine, action) for verb in VERBS for machine, actions in verb.moves.items() for action in actions}
    assert {(name, row.action) for name, machine in MACHINES.items() for row in machine.steps} == known


OTHERS = {
    "contracts.approve_indexations", "contracts.draft_indexations",
    "admission.answer", "admission.declare", "amendments.propose", "bid_api.OwnBid", "complaints.make",
    "contracts.approve_for_wages", "contracts.draft_for_wages", "contracts.keep_rate", "court.ask",
    "contracts.act_on_amendment", "contracts.answer_amendment", "contracts.answer_breach", "contracts.decide_breach",
    "contracts.draft_amendment", "contracts.report_breach", "contracts.rule_breach",
    "contracts.answer_objection", "contracts.object_to_promise", "contracts.report_promise", "contracts.verify_promise",
    "contracts.agree_to_end", "contracts.answer_improvement", "contracts.close_improvement",
    "contracts.open_improvement",
    "elsewhere.act", "elsewhere.check", "joint.answer", "joint.change",
    "list_applications.act_for_fund", "list_applications.act_for_provider", "list_applications.apply",
    "list_applications.decide_appeal", "open_lists.close", "open_lists.decide_change", "open_lists.draft",
    "open_lists.propose_change", "open_lists.publish", "opening.keep", "opening.sign", "participation.record",
    "people.replace", "planning.change", "planning.create", "planning.decide", "questions.answer", "questions.ask",
    "ranking.flag", "scoring.declare", "scoring.hand_in", "scoring.save", "scoring.save_criterion", "securities.save",
    "tenders.create", "tenders.try_samples", "withholding.withhold",
    "contracts.answer_signature", "contracts.hand_in_scan", "contracts.hand_in_signed", "contracts.print_to_sign",
}  # fmt: skip
"""Forms that move none of the six: they begin something, write beside it, or move a machine of their own."""


def test_every_form_of_this_room_has_its_verb_or_moves_nothing_of_the_six(app: Flask) -> None:
    forms = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and app.view_functions[rule.endpoint].__module__.startswith("procurement.")
    }
    urls = app.url_map.bind("")
    paths = {re.sub(r"{[^}]*}", "1", verb.page[1]) for verb in VERBS if verb.page}
    tried = {urls.match(path, method="POST")[0] for path in paths} | {"bid_api.Envelopes"}
    assert forms - OTHERS == tried
    assert forms >= OTHERS
