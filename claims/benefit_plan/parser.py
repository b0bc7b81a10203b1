"""From the text of a benefits plan to its rows, or to all that is wrong with it, each with its table and row."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from marshmallow import ValidationError

from claims.benefit_plan.checks import contradictions
from claims.benefit_plan.dated import reaching, spells
from claims.benefit_plan.limit_checks import place
from claims.benefit_plan.places import line_of
from claims.benefit_plan.review import Review
from claims.benefit_plan.rows import (
    BenefitPlan,
    Childcare,
    CountLimit,
    Inclusion,
    IncomeBand,
    MoneyLimit,
    NeededDocument,
    QuantityLimit,
    ServiceRow,
)
from claims.benefit_plan.schemas import PlanFile, exponent
from core.errors import InputErrors, Problem
from core.faults import in_our_words
from core.words import _l

PART = "benefits"
_BUILT = ("limits", "diagnoses", "includes", "documents")  # columns of a row that become values of their own
Table = dict[str, Any]


def parse(text: str) -> BenefitPlan:
    """The plan in `text` (TOML). Raises InputErrors naming part, table, row and line of every defect."""
    tables = _shaped(text)
    problems = [Problem(where, message, str(found)) for where, message, found in contradictions(tables)]
    if problems:
        raise InputErrors(_placed(problems, text))
    return _built(tables)


def _placed(problems: Iterable[Problem], text: str) -> Iterator[Problem]:
    for problem in problems:
        line = line_of(text, problem.where)
        where = f"{PART}: {problem.where}" + (f" (line {line})" if line else "")
        yield replace(problem, where=where)


def _read(text: str) -> Table:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputErrors.at(PART, _l("This is not a readable TOML text."), error) from error


def _shaped(text: str) -> Table:
    raw = _read(text)
    head = raw.get("plan")
    decimals = head.get("currency_exponent", 2) if isinstance(head, dict) else 2
    token = exponent.set(decimals if isinstance(decimals, int) else 2)
    try:
        return _dated(dict(PlanFile().load(raw)))
    except ValidationError as error:
        raise InputErrors(_placed(_problems(raw, error.messages), text)) from error
    finally:
        exponent.reset(token)


def _dated(tables: Table) -> Table:
    """A row without a first day is valid from the plan's first day."""
    for row in tables["services"]:
        row["valid_from"] = row["valid_from"] or tables["plan"]["valid_from"]
    return tables


def _problems(raw: Any, messages: Any, where: str = "") -> Iterator[Problem]:
    """Flatten marshmallow's tree; rows are counted from 1 and carry their code or key."""
    if isinstance(messages, list):
        yield Problem(
            where, " ".join(str(in_our_words(message)) for message in messages), "" if raw is None else str(raw)[:80]
        )
        return
    for key, below in messages.items():
        if isinstance(key, int) and isinstance(raw, list):
            value = raw[key] if key < len(raw) else None
            yield from _problems(value, below, place(where, key, value))
        else:
            value = raw.get(key) if isinstance(raw, dict) else None
            yield from _problems(value, below, f"{where}, {key}" if where else str(key))


def _built(tables: Table) -> BenefitPlan:
    head = tables["plan"]
    rows: dict[tuple[str, str], tuple[ServiceRow, ...]] = {}
    for row in tables["services"]:
        key = row["code_system"], row["code"]
        rows[key] = (*rows.get(key, ()), *(_service(spell, tables) for spell in spells(row, tables)))
    return BenefitPlan(
        version=head["version"],
        exponent=head["currency_exponent"],
        valid_from=head["valid_from"],
        valid_until=head["valid_until"],
        filing_days=head["filing_days"],
        appeal_days=head["appeal_days"],
        review_days=head["review_days"],
        pays_after_days=head["pays_after_days"],
        cash_after_days=head["cash_after_days"],
        price_rule=head["price_rule"],
        second_person_above=head["second_person_above"],
        is_whole_claim_returned=head["returns"] == "claim",
        diagnosis_system=head["diagnosis_system"],
        when_undeclared=head["when_undeclared"],
        service_lines={key: line["name"] for key, line in tables["service_lines"].items()},
        packages={key: package["name"] for key, package in tables["packages"].items()},
        rows=rows,
        childcare=_childcare(tables["childcare"]),
        review=_review(tables["review"]),
        names=_names(tables),
        income_bands=tuple(_band(row) for row in tables["income_bands"]),
    )


def _review(table: Table | None) -> Review | None:
    if not table:
        return None
    groups = tuple(tuple(group) for group in table["exclusive_services"])
    return Review(**table | {"near_services": tuple(table["near_services"]), "exclusive_services": groups})


def _exclusive(code: str, review: Table | None) -> tuple[str, ...]:
    groups = [group for group in review["exclusive_services"] if code in group] if review else []
    return tuple(dict.fromkeys(each for group in groups for each in group))


def _near_days(code: str, review: Table | None) -> int | None:
    return review["near_days"] if review and code in review["near_services"] else None


def _band(row: Table) -> IncomeBand:
    spell = row["valid_from"] or date.min, row["valid_until"] or date.max
    return IncomeBand(row["band"], row["above"], row["upto"], *spell, row["basis"])


def _service(row: Table, tables: Table) -> ServiceRow:
    code = row["code"]
    ceilings = [(ceiling, _money("ceiling", ceiling)) for ceiling in reaching(tables["ceilings"], row)]
    return ServiceRow(
        **{key: value for key, value in row.items() if key not in _BUILT},
        near_days=_near_days(code, tables["review"]),
        exclusive=_exclusive(code, tables["review"]),
        diagnoses=tuple(row["diagnoses"]),
        includes=tuple(row["includes"]),
        documents=tuple(NeededDocument(**document) for document in row["documents"]),
        included_in=tuple(
            Inclusion(package["code"], package["includes_days"])
            for package in tables["services"]
            if code in package["includes"] and package["code_system"] == row["code_system"]
        ),
        limits=tuple(
            QuantityLimit(f"quantity:{code}:{limit['per']}", limit["quantity"], limit["per"]) for limit in row["limits"]
        ),
        counts=tuple(
            CountLimit(f"count:{count['key']}", count["name"], count["count"], count["per"], frozenset(count["kinds"]))
            for count in reaching(tables["counts"], row)
        ),
        deductibles=tuple(_money("deductible", each) for each in reaching(tables["deductibles"], row)),
        gross_ceilings=tuple(limit for ceiling, limit in ceilings if limit.is_gross),
        net_ceilings=tuple(limit for _, limit in sorted(ceilings, key=_narrowest_first) if not limit.is_gross),
        packages=frozenset(
            key
            for key, package in tables["packages"].items()
            if row["line"] in package["lines"] and code not in package["without"]
        ),
    )


def _narrowest_first(pair: tuple[Table, MoneyLimit]) -> tuple[bool, bool]:
    """Category before member before household, as the regulation caps."""
    ceiling, limit = pair
    return limit.scope == "household", not (ceiling["categories"] or ceiling["codes"])


def _money(kind: str, row: Table) -> MoneyLimit:
    return MoneyLimit(
        key=f"{kind}:{row['key']}",
        name=row["name"],
        scope=row["scope"],
        period=row["per"],
        amount=row["amount"] or 0,
        is_gross=row.get("ceiling_basis") == "gross",
        by_level={int(level): amount for level, amount in row.get("by_care_level", {}).items()},
        visit_types=frozenset(row.get("visit_types", ())),
        cash_by_level={int(level): amount for level, amount in row.get("cash_by_care_level", {}).items()},
        basis=row["basis"],
    )


def _childcare(table: Table | None) -> Childcare | None:
    if table is None:
        return None
    return Childcare(
        weekly_milli=table["weekly_hours"],
        rates=tuple(table["rates"]),
        **{key: value for key, value in table.items() if key not in ("basis", "weekly_hours", "rates")},
    )


def _names(tables: Table) -> dict[str, str]:
    names = {
        f"{kind}:{row['key']}": row["name"]
        for kind, table in (("deductible", "deductibles"), ("ceiling", "ceilings"), ("count", "counts"))
        for row in tables[table]
    }
    for row in tables["services"]:
        names |= {f"quantity:{row['code']}:{limit['per']}": row["name"] for limit in row["limits"]}
    return names | {"entitlement:childcare": "Childcare hours", "absence:childcare": "Paid absence days"}
