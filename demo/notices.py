"""What others say to the tenders of the demo: questions with and without answers, a complaint; a plan before one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from core import clock
from core.actors import Actor
from core.config import fund
from core.db import database_now
from demo.people import Staff
from procurement.queries import tenders as queries
from procurement.services import complaints, planning, questions
from procurement.services.planning import ConsultationTerms, PlanTerms

ASKED = (
    ("May the opening hours differ between weekdays and the weekend?", "Yes. Say both in your answer on access."),
    ("Two of our carers share one post. Do they count as one or as two?", ""),
)
COMPLAINT = "Our plan names two carers for each night. The letter says that nights are open. Please read it again."


def tell(staff: Staff, desks: Mapping[str, Mapping[str, Actor]]) -> None:
    """Two questions about the first tender that still takes some, one of them answered; a loser who complains; and a
    plan that asks the market."""
    _ask(staff, next(iter(desks.values())))
    _complain(desks)
    today = clock.today(fund().zone)
    plan = planning.note_need(
        PlanTerms(
            title="Day care for older members, Salt Coast",
            service_line="long_term_care",
            need="About 60 members wait since spring; the list is by town.",
            budget=int(Decimal(250_000) * 10 ** fund().currency.exponent),
            wanted_on=today + dt.timedelta(days=150),
            lot_strategy="One lot for each town, so that a unit of ten can bid.",
            conflicts="None was declared.",
        ),
        by=staff.officer,
    )
    talk = ConsultationTerms(
        today - dt.timedelta(days=12), "Four units of the coast", "Could you open on Saturdays?", "Yes, with two rooms."
    )
    planning.record_consultation(plan, talk, by=staff.officer)


def _ask(staff: Staff, desk: Mapping[str, Actor]) -> None:
    at = database_now()
    for tender in queries.all_tenders(("published",)):
        if tender.questions_until > at and at <= questions.answers_by(tender):
            for text, answer in ASKED:
                row = questions.ask(tender, text, by=desk["clerk"])
                if answer:
                    questions.answer(row, text, answer, by=staff.officer)
            return


def _complain(desks: Mapping[str, Mapping[str, Actor]]) -> None:
    """The last in the ranking of the first award that still stands still."""
    (tender, *_others) = queries.all_tenders(("awarded",))
    lot = tender.lots[0]
    loser = queries.results_of(lot)[-1].bid.organisation_id
    manager = next(desk["manager"] for desk in desks.values() if desk["manager"].organisation_id == loser)
    complaint = complaints.complain(tender, "decision", COMPLAINT, by=manager, lot=lot)
    complaints.lodge(complaint, by=manager)
