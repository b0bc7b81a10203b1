"""Numbers: a provider's own number is taken, together with the claim's id, in the moment in which the claim comes in.

Who takes a number at the same moment as another waits for it, and then meets the other's claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import sqlite

from claims.filed import Filed
from claims.models import ClaimNumber
from claims.queries import facts as queries
from core import driver
from core.among import array
from core.db import allocate_ids, connection, db
from core.errors import Conflict
from core.rows import TOGETHER
from core.words import _l

Own = tuple[int, str]  # organisation and its own number of a claim

_TAKE = """
INSERT INTO claim_number (organisation_id, provider_claim_no, partition, claim_id)
SELECT organisation, number, partition, nextval('claim_id')
FROM unnest(CAST($1 AS bigint[]), CAST($2 AS text[]), CAST($3 AS smallint[]))
  WITH ORDINALITY AS sent (organisation, number, partition, place)
ORDER BY place
ON CONFLICT DO NOTHING RETURNING organisation_id, provider_claim_no, claim_id
"""


def own(claim: Filed) -> Own:
    return claim.organisation_id, claim.provider_claim_no


def take(claims: Sequence[Filed]) -> dict[Own, int]:
    """The numbers that were free, each with a fresh claim id, ascending in the order given; others have a holder."""
    if not claims:
        return {}
    return _take_at_once(claims) if db.engine.dialect.name == "postgresql" else _take_in_file(claims)


def _take_at_once(claims: Sequence[Filed]) -> dict[Own, int]:
    columns = (
        array([claim.organisation_id for claim in claims], is_text=False),
        array([claim.provider_claim_no for claim in claims], is_text=True),
        array([claim.partition for claim in claims], is_text=False),
    )
    answer = driver.ask(connection(), _TAKE, columns)
    return {(sender, number): claim_id for part in answer.parts(TOGETHER) for sender, number, claim_id in part}


def _take_in_file(claims: Sequence[Filed]) -> dict[Own, int]:
    ids = allocate_ids("claim", len(claims))
    rows = [
        {
            "organisation_id": claim.organisation_id,
            "provider_claim_no": claim.provider_claim_no,
            "partition": claim.partition,
            "claim_id": claim_id,
        }
        for claim, claim_id in zip(claims, ids, strict=True)
    ]
    table: Any = ClaimNumber.__table__
    statement = sqlite.insert(table).on_conflict_do_nothing()
    inserted: Any = db.session.execute(statement, rows, execution_options={"preserve_rowcount": True})
    taken = {own(claim): claim_id for claim, claim_id in zip(claims, ids, strict=True)}
    if inserted.rowcount == len(rows):
        return taken
    held = queries.held_ids(ids)
    return {key: claim_id for key, claim_id in taken.items() if claim_id in held}


def move(claim: Filed, holder_id: int) -> None:
    """The number of a claim that gave it free goes to `claim`."""
    place = (
        ClaimNumber.organisation_id == claim.organisation_id,
        ClaimNumber.provider_claim_no == claim.provider_claim_no,
        ClaimNumber.claim_id == holder_id,
    )
    values = {"partition": claim.partition, "claim_id": claim.id}
    if not db.session.execute(update(ClaimNumber).where(*place).values(values)).rowcount:  # type: ignore[attr-defined]
        raise same_moment()


def same_moment() -> Conflict:
    return Conflict(_l("A claim with the same number arrived at the same moment. Send again."), code="same_moment")
