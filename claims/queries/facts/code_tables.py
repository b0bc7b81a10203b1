"""Which codes the fund knows: its own services, and the code systems that it keeps a table of."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from core.among import among
from core.codes import CodeValue, Service
from core.rows import Prepared, Row

_CATALOGUE = Prepared(select(Service.code).where(among(Service.code, "codes")))


def catalogue(codes: Collection[str]) -> set[str]:
    """Those of `codes` that are the fund's own."""
    return {code for (code,) in _CATALOGUE.rows(codes=codes)}


_SYSTEMS = Prepared(select(CodeValue.system).where(among(CodeValue.system, "systems")).distinct())


def code_systems(systems: Collection[str]) -> set[str]:
    """Those of `systems` that the fund keeps a table of."""
    return {system for (system,) in _SYSTEMS.rows(systems=systems)} if systems else set()


_CODES = Prepared(
    select(CodeValue.system, CodeValue.code, CodeValue.valid_from, CodeValue.valid_until).where(
        among(CodeValue.system, "systems"), among(CodeValue.code, "codes")
    )
)


def code_values(systems: Collection[str], codes: Collection[str]) -> list[Row]:
    """(system, code, valid_from, valid_until)"""
    return _CODES.rows(systems=systems, codes=codes)
