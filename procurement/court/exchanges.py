"""What was said between the notice and the opening: its versions, questions with their answers, signed minutes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.documents import Cell, Column, Document, typed
from core.words import _, _l
from procurement import papers
from procurement.court.exhibits import Exhibit, as_json, section, texts
from procurement.models.notice import NoticeVersion, PublishedAnswer
from procurement.models.tender import Tender
from procurement.queries import court as queries
from procurement.queries import notices, questions


@section(15, _l("Versions of the notice"))
def versions(tender: Tender) -> Iterator[Exhibit]:
    for row in notices.versions(tender):
        data = {"version": row.version, "terms": row.terms, "changes": row.changes, "reason": row.reason}
        yield Exhibit(
            f"15-versions/version-{row.version}.json", _("Notice, version %(version)s, as data", version=row.version),
            as_json(data), author=row.published_by, at=row.published_at, show=_shown_changes(row),
        )  # fmt: skip


@section(20, _l("Questions and answers"))
def answers(tender: Tender) -> Iterator[Exhibit]:
    """Every published version of every answer; who asked stands nowhere."""
    rows = [answer for question in questions.published(tender) for answer in question.answers]
    if rows:
        data = [_answer(row) for row in rows]
        yield Exhibit(
            "20-questions/answers.json", _l("Questions and answers"), as_json(data), author=rows[-1].published_name,
            at=max(row.published_at for row in rows), show=lambda paper: _show_answers(paper, rows),
        )  # fmt: skip


@section(42, _l("Signed minutes"))
def minutes(tender: Tender) -> Iterator[Exhibit]:
    """What the officers signed again after each opening."""
    for row in queries.minutes_of(tender):
        data = {
            "envelope": row.envelope,
            "content": row.content,
            "sha256": row.sha256,
            "signed": [{"name": one.name, "at": texts(one.signed_at)} for one in row.signatures],
        }
        names = ", ".join(one.name for one in row.signatures)
        yield Exhibit(
            f"42-minutes/{row.number.rpartition('/')[2]}.json",
            _("Minutes of the opening: %(what)s", what=row.envelope),
            as_json(data), author=names, at=row.opened_at, show=_digest(row.sha256),
        )  # fmt: skip


def _shown_changes(row: NoticeVersion) -> Any:
    rows = [(str(one["label"]), str(one["before"]), str(one["after"])) for one in row.changes]
    columns = [Column(_("What"), is_bold=True), Column(_("Before"), 1.5), Column(_("After"), 1.5)]
    return (lambda paper: paper.table(columns, rows)) if rows else None


def _answer(row: PublishedAnswer) -> dict[str, Any]:
    return {
        "question": row.question.number, "version": row.version, "text": row.question_text, "answer": row.answer,
        "published_at": row.published_at, "published_by": row.published_name,
    }  # fmt: skip


def _show_answers(paper: Document, rows: list[PublishedAnswer]) -> None:
    said = [
        (
            f"{row.question.number}.{row.version}",
            typed(row.question_text),
            Cell(typed(row.answer), f"{typed(row.published_name)}, {papers.said(row.published_at)}"),
        )
        for row in rows
    ]
    paper.table([Column("#", 0.4), Column(_("Question"), 2, is_bold=True), Column(_("Answer"), 2.4)], said)


def _digest(digest: str) -> Any:
    return lambda paper: paper.fingerprint(_("Digest that was signed"), digest)
