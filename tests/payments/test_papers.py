from typing import Any

from payments.models import Payable
from payments.papers import _lines


def line(number: int, asked: int, benefit: int, member: int = 0, write_off: int = 0) -> dict[str, Any]:
    return {"line_no": number, "asked": asked, "benefit": benefit, "member": member, "write_off": write_off}


def test_a_line_that_was_sent_back_is_not_on_the_remittance_of_its_claim():
    lines = [line(1, 19_000, 15_200, 3_800), line(2, 9_500, 0), line(3, 4_000, 0, write_off=4_000)]
    payable = Payable(amount=15_200, summary={"lines": lines})
    assert [shown["line_no"] for shown in _lines(payable)] == [1, 3]
