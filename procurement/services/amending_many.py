"""Many contracts in one act, for one cause: what can be drafted is, the rest is named; a second officer approves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.actors import Actor
from core.errors import DomainError, Forbidden, InputErrors, Problem
from core.words import _l
from procurement.models.contract import Contract, ContractAmendment
from procurement.models.open_list import OpenList, OpenListVersion
from procurement.queries import amendments as queries
from procurement.services.contracts import FUND_SIGNERS, Proposal, approve_amendment
from procurement.services.contracts.judging import Facts, Verdict, judge

Refused = tuple[Contract | OpenList, object]


@dataclass(frozen=True, slots=True)
class Drafted:
    """What waits for the second officer, and contracts and lists that need a hand, each with the sentence."""

    written: Sequence[ContractAmendment]
    changes: Sequence[OpenListVersion]
    refused: Sequence[Refused]


def check_drafting(reason: str, by: Actor) -> None:
    if not by.has(*FUND_SIGNERS):
        raise Forbidden(_l("A procurement officer drafts amendments."))
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why. The providers and the auditor read it."))


def judged(proposals: Iterable[Proposal], facts: Facts, refused: list[Refused]) -> list[tuple[Proposal, Verdict]]:
    """Those that may be drafted; the others join `refused`."""
    found = []
    for proposal in proposals:
        contract, verdict = proposal.contract, judge(proposal, facts)
        if facts.records[contract.id].is_open:
            refused.append((contract, _l("Another amendment of this contract is on its way.")))
        elif verdict.problems:
            refused.append((contract, verdict.problems[0].message))
        else:
            found.append((proposal, verdict))
    return found


def waiting_for_approval(cause: str, by: Actor) -> list[ContractAmendment]:
    """Amendments of this cause that `by` may approve: drafted by somebody else."""
    rows = queries.waiting("drafted", by)
    return [row for row in rows if row.cause == cause and row.drafted_by != by.person]


def approve_all(cause: str, *, by: Actor) -> Drafted:
    """The second officer approves all amendments of a cause; what cannot be is named and waits."""
    done: list[ContractAmendment] = []
    refused: list[Refused] = []
    for row in waiting_for_approval(cause, by):
        try:
            approve_amendment(row, by=by)
        except Forbidden:
            raise
        except DomainError as error:
            refused.append((row.contract, sentence(error)))
        else:
            done.append(row)
    return Drafted(done, (), refused)


def sentence(error: DomainError) -> object:
    problems: Sequence[Problem] = getattr(error, "problems", ())
    return problems[0].message if problems else error.message
