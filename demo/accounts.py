"""Where members want their money: who is cared for at home has an account for the cash beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from core import audit
from core.db import db
from demo.people import Staff
from demo.story.told import Placed
from members.models import Member
from members.services import payees

WITHOUT = 9  # every ninth has none yet: those payments wait, and the run says why
FIRST = dt.date(2020, 1, 1)


def open_for_members(placed: Sequence[Placed], staff: Staff) -> None:
    """Entered at the registrar's desk, confirmed by the finance officer."""
    cared_for = sorted({row.person.number for row in placed if row.level})
    query = select(Member).where(Member.public_id.in_(cared_for)).order_by(Member.public_id)
    with audit.together():
        for number, member in enumerate(db.session.execute(query).scalars()):
            if number % WITHOUT == 0:
                continue
            account = {"kind": "wallet", "number": f"2165{number:07d}", "bank": ""}
            holder = member.identity.name if member.identity else member.public_id
            payees.enter_account(member, **account, holder=holder, by=staff.registrar)
            payees.confirm_account(member, by=staff.finance, on=FIRST)
