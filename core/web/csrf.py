"""The one CSRF guard: forms carry its mark, token-bearing API calls are exempt."""

from __future__ import annotations

from flask_wtf.csrf import CSRFProtect

csrf = CSRFProtect()
