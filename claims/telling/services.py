"""The worker's telling: after the commit of what it tells of, in sets, one message for an account and a look.

A message names no service, no sum and no person; of restricted care not even the claim.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale

from claims.telling import queries
from claims.telling.models import ClaimTold
from core import clock, events, outbox
from core.config import fund
from core.db import bulk_insert, unit_of_work
from core.words import _, ngettext
from members.readers import readers_of

CURSOR, CASH_CURSOR = "claims.messages", "claims.cash_messages"
AT_ONCE = 2000  # claims in memory at a time
LINKS = 10  # in one message; the list shows the rest


def tell() -> None:
    """The job: what was decided and what was paid since the last look."""
    with unit_of_work():
        tell_decisions()
    with unit_of_work():
        tell_cash()


def tell_decisions() -> int:
    """How many messages were written; inside a unit of work."""
    unread = events.unread(CURSOR, ("claims.decided",))
    if not unread:
        return 0
    count = 0
    for first, last in events.joined((event.data["first"], event.data["last"]) for event in unread):
        while rows := queries.decided(first, last, clock.today(fund().zone), AT_ONCE):
            count += _tell(rows)
    events.advance(CURSOR, unread[-1].id)
    return count


def tell_cash() -> int:
    """The same of transfers to members that the bank has confirmed."""
    unread = events.unread(CASH_CURSOR, ("payments.members_paid",))
    if not unread:
        return 0
    members = {member_id for event in unread for member_id in event.data["member_ids"]}
    rows = readers_of(members, clock.today(fund().zone))
    accounts = {row.account_id: row for row in rows}.values()
    outbox.enqueue_all([_message(row, "cash_paid", *_cash_words(row.locale)) for row in accounts])
    events.advance(CASH_CURSOR, unread[-1].id)
    return len(accounts)


def skip_the_past() -> None:
    """Nobody is told of what is recorded so far. For the opening of a fund."""
    for cursor in (CURSOR, CASH_CURSOR):
        events.advance(cursor, events.last_id())


def _tell(rows: Sequence[Any]) -> int:
    if len(rows) == AT_ONCE:  # all who read for a claim are told of it together
        rows = [row for row in rows if row.id != rows[-1].id] or rows
    by_account: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_account[row.account_id].append(row)
    outbox.enqueue_all([_message(own[0], "claim_decided", *_words(own)) for own in by_account.values()])
    now, versions = clock.now(), {(row.id, row.version) for row in rows}
    told = [{"claim_id": claim_id, "version": version, "told_at": now} for claim_id, version in sorted(versions)]
    bulk_insert(ClaimTold.__table__, told)
    return len(by_account)


def _message(row: Any, purpose: str, subject: str, body: str) -> dict[str, Any]:
    return {
        "template": f"claims/{purpose}",
        "purpose": purpose,
        "arguments": {"subject": subject, "body": body},
        "account_id": row.account_id,
        "address": row.email,
        "locale": _language(row.locale),
    }


def _words(rows: Sequence[Any]) -> tuple[str, str]:
    """Subject and text about these claims, in the language of the account."""
    address = fund().address
    links = [f"{address}/claims/{row.number}" for row in rows if not row.is_restricted][:LINKS]
    if len(links) < len(rows):
        links.append(f"{address}/claims")
    with force_locale(_language(rows[0].locale)):
        subject = ngettext("One of your claims was decided", "%(num)s of your claims were decided", len(rows))
        body = [_("Read what was decided, and why:"), *links, "", _off(address)]
    return subject, "\n".join(body)


def _cash_words(locale: str | None) -> tuple[str, str]:
    address = fund().address
    with force_locale(_language(locale)):
        body = [_("Read for which month, and how it was counted:"), f"{address}/claims/cash", "", _off(address)]
        return _("Your cash was paid"), "\n".join(body)


def _off(address: str) -> str:
    return _("You can switch these messages off: %(link)s", link=f"{address}/account")


def _language(locale: str | None) -> str:
    return locale if locale in fund().languages else fund().languages[0]
