"""All rules that look at a line, in the order they are shown: the table of contents of the regulation.

The rules of the arithmetic (PRC-01 to PRC-04, BEN-06) stand in claims/pricing.py in the order of its steps.
"""

from __future__ import annotations

from claims.rule import Rule, RuleError, guarded
from claims.rules import admission, benefit, benefit_packages, care, clinical, member, provider, similar


def _in_order() -> tuple[Rule, ...]:
    return (
        admission.missing_elements,  # ADM-01
        admission.other_line_sent_back,  # ADM-01
        admission.duplicate,  # ADM-03
        admission.late,  # ADM-04
        admission.impossible_dates,  # ADM-05
        admission.wrong_amount,  # ADM-06
        admission.wrong_total,  # ADM-06
        admission.document_needed,  # ADM-08
        admission.document_not_received,  # ADM-09
        member.unknown_member,  # MEM-01
        member.cover_not_started,  # MEM-02
        member.cover_ended_or_suspended,  # MEM-03
        member.in_waiting_period,  # MEM-04
        member.wrong_age_or_sex,  # MEM-05
        member.days_of_other_age,  # MEM-05
        member.after_death,  # MEM-06
        member.days_after_death,  # MEM-06
        member.other_payer_first,  # MEM-07
        provider.not_accredited,  # PRV-01
        provider.no_contract,  # PRV-02
        provider.wrong_facility,  # PRV-03
        provider.no_professional,  # PRV-04
        provider.worker_not_accredited,  # PRV-04
        clinical.unknown_code,  # CLI-01
        clinical.no_diagnosis,  # CLI-02
        clinical.unknown_diagnosis,  # CLI-02
        clinical.unfit_diagnosis,  # CLI-02
        clinical.not_necessary,  # CLI-03
        benefit.not_in_package,  # BEN-01
        benefit.no_agreed_price,  # BEN-02
        benefit.above_quantity_limit,  # BEN-03
        benefit.above_limit_of_windows,  # BEN-03
        benefit.too_many_absences,  # BEN-03
        benefit.too_soon,  # BEN-04
        benefit.count_used_up,  # BEN-05
        benefit.not_authorised,  # BEN-07
        benefit.more_than_authorised,  # BEN-08
        benefit.no_referral,  # BEN-09
        benefit_packages.included_in_package,  # BEN-10
        benefit_packages.component_paid_before,  # BEN-10
        benefit_packages.included_in_capitation,  # BEN-10
        care.not_matched,  # CAR-01
        care.element_missing,  # CAR-01
        care.place_not_held,  # CAR-01
        care.not_certified,  # CAR-01
        care.works_not_accepted,  # CAR-01
        care.overlapping_visit,  # CAR-02
        care.too_many_units,  # CAR-02
        care.at_two_centres,  # CAR-02
        care.too_long_a_day,  # CAR-02
        care.place_taken,  # CAR-02
        care.two_places,  # CAR-02
        care.during_stay,  # CAR-03
        care.days_inside_stay,  # CAR-03
        care.double_benefit,  # CAR-03
        care.no_entitlement,  # CAR-04
        care.days_without_level,  # CAR-04
        care.over_capacity,  # CAR-05
        similar.like_another,  # REV-01
        similar.like_one_elsewhere,  # REV-01
        similar.overlapping_stays,  # REV-01
    )


CHECKS: tuple[Rule, ...] = guarded(_in_order())

__all__ = ["CHECKS", "Rule", "RuleError"]
