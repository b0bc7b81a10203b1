"""What an organisation says of itself; a number stands once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core import clock
from core.config import fund
from core.errors import Conflict, InputErrors, Problem
from core.organisations import LEGAL_FORMS, Organisation
from core.words import _l
from providers.identifiers import checked_number
from providers.models import Provider
from providers.services import STREAM as STREAM


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What the first task asks for."""

    name: str
    legal_form: str
    register_scheme: str
    register_number: str
    district: str
    email: str = ""
    phone: str = ""
    founded_on: dt.date | None = None
    summary: str = ""


def must_be_open(provider: Provider) -> None:
    if provider.state not in ("draft", "returned"):
        raise Conflict(_l("This registration was sent. It can be changed again only when the registrar sends it back."))


def checked(facts: OrganisationFacts) -> str:
    """The compact register number; all other defects together with its own."""
    problems = []
    if facts.legal_form not in LEGAL_FORMS:
        problems.append(Problem("legal_form", _l("Choose a legal form from the list."), facts.legal_form))
    if facts.founded_on is not None and facts.founded_on > clock.today(fund().zone):
        problems.append(Problem("founded_on", _l("This day lies in the future."), facts.founded_on.isoformat()))
    try:
        number = checked_number(facts.register_scheme, facts.register_number)
    except InputErrors as error:
        raise InputErrors([*problems, *error.problems]) from error
    if problems:
        raise InputErrors(problems)
    return number


def taken(number: str) -> object:
    return _l("%(number)s is registered already. Ask that organisation’s manager for an account.", number=number)


def write(organisation: Organisation, facts: OrganisationFacts, number: str) -> None:
    for name in ("name", "legal_form", "register_scheme", "district", "email", "phone", "founded_on"):
        setattr(organisation, name, getattr(facts, name))
    organisation.register_number = number
