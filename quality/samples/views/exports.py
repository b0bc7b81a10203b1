"""What auditors and the audited take away: a paper, a receipt, the frame with its key, the working papers."""

from __future__ import annotations

from typing import Any

from flask import Response

from core import files, issued
from core.errors import NotFound
from core.permissions import Permission
from core.tables import csv_bytes, xlsx_book
from core.web import allow
from core.words import _l
from quality import figures
from quality.charts import frame_chart
from quality.samples import document, receipt, sheets
from quality.samples.models import AuditSample
from quality.samples.picture import strata_of
from quality.samples.queries.lines import lines_of, provider_paper
from quality.samples.services.asking import RECEIPT
from quality.samples.views.blueprint import blueprint, is_provider, seen
from quality.views.blueprint import is_narrow, picture_answer

WORKING = "sample_working"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


@blueprint.get("/<number>/papers/<int:paper_id>")
@allow(Permission.READ_SAMPLE)
def paper(number: str, paper_id: int) -> Any:
    row = seen(number)
    found = provider_paper(row.id, paper_id)
    if found is None:
        raise NotFound(_l("The sample has no such paper."))
    return _answer(files.read(found.file), found.file.media_type, f"{number}-{found.position}-{paper_id}")


@blueprint.get("/<number>/receipts/<int:position>.pdf")
@allow(Permission.READ_SAMPLE)
def receipt_again(number: str, position: int) -> Any:
    """The receipt that stands, printed again with its own code."""
    row = seen(number)
    line = next((one for one in lines_of(row) if one.row.position == position and one.papers), None)
    code = issued.code_of(RECEIPT, f"{row.number}/{position}")
    if line is None or not code:
        raise NotFound(_l("No papers arrived for this line."))
    return _answer(receipt.writer(row, line)(code), "application/pdf", f"{number}-{position}.pdf")


@blueprint.get("/<number>/frame.csv")
@allow(Permission.READ_SAMPLE)
def frame(number: str) -> Any:
    """Every line of the frame under its own name and under the id it bears in public."""
    row = seen(number)
    return _answer(csv_bytes(sheets.FRAME, sheets.frame(row)), CSV, f"{number}-frame.csv")


@blueprint.get("/<number>/frame.svg")
@allow(Permission.READ_SAMPLE)
def frame_picture(number: str) -> Any:
    """Where in the frame the drawn lines lie; of a sample that is drawn."""
    row = seen(number)
    if not row.seed:
        raise NotFound(_l("No line is drawn yet."))
    strata = strata_of(row)
    look = {"is_mirrored": figures.reading()[1], "is_narrow": is_narrow()}
    content = figures.kept((row.number, strata, look), "svg", lambda: frame_chart(strata, **look).svg())
    return picture_answer(content)


@blueprint.get("/<number>/lines.csv")
@allow(Permission.READ_SAMPLE)
def lines_file(number: str) -> Any:
    row = _worked(number)
    return _answer(csv_bytes(sheets.LINES, sheets.lines(row)), CSV, f"{number}-lines.csv")


@blueprint.get("/<number>/values.csv")
@allow(Permission.READ_SAMPLE)
def values_file(number: str) -> Any:
    row = _worked(number)
    return _answer(csv_bytes(sheets.VALUES, sheets.values(row)), CSV, f"{number}-values.csv")


@blueprint.get("/<number>/working.xlsx")
@allow(Permission.READ_SAMPLE)
def workbook(number: str) -> Any:
    return _answer(xlsx_book(sheets.book(_worked(number))), XLSX, f"{number}.xlsx")


@blueprint.get("/<number>/working.pdf")
@allow(Permission.READ_SAMPLE)
def working_paper(number: str) -> Any:
    row = _worked(number)
    code = issued.code_of(WORKING, row.number) if row.state == "judged" else ""
    return _answer(document.writer(row)(code), "application/pdf", f"{number}.pdf")


def _worked(number: str) -> AuditSample:
    """The audited read the working papers when the findings are closed; auditors from the draw on."""
    row = seen(number)
    if not row.seed or (is_provider() and row.state != "judged"):
        raise NotFound(_l("The working papers come when the findings are closed."))
    return row


def _answer(content: bytes, media_type: str, name: str) -> Response:
    kind = "inline" if media_type in ("application/pdf", "image/png", "image/jpeg") else "attachment"
    headers = {"Content-Disposition": f'{kind}; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return Response(content, mimetype=media_type, headers=headers)
