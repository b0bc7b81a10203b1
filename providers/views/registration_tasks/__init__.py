"""A cooperative registers: one task per page, saved each time, sent at the end."""

from providers.views.registration_tasks import (  # noqa: F401 - routes
    describing,
    documents,
    organisation,
    sending,
    services_offered,
    sites,
    start,
)
