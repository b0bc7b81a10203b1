"""The verbs of members: register a household and its people, enter cover, import a roster."""

from members.services.cover import add_cover, correct_cover
from members.services.eligibility import issue_eligibility
from members.services.importing import (
    DESK,
    check_file,
    import_members,
    keep_good_rows,
    read_file,
)
from members.services.registration import phone_of, register_household, register_member

__all__ = [
    "DESK",
    "add_cover",
    "check_file",
    "correct_cover",
    "import_members",
    "issue_eligibility",
    "keep_good_rows",
    "phone_of",
    "read_file",
    "register_household",
    "register_member",
]
