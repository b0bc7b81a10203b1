"""How bids are chosen between, in words: the same lines in the notice, the tender document and before approval."""

from __future__ import annotations

from decimal import Decimal

from core.words import _
from procurement import workforce
from procurement.criterion_words import plain
from procurement.frameworks import HOW
from procurement.models.tender import Tender
from procurement.scoring.formulas import FORMULA_TEXTS
from procurement.scoring.low_price import COUNTS, NAMES, LowPriceRule
from procurement.scoring.ties import STEPS
from procurement.terms import low_price_rules


def told(tender: Tender) -> list[tuple[str, str]]:
    """(what, how) in the order in which it is done."""
    found = [(_("Prices"), str(FORMULA_TEXTS[tender.price_formula]))]
    if tender.framework:
        found.insert(0, (_("Framework agreement"), str(HOW[tender.framework])))
    found += [(_("Passes to the price"), text) for text in [" ".join(_passing(tender))] if text]
    if tender.is_renormalised:
        found.append((_("Renormalised"), str(FORMULA_TEXTS["renormalised"])))
    if tender.are_averages_frozen:
        found.append((_("Averages"), _("They stay as at admission: a price rejected later still counts in them.")))
    found.append((_("Low prices"), " ".join(_low_prices(tender))))
    found.append((_("Equal points"), _ladder(tender)))
    if tender.performance:
        measures = "; ".join(f"{row['name']}: {row['measure']}, {plain(Decimal(row['target']))} {row['unit']}"
                             for row in tender.performance)  # fmt: skip
        found.append((_("Measured in the contract, without points"), measures))
    return found


def _passing(tender: Tender) -> list[str]:
    found = []
    if tender.quality_minimum is not None:
        found.append(_("At least %(least)s points of quality.", least=plain(tender.quality_minimum)))
    if tender.social_minimum is not None:
        found.append(_("At least %(least)s social points.", least=plain(tender.social_minimum)))
    if tender.most_to_price is not None:
        found.append(_("Of these the %(most)s best; who equals the last passes too.", most=tender.most_to_price))
    return found


def _low_prices(tender: Tender) -> list[str]:
    """The labour floor always first."""
    first = (
        _("Asked about: a price under the labour floor, and a price of zero.")
        if tender.labour_floor
        else _("Asked about: a price of zero.")
    )
    return [first, *(_rule(rule) for rule in low_price_rules(tender)), _("Nobody is rejected unasked.")]


def _rule(rule: LowPriceRule) -> str:
    unit = _("points of discount") if rule.is_in_points else _("per cent")
    numbers = ", ".join(
        plain(value) if name in COUNTS else f"{plain(value)} {unit}" for name, value in rule.numbers.items()
    )
    return _("%(name)s: %(text)s (%(numbers)s).", name=NAMES[rule.code], text=str(FORMULA_TEXTS[rule.code]).rstrip("."),
             numbers=numbers)  # fmt: skip


def _ladder(tender: Tender) -> str:
    steps = [str(STEPS[code].text) for code in tender.tie_ladder]
    text = "; ".join(f"{place}. {step}" for place, step in enumerate([*steps, _draw(tender)], 1))
    facts = _("Figures count as they are worse for the bidder, when bids close or as an average of twelve months; "
              "what is not proved comes last. Shares have two decimals.")  # fmt: skip
    return f"{text}. {facts}" if workforce.asked(tender.tie_ladder) else f"{text}."


def _draw(tender: Tender) -> str:
    if tender.draw_source:
        return _("a draw from this future public value: %(source)s", source=tender.draw_source)
    return _("a draw that anyone can repeat")
