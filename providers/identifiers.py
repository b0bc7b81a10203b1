"""Register numbers: checked by python-stdnum where the country's scheme has a validator, else by their form alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum import get_cc_module
from stdnum.exceptions import ValidationError

from core.errors import InputErrors
from core.numbers import check_character
from core.words import _l

HOME_SCHEME = "tz.reg"
_HOME_FORM = re.compile(r"TZR-\d{6}[A-Z]")
_ANY_FORM = re.compile(r"[A-Z0-9][A-Z0-9./-]{1,39}")


@dataclass(frozen=True, slots=True)
class Scheme:
    """`code` is country.scheme; `example` shows the form where numbers are not checked by a library."""

    code: str
    name: object
    example: str = ""


SCHEMES = {
    scheme.code: scheme
    for scheme in (
        Scheme(HOME_SCHEME, _l("Register of cooperatives, Taziria"), "TZR-004217J"),
        Scheme("es.cif", _l("Spain, CIF"), "F-2049 6543 1"),
        Scheme("fr.siret", _l("France, SIRET"), "732 829 320 00074"),
        Scheme("it.iva", _l("Italy, partita IVA"), "007 4311015 7"),
        Scheme("uy.rut", _l("Uruguay, RUT"), "21-100342-001-7"),
        Scheme("cr.cpj", _l("Costa Rica, cédula jurídica"), "4-000-042138"),
        Scheme("tn.mf", _l("Tunisia, matricule fiscal"), "1234567/M/A/E/001"),
        Scheme("other", _l("Another register")),
    )
}


def home_number(serial: int) -> str:
    """The `serial`th number of the invented country's own register: TZR-, six digits, a check letter."""
    stem = f"TZR-{serial:06d}"
    return stem + check_character(stem)


def checked_number(scheme: str, value: str, where: str = "register_number") -> str:
    """The compact form that is stored, or `InputErrors` that name the scheme, what was found and what is expected."""
    typed = value.strip().upper()
    if scheme == HOME_SCHEME:
        return _home(typed, where)
    country, _dot, name = scheme.partition(".")
    validator = get_cc_module(country, name) if name else None
    if validator is None:
        return _by_form(scheme, typed, where)
    try:
        return str(validator.validate(typed))
    except ValidationError as error:
        words = _l(
            "%(found)s is not a valid %(scheme)s number: its check digit or form is wrong.",
            found=value,
            scheme=scheme,
        )
        raise InputErrors.at(where, words, value) from error


def _home(typed: str, where: str) -> str:
    compact = typed.replace(" ", "")
    if not _HOME_FORM.fullmatch(compact):
        words = _l("A register number looks like TZR-004217J: TZR, a dash, six digits, a letter.")
        raise InputErrors.at(where, words, typed)
    if check_character(compact[:-1]) != compact[-1]:
        words = _l("The last letter of %(found)s does not fit its digits. Compare it with the register.", found=typed)
        raise InputErrors.at(where, words, typed)
    return compact


def _by_form(scheme: str, typed: str, where: str) -> str:
    """No validator for this scheme: never a block beyond letters, digits and the usual marks."""
    compact = typed.replace(" ", "")
    if not _ANY_FORM.fullmatch(compact):
        words = _l("A %(scheme)s number has 2 to 40 letters, digits, dots, slashes or dashes.", scheme=scheme)
        raise InputErrors.at(where, words, typed)
    return compact
