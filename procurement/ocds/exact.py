"""JSON with every number as it was written: 17000000.0 stays 17000000.0, and no digit is lost."""

from __future__ import annotations

import json
import re
import secrets
from decimal import Decimal
from typing import Any

from core.errors import InputErrors
from core.words import _l


def exact_json(value: Any) -> str:
    """Compact JSON text in which a Decimal is a number of exactly its digits."""
    mark = secrets.token_hex(8)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=lambda number: f"{mark}{number}")
    return re.sub(rf'"{mark}([^"]*)"', r"\1", text)


def parsed(content: bytes | str) -> Any:
    """The JSON value, numbers with decimals as Decimal. Raises InputErrors on anything else."""
    try:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        message = _l("This is not a JSON file: %(why)s", why=str(error)[:120])
        raise InputErrors.at("file", message) from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number in JSON.")
