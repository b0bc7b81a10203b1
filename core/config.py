"""One database = one fund = one currency = one time zone (DECISIONS 1): the settings that say which."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app

from core.money import Currency

WEAK_SECRET = "demo-only"  # noqa: S105 - the value we refuse


@dataclass(frozen=True, slots=True)
class Fund:
    """Who runs this installation; shown on every page and printed on every document."""

    name: str
    country: str
    zone: ZoneInfo
    currency: Currency
    languages: tuple[str, ...]
    help_phone: str
    is_demo: bool
    partner_bank_account: str
    address: str


DEFAULTS: dict[str, Any] = {
    "FUND_NAME": "National Care Fund of Taziria",
    "FUND_COUNTRY": "Taziria",
    "FUND_TIMEZONE": "Africa/Tunis",
    "FUND_CURRENCY": "TZD",
    "FUND_CURRENCY_EXPONENT": 3,
    "FUND_CURRENCY_IS_INVENTED": True,
    "FUND_LANGUAGES": "en,fr,es,ar",
    "FUND_HELP_PHONE": "800 100",
    "FUND_BANK_ACCOUNT": "TZ0000000000000000001",
    "FUND_ADDRESS": "http://127.0.0.1:8000",
    "OCDS_PREFIX": "ocds-000000",  # a publisher registers its own with the Open Contracting Partnership
    "DEMO": False,
    "MAX_CONTENT_LENGTH": 25 * 1024 * 1024,
    "STANDSTILL_DAYS": 10,
    "TRUSTED_CERTIFICATES": "",  # folder of CA certificates and CRLs for signed PDFs; empty: `trusted` of the instance
    "CLAIM_LINES_AT_ONCE": 5_000,  # a larger upload is stored at once and decided by the worker
    "CLAIM_LINES_PER_SHARD": 10_000,  # what a worker holds in memory and one transaction writes
}


def configure(app: Flask, overrides: dict[str, Any] | None = None) -> None:
    """Fill `app.config` from defaults, the environment (TOUIZA_*) and `overrides`, in that order."""
    app.config.from_mapping(DEFAULTS)
    app.config.from_prefixed_env("TOUIZA")
    app.config.update(overrides or {})
    # The demo's passphrases stand on its own page: nothing is won by making them slow to try.
    app.config.setdefault("SCRYPT_COST", 2**10 if app.config["DEMO"] else 2**17)
    folder = Path(app.config.setdefault("INSTANCE_FOLDER", app.instance_path))
    app.config.setdefault("SQLALCHEMY_DATABASE_URI", f"sqlite:///{folder / 'touiza.sqlite'}")
    folder.mkdir(parents=True, exist_ok=True)
    app.config["TRUSTED_CERTIFICATES"] = app.config["TRUSTED_CERTIFICATES"] or str(folder / "trusted")
    app.config["SECRET_KEY"] = app.config["SECRET_KEY"] or _instance_secret(folder, "secret_key")
    app.config.setdefault("DATA_KEY", _instance_secret(folder, "data_key"))
    app.extensions["fund"] = _fund(app)
    _refuse_weak_settings(app)


def fund() -> Fund:
    """The fund of the current app."""
    value: Fund = current_app.extensions["fund"]
    return value


def _fund(app: Flask) -> Fund:
    value = app.config
    currency = Currency(
        value["FUND_CURRENCY"], int(value["FUND_CURRENCY_EXPONENT"]), bool(value["FUND_CURRENCY_IS_INVENTED"])
    )
    return Fund(
        value["FUND_NAME"],
        value["FUND_COUNTRY"],
        ZoneInfo(value["FUND_TIMEZONE"]),
        currency,
        tuple(value["FUND_LANGUAGES"].split(",")),
        value["FUND_HELP_PHONE"],
        bool(value["DEMO"]),
        value["FUND_BANK_ACCOUNT"],
        value["FUND_ADDRESS"].rstrip("/"),
    )


def _instance_secret(folder: Path, name: str) -> str:
    """A random key made at first start, kept beside the database with owner-only rights."""
    path = folder / name
    if not path.exists():
        with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text().strip()


def _refuse_weak_settings(app: Flask) -> None:
    if app.config["DEMO"] or app.testing or app.config.get("TESTING"):
        return
    if app.config["SECRET_KEY"] == WEAK_SECRET or int(app.config["SCRYPT_COST"]) < 2**17:
        raise RuntimeError("SECRET_KEY and SCRYPT_COST are demo values; set real ones or start with TOUIZA_DEMO=true.")
