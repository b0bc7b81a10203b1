"""The web floor: permissions on routes, forms, pages, home lists, navigation, headers, errors."""

from core.web.access import actor, allow, client_roles
from core.web.forms import done, form_values, keep, load, page
from core.web.home import WorkItem, add_work_list
from core.web.navigation import NavigationItem, add_navigation

__all__ = [
    "NavigationItem",
    "WorkItem",
    "actor",
    "add_navigation",
    "add_work_list",
    "allow",
    "client_roles",
    "done",
    "form_values",
    "keep",
    "load",
    "page",
]
