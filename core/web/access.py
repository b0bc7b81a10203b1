"""Who is asking, and whether the route lets them in. A route without `@allow` fails the build."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import g, session
from flask_login import current_user

from core import clock
from core.accounts import mandates
from core.accounts.models import Account
from core.actors import Actor
from core.config import fund
from core.errors import Forbidden
from core.permissions import MANDATED, Permission, may
from core.roles import Role
from core.words import _l

P = ParamSpec("P")
T = TypeVar("T")
ACTING = "acting"  # of the session: the mandate that was chosen
ANONYMOUS = Actor(None, "public", "Public", frozenset({Role.PUBLIC}))


def allow(permission: Permission) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Declare who may call a view; refuse everyone else before it runs."""

    def decorate(view: Callable[P, T]) -> Callable[P, T]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            require(permission)
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def require(permission: Permission) -> None:
    """Refuse the current request unless its actor holds `permission`."""
    if not permits(permission, actor()):
        if actor().account_id is None:
            raise SignInNeeded(_l("Sign in to see this page; with the API send a token."))
        raise Forbidden(_l("Your role does not include this step."))


def permits(permission: Permission, who: Actor) -> bool:
    """Whether `who` may: by its roles, and under a mandate by the verbs that were given."""
    if not may(permission, who.roles):
        return False
    if who.mandate is None or permission in (Permission.PUBLIC, Permission.SIGNED_IN):
        return True
    return any(permission in MANDATED[verb] for verb in who.mandate.verbs)


class SignInNeeded(Forbidden):
    """Nobody is signed in: the page asks for it and comes back."""

    status = 401
    code = "sign_in_needed"


def actor() -> Actor:
    """The person behind this request, as services take it."""
    if "actor" not in g:
        account = current_user._get_current_object() if current_user and current_user.is_authenticated else None
        g.actor = _asking(account) if isinstance(account, Account) else ANONYMOUS
    value: Actor = g.actor
    return value


def _asking(account: Account) -> Actor:
    """As whom this session acts: the person's own roles, or under the mandate that was chosen, while it holds."""
    own, chosen = actor_of(account), session.get(ACTING)
    return (mandates.acting(own, chosen) or own) if isinstance(chosen, int) else own


def actor_of(account: Account, organisation_id: int | None = None) -> Actor:
    """The actor an account is today: roles of the assignments that hold, and the one organisation they name.

    With `organisation_id` (a token's) only the assignments for that organisation count. A closed account has none.
    """
    today = clock.today(fund().zone)
    held = [row for row in account.assignments if account.active and row.holds_on(today)]
    if organisation_id is not None:
        held = [row for row in held if row.organisation_id == organisation_id]
    organisation = next((row.organisation_id for row in held if row.organisation_id), None)
    scopes = frozenset(row.scope for row in held if row.scope)
    roles = frozenset(Role(row.role) for row in held)
    return Actor(account.id, account.person, account.name, roles, organisation, scopes)


def client_roles() -> frozenset[Role]:
    return actor().roles


def permission_of(view: Any) -> Permission | None:
    """The permission a view declared: what the guard tests read."""
    found: Permission | None = getattr(view, "permission", None)
    return found
