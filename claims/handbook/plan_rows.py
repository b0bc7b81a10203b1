"""Every row of the benefits plan in words: what is granted, to whom, how much, and by which article."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from claims.benefit_plan import BenefitPlan, MoneyLimit, ServiceRow
from claims.benefit_plan.wording import band_name, words_of
from claims.figures import Figures
from core.texts import said
from core.words import _


@dataclass(frozen=True, slots=True)
class Grant:
    """A row for readers: `terms` are short sentences in the order of deciding."""

    code: str
    name: str
    line: str
    unit: str
    terms: list[str]
    valid_from: date
    valid_until: date | None
    basis: str


def grants(plan: BenefitPlan, figures: Figures) -> list[Grant]:
    """The rows in the order of the file."""
    return [granted(row, plan, figures) for row in plan.services()]


def granted(row: ServiceRow, plan: BenefitPlan, figures: Figures) -> Grant:
    """One row in words."""
    return Grant(
        row.code,
        said(row.name),
        said(plan.service_lines.get(row.line, row.line)),
        said(row.unit),
        [*_for_whom(row, plan), *_needs(row), *_limits(row, figures), *_price(row, figures)],
        row.valid_from,
        row.valid_until,
        row.basis,
    )


def _for_whom(row: ServiceRow, plan: BenefitPlan) -> Iterator[str]:
    if len(row.packages) < len(plan.packages):
        names = ", ".join(said(plan.packages[key]) for key in sorted(row.packages))
        yield _("Only in: %(packages)s", packages=names or "–")
    if row.sex:
        yield _("Only %(sex)s", sex=words_of("", "sex", row.sex)[1])
    if row.age_from_months is not None:
        yield _("From %(age)s of age", age=words_of("", "age_from_months", row.age_from_months)[1])
    if row.age_until_months is not None:
        yield _("Below %(age)s of age", age=words_of("", "age_until_months", row.age_until_months)[1])
    if row.care_level_from:
        yield _("From care level %(level)s", level=row.care_level_from)
    if row.waiting_group:
        yield _("After the waiting period of %(group)s", group=row.waiting_group)


def _needs(row: ServiceRow) -> Iterator[str]:
    if row.needs_authorisation:
        yield _("Needs an authorisation")
    if row.needs_referral:
        yield _("Needs a referral")
    if row.needs_professional:
        yield _("Needs the professional’s name")
    for document in row.documents:
        yield _("Needs: %(document)s", document=said(document.name))
    if row.setting:
        yield _("Only %(setting)s", setting=row.setting)
    if row.needs_diagnosis:
        yield _("Needs a diagnosis")
    if row.match:
        yield _("Paid as recorded: %(record)s", record=words_of("", "match", row.match)[1])
    if row.includes:
        yield _("Includes %(services)s", services=", ".join(row.includes))


def _limits(row: ServiceRow, figures: Figures) -> Iterator[str]:
    for limit in row.limits:
        amount, period = figures.quantity(limit.quantity_milli), words_of("", "per", limit.period)[1]
        yield _("At most %(amount)s %(period)s", amount=amount, period=period)
    if row.frequency_days:
        yield _("At least %(days)s days apart", days=row.frequency_days)
    if row.entitlement:
        yield _("Hours of the entitlement")
    for count in row.counts:
        period = words_of("", "per", count.period)[1]
        yield _("%(name)s: at most %(count)s %(period)s", name=said(count.name), count=count.count, period=period)


def _price(row: ServiceRow, figures: Figures) -> Iterator[str]:
    if row.unit_limit is not None:
        yield _("At most %(amount)s per unit", amount=figures.money(row.unit_limit))
    if row.copayment:
        yield _("Co-payment %(amount)s", amount=figures.money(row.copayment))
    if row.share:
        yield _("Member’s share %(share)s", share=figures.percent(row.share))
    for band, share in row.share_by_band.items():
        yield _("Share in the income band %(band)s: %(share)s", band=band_name(band), share=figures.percent(share))
    if row.has_family_fee:
        yield _("Family fee by income and children")
    for limit in (*row.deductibles, *row.gross_ceilings, *row.net_ceilings):
        yield _money(limit, figures)


def _money(limit: MoneyLimit, figures: Figures) -> str:
    period, scope = words_of("", "per", limit.period)[1], words_of("", "scope", limit.scope)[1]
    if limit.by_level:
        amount = ", ".join(f"{level}: {figures.money(each)}" for level, each in sorted(limit.by_level.items()))
    else:
        amount = figures.money(limit.amount)
    return _(
        "%(name)s: %(amount)s %(period)s, %(scope)s", name=said(limit.name), amount=amount, period=period, scope=scope
    )
