"""The words of the interface: one door to Flask-Babel, so that extraction knows every text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask_babel

_: Callable[..., str] = flask_babel.gettext
_l: Callable[..., Any] = flask_babel.lazy_gettext
ngettext: Callable[..., str] = flask_babel.ngettext

LANGUAGE_NAMES = {"en": "English", "fr": "Français", "es": "Español", "ar": "العربية"}  # all that the house speaks

__all__ = ["LANGUAGE_NAMES", "_", "_l", "ngettext"]
