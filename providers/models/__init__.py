"""Tables of the register: who gives care, since when and where; and the files that change it."""

from providers.models.assessment import SseAssessment
from providers.models.facts import SOURCES, FactUse, FactVerification, OrganisationFact
from providers.models.files import CompletionRequest, ProviderDecision, Renewal, SuspensionAppeal
from providers.models.people import Employment
from providers.models.places import OpeningHours, SiteClosure, SiteLanguage, SiteRoom
from providers.models.register import (
    Professional,
    Provider,
    ProviderDocument,
    ProviderServiceLine,
    Reminder,
    Site,
    SiteCapacity,
    Suspension,
)
from providers.models.stages import Accreditation, Authorisation, RequirementMet
from providers.models.succession import Succession

__all__ = [
    "SOURCES",
    "Accreditation",
    "Authorisation",
    "CompletionRequest",
    "Employment",
    "FactUse",
    "FactVerification",
    "OpeningHours",
    "OrganisationFact",
    "Professional",
    "Provider",
    "ProviderDecision",
    "ProviderDocument",
    "ProviderServiceLine",
    "Reminder",
    "Renewal",
    "RequirementMet",
    "Site",
    "SiteCapacity",
    "SiteClosure",
    "SiteLanguage",
    "SiteRoom",
    "SseAssessment",
    "Succession",
    "Suspension",
    "SuspensionAppeal",
]
