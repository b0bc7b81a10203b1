"""What a provider is told by mail about a list: a number and what to do, never a service."""

from __future__ import annotations

from functools import partial

from core.accounts.readers import readers_of
from core.accounts.readers import tell as tell_reader
from core.words import _
from procurement.models.list_application import ListApplication


def tell(application: ListApplication, template: str, day: str = "") -> None:
    """Queue one mail to the provider's own reader, in the act's transaction."""
    arguments = {"application": application.number, "list": application.open_list.number}
    said = partial(_said, template, application.number, application.open_list.number, day)
    for reader in readers_of([application.organisation_id]).values():
        tell_reader(reader, template, said, purpose="open_list", arguments=arguments)


def _said(template: str, number: str, list_number: str, day: str) -> tuple[str, str]:
    """Subject and text; `day`: until when, or from when."""
    read_it = _("Sign in to read it, with the reason and what you can do.")
    said = {
        "list_asked": (
            _("Something is missing in %(number)s", number=number),
            _("Sign in and complete it by %(until)s.", until=day),
        ),
        "list_decided": (_("Your application %(number)s is decided", number=number), read_it),
        "list_standing": (_("Your place on the list %(list)s changed", list=list_number), read_it),
        "list_changed": (
            _("The terms of the list %(list)s change", list=list_number),
            _("Sign in, read what changes from %(day)s, and confirm it.", day=day),
        ),
        "list_failed": (
            _("The list %(list)s ended: too few applied", list=list_number),
            _("Nothing is left for you to do."),
        ),
        "list_appeal": (_("Your appeal about %(number)s is decided", number=number), read_it),
    }
    return said[template]
