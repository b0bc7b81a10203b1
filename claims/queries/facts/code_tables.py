"""Which codes the fund knows: its own services, and the code systems that it keeps a table of."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from core.among import among
from core.codes import CodeValue, Service
from core.rows import Rows, read

_CATALOGUE = select(Service.code, Service.service_line, Service.unit).where(among(Service.code, "codes"))


def catalogue(codes: Collection[str]) -> dict[str, tuple[str, str]]:
    """The fund's own codes → service line, unit."""
    return {code: (line, unit) for code, line, unit in read(_CATALOGUE, codes=codes)}


_SYSTEMS = select(CodeValue.system).where(among(CodeValue.system, "systems")).distinct()


def code_systems(systems: Collection[str]) -> set[str]:
    """Those of `systems` that the fund keeps a table of."""
    return {system for (system,) in read(_SYSTEMS, systems=systems)} if systems else set()


_CODES = select(CodeValue.system, CodeValue.code, CodeValue.valid_from, CodeValue.valid_until)
_CODES = _CODES.where(among(CodeValue.system, "systems"), among(CodeValue.code, "codes"))


def code_values(systems: Collection[str], codes: Collection[str]) -> Rows:
    return read(_CODES, systems=systems, codes=codes)
