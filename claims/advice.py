"""What a provider can do about a reason: kind (correct, wait, advice), title, sentence."""

from __future__ import annotations

from typing import Any

from core.words import _l

ADVICE: dict[str, tuple[str, Any, Any]] = {
    "ADM-01": ("correct", _l("Add what is missing"), _l("Correct the line and send the claim again.")),
    "ADM-03": ("advice", _l("Look at the other claim"), _l("If both were given, correct the time or quantity of one.")),
    "ADM-05": ("correct", _l("Correct the dates"), _l("Check start, end and the day of the service, then send again.")),
    "ADM-06": ("correct", _l("Correct the amount"), _l("Amount is quantity × price. Send the claim again.")),
    "MEM-01": ("correct", _l("Check the member’s number"), _l("Find the member by name or phone and send again.")),
    "MEM-03": (
        "wait",
        _l("Wait for the contributions"),
        _l("Once they are paid, a waiting line is decided by itself."),
    ),
    "PRV-02": ("advice", _l("Ask for a contract line"), _l("The procurement office can add a service from now on.")),
    "BEN-02": ("wait", _l("Wait for the agreed price"), _l("The fund enters it; the line is then decided by itself.")),
    "BEN-07": ("correct", _l("Give the authorisation number"), _l("Or ask for an authorisation before the service.")),
    "BEN-08": ("advice", _l("Ask for more before you give more"), _l("A larger authorisation counts from its date.")),
    "PRC-01": (
        "advice",
        _l("Change the price in your own list"),
        _l("Ask {tariff:money} next time and nothing is cut."),
    ),
    "CLI-01": ("correct", _l("Correct the service code"), _l("Choose a code that is valid on the service date.")),
    "CLI-02": ("correct", _l("Add the diagnosis"), _l("Correct the line and send the claim again.")),
    "CAR-01": (
        "correct",
        _l("Complete the record"),
        _l("Add what the visit or attendance lacks, then claim the rest."),
    ),
    "CAR-02": ("wait", _l("Explain the overlap"), _l("The fund compares both visits; an answer helps.")),
    "CAR-05": ("wait", _l("Explain the attendance"), _l("The fund compares sign-in times with your licence.")),
}
