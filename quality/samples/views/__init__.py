"""The pages of samples: for auditors, for the audited, and for everybody."""

from quality.samples.views import asked, exports, judging, planning, public
from quality.samples.views.blueprint import blueprint

__all__ = ["asked", "blueprint", "exports", "judging", "planning", "public"]
