"""Refusals, in words. Every layer raises these; only `core.web` turns them into pages and answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


class DomainError(Exception):
    """A step the rules of the house do not allow, said so that its reader can act.

    `code` is stable and machine-readable, `message` a (lazy) sentence, `status` the HTTP answer.
    """

    status = 409
    code = "refused"
    is_recorded = False
    """The refusal itself stands in the trail: its transaction is kept."""

    def __init__(self, message: Any, *, code: str | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.status = status or self.status

    def __str__(self) -> str:
        return str(self.message)


class NotFound(DomainError):
    status = 404
    code = "not_found"


class Forbidden(DomainError):
    status = 403
    code = "forbidden"


class Conflict(DomainError):
    code = "conflict"


class TooLarge(DomainError):
    status = 413
    code = "too_large"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was sent: where, what was found, what is expected.

    `where` is a field path ("lines.2.quantity") or a sheet place ("row 14, quantity").
    """

    where: str
    message: Any
    found: str = ""
    code: str = ""


class InputErrors(DomainError):
    """All defects of one input at once; nothing of it was kept by the service that raised it."""

    status = 422
    code = "invalid_input"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{p.where}: {p.message}" for p in self.problems))

    @classmethod
    def at(cls, where: str, message: Any, found: object = "") -> InputErrors:
        return cls([Problem(where, message, str(found))])
