"""Where a provider wants its money: entered by its manager, confirmed by a finance officer, used after the cool-off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial

from core import clock
from core.accounts.readers import Reader, reader_of, tell
from core.actors import Actor
from core.config import fund
from core.errors import Forbidden, NotFound
from core.roles import Role
from core.web.filters import day_words
from core.words import _, _l
from payments import services as payments
from payments.models import PayeeAccount
from payments.papers import ACCOUNT_KINDS
from payments.payees import Payee
from payments.queries import payees
from providers.models import Provider
from providers.plan import plan_on


def current(provider: Provider) -> PayeeAccount | None:
    payee = Payee(provider.organisation_id)
    return payees.current_accounts([payee]).get(payee.account_code)


def before(provider: Provider) -> PayeeAccount | None:
    """The one that pays until the current one may be used."""
    payee = Payee(provider.organisation_id)
    return payees.stand_ins([payee]).get(payee.account_code)


def words_of(organisation_ids: Iterable[int]) -> dict[int, str]:
    """“Bank …4410” by organisation: enough to compare, not to use."""
    rows = payees.current_accounts([Payee(key) for key in organisation_ids]).values()
    return {row.organisation_id or 0: f"{ACCOUNT_KINDS[row.kind]} …{row.last_four}" for row in rows}


def may_see(provider: Provider, who: Actor) -> bool:
    is_own = who.organisation_id == provider.organisation_id and who.has(Role.PROVIDER_MANAGER)
    return is_own or who.has(Role.FINANCE_OFFICER)


def enter(provider: Provider, *, kind: str, number: str, holder: str, bank: str, by: Actor) -> PayeeAccount:
    """The contact known until now is told at once, so that a stranger's change is seen."""
    if by.organisation_id != provider.organisation_id:
        raise Forbidden(_l("Only people of this organisation enter its account."))
    reader = reader_of(provider.organisation_id)
    rules = plan_on(clock.today(fund().zone))
    row = payments.set_account(
        provider.organisation_id, kind=kind, number=number, holder=holder, bank=bank, by=by,
        previous_pays=rules is not None and rules.previous_pays,
    )  # fmt: skip
    _tell(reader, provider, partial(_entered, provider.number, row.last_four))
    return row


def confirm(provider: Provider, *, by: Actor, on: dt.date) -> PayeeAccount:
    row, rules = _waiting(provider), plan_on(on)
    cool_off = dt.timedelta(days=rules.cool_off_days) if rules else payments.COOL_OFF
    is_first = not payees.had_account(Payee(provider.organisation_id))
    payments.confirm_account(row, by=by, on=on, is_first=is_first, cool_off=cool_off)
    words = partial(_confirmed, provider.number, row.last_four, row.usable_from or on)
    _tell(reader_of(provider.organisation_id), provider, words)
    return row


def refuse(provider: Provider, *, reason: str, by: Actor) -> None:
    row = _waiting(provider)
    payments.refuse_account(row, reason=reason, by=by)
    _tell(reader_of(provider.organisation_id), provider, partial(_refused, provider.number, row.last_four))


def _waiting(provider: Provider) -> PayeeAccount:
    row = current(provider)
    if row is None or row.confirmed_by is not None:
        raise NotFound(_l("No account of this provider waits for a second person."))
    return row


def _tell(reader: Reader, provider: Provider, words: partial[tuple[str, str]]) -> None:
    tell(reader, "account", words, purpose="account", arguments={"provider": provider.number})


def _entered(number: str, last_four: str) -> tuple[str, str]:
    return _("A new bank account was entered"), _(
        "For %(number)s an account ending in %(digits)s was entered. Was it not you? Then tell the fund at once.",
        number=number, digits=last_four,
    )  # fmt: skip


def _confirmed(number: str, last_four: str, on: dt.date) -> tuple[str, str]:
    return _("Your new bank account is confirmed"), _(
        "The account of %(number)s ending in %(digits)s is used from %(day)s.",
        number=number, digits=last_four, day=day_words(on),
    )  # fmt: skip


def _refused(number: str, last_four: str) -> tuple[str, str]:
    return _("Your new bank account is refused"), _(
        "The account of %(number)s ending in %(digits)s is not used. Sign in to see which one is.",
        number=number, digits=last_four,
    )  # fmt: skip
