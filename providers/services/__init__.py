"""The verbs of the register: registering, accrediting, opening."""

from typing import Final

STREAM: Final = "providers"
"""The stream of the trail that the register writes to."""
