"""Examples that other systems published, where our kinds of rules fit: sources in the reference note, section 10.1.

What does not fit is named here, so that nobody believes it was tested: the French rates (0.0410 %) are finer than the
whole basis points of a plan file, so the scale itself is asked, in hundredths of a basis point; the Australian subsidy
(a percentage that falls with income, on an hourly cap, per fortnight) is no kind of rule of our plan.
"""

from __future__ import annotations

from claims.benefit_plan import Childcare
from tests.rules.reading import plan


def test_the_french_example_of_2021_comes_to_1_11_an_hour() -> None:
    """32,360 a year and three children: 0.0410 % of 2,696.67 a month is 1.1056, shown as 1.11."""
    monthly = (32_360_00 + 6) // 12
    scale = Childcare({"full": 40_000}, (615, 512, 410, 307), 801_00, 8_500_00)  # hundredths of a basis point
    rate = scale.rate(3, has_disability=False)
    exact = scale.income(monthly) * rate  # in millionths of a cent
    assert rate == 410
    assert (2 * exact + 1_000_000) // 2_000_000 == 111
    assert scale.rate(3, has_disability=True) == 307
    assert scale.rate(9, has_disability=True) == 307


def test_our_demo_example_is_1_44_an_hour() -> None:
    childcare = plan().childcare
    assert childcare is not None
    assert childcare.income(2_400_00) * childcare.rate(1, has_disability=False) == 144 * 10_000
