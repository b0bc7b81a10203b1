"""`/api/v1/tenders`: published notices, read only; amounts are decimal strings in major units."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from core.config import fund
from core.db import database_now
from core.money import to_decimal
from core.permissions import Permission
from core.web import allow
from procurement.models.notice import NoticeVersion
from procurement.models.tender import Tender
from procurement.queries import notices, questions
from procurement.queries import tenders as queries
from procurement.services.tenders import fingerprints

blueprint = Blueprint("tender_api", __name__, url_prefix="/tenders", description="Calls for bids")


class LotOut(Schema):
    number = fields.Integer()
    title = fields.String()
    is_reserved = fields.Boolean()
    ceiling = fields.String(metadata={"description": "major units"})
    state = fields.String()
    services = fields.List(fields.Dict())


class CriterionOut(Schema):
    code = fields.String()
    block = fields.String()
    name = fields.String()
    weight = fields.String()


class QuestionOut(Schema):
    number = fields.Integer()
    state = fields.String(metadata={"description": "answered, declined"})
    question = fields.String()
    answer = fields.String()
    version = fields.Integer()
    published_at = fields.AwareDateTime(format="iso")


class VersionOut(Schema):
    version = fields.Integer()
    published_at = fields.AwareDateTime(format="iso")
    reason = fields.String()
    is_extension = fields.Boolean()
    changes = fields.List(fields.Dict())


class TenderOut(Schema):
    number = fields.String()
    title = fields.String()
    summary = fields.String()
    service_line = fields.String()
    state = fields.String(metadata={"description": "what the clock makes of it, too: sealed, questions_closed"})
    currency = fields.String()
    questions_until = fields.AwareDateTime(format="iso")
    closes_at = fields.AwareDateTime(format="iso")
    starts_on = fields.Date()
    ends_on = fields.Date()
    lots = fields.List(fields.Nested(LotOut))
    criteria = fields.List(fields.Nested(CriterionOut))
    public_keys = fields.Dict(metadata={"description": "envelope → SHA-256 of its public key"})


@blueprint.route("")
class Tenders(MethodView):
    @allow(Permission.PUBLIC)
    @blueprint.response(200, TenderOut(many=True))
    def get(self) -> list[dict[str, Any]]:
        """All published tenders, the latest deadline first."""
        return [_shown(tender) for tender in queries.published_tenders()]


@blueprint.route("/<number>")
class OneTender(MethodView):
    @allow(Permission.PUBLIC)
    @blueprint.response(200, TenderOut)
    def get(self, number: str) -> dict[str, Any]:
        """One published tender."""
        return _shown(queries.published_tender(number))


@blueprint.route("/<number>/questions")
class Questions(MethodView):
    @allow(Permission.PUBLIC)
    @blueprint.response(200, QuestionOut(many=True))
    def get(self, number: str) -> list[dict[str, Any]]:
        """Published questions with their answers, the latest version of each."""
        rows = questions.published(queries.published_tender(number))
        return [
            {
                "number": row.number,
                "state": row.state,
                "question": said.question_text,
                "answer": said.answer,
                "version": said.version,
                "published_at": said.published_at,
            }
            for row in rows
            if (said := row.published)
        ]


@blueprint.route("/<number>/versions")
class Versions(MethodView):
    @allow(Permission.PUBLIC)
    @blueprint.response(200, VersionOut(many=True))
    def get(self, number: str) -> list[NoticeVersion]:
        """Versions of the notice, newest first, each with its differences from the one before."""
        return list(notices.versions(queries.published_tender(number)))


def _shown(tender: Tender) -> dict[str, Any]:
    currency = fund().currency
    names = ("number", "title", "summary", "service_line", "questions_until", "closes_at", "starts_on", "ends_on")
    lots = [
        {
            "number": lot.number,
            "title": lot.title,
            "is_reserved": lot.is_reserved,
            "ceiling": to_decimal(lot.ceiling, currency.exponent),
            "state": lot.state,
            "services": [{"service": row.service, "volume": row.volume} for row in lot.services],
        }
        for lot in tender.lots
    ]
    criteria = [
        {"code": row.code, "block": row.block, "name": row.name, "weight": f"{row.weight:.2f}"}
        for row in tender.criteria
    ]
    return {
        **{name: getattr(tender, name) for name in names},
        "state": tender.phase(database_now()),
        "currency": currency.code,
        "lots": lots,
        "criteria": criteria,
        "public_keys": fingerprints(tender),
    }
