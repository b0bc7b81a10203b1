"""The pages of this room; each module adds its routes to the one blueprint."""

from quality.views import audits, cases, indicators, providers, spending
from quality.views.blueprint import blueprint

__all__ = ["audits", "blueprint", "cases", "indicators", "providers", "spending"]
