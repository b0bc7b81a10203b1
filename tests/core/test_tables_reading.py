"""The door for files: dialects, whole-file refusals, the 993 and the 7."""

import csv
import datetime as dt
import io
import zipfile

import pytest
from marshmallow import Schema, fields, validate

from core.errors import InputErrors, TooLarge
from core.money import Currency
from core.tables import FileRefused, Limits, chunks, open_reading, parse_mapping, read, xlsx_bytes
from core.tables import workbook as workbook_rows

DINAR = Currency("TND", 3)
MAPPING = parse_mapping(
    """
[fields.claim_no]
column = "claim_no"
kind = "identifier"
filled = true
[fields.service_on]
column = "service_start"
kind = "date"
filled = true
[fields.amount]
column = "amount"
kind = "amount"
filled = true
[fields.note]
column = "note"
required = false
"""
)
HEADER = "claim_no,service_start,amount,note\n"


def keep(row):
    return row


def load(content, filename="claims.csv", schema=keep, **more):
    return read(content, filename=filename, mapping=MAPPING, schema=schema, currency=DINAR, **more)


def thousand_rows():
    bad = {3: "C3,2026-02-30,1.000,", 99: "C99,27/03/26,1.000,", 250: ",2026-01-01,1.000,", 400: "C400,2026-01-01,abc,",
           777: "C777,2026-01-01,,", 900: 'C900,2026-01-01,"5,400",=1+1', 1000: "C1000,03/14/2026,1.000,"}  # fmt: skip
    return HEADER + "\n".join(bad.get(n, f"C{n},2026-01-01,1.000,ok") for n in range(1, 1001)) + "\n"


def test_of_a_thousand_rows_993_are_ready_and_7_need_work():
    report = load(thousand_rows().encode())
    assert (len(report.ready), len(report.wrong)) == (993, 7)
    first = report.wrong[0]
    assert first.number == 4  # the header is row 1
    (problem,) = first.problems
    assert (problem.column, problem.value, str(problem.reason)) == (
        "service_start",
        "2026-02-30",
        "There is no such day.",
    )
    assert str(problem.fix) == "Enter a real date, like 2026-03-27."


def test_the_seven_rows_come_back_with_an_error_column_and_go_in_again_when_mended():
    returned = load(thousand_rows().encode()).wrong_rows_csv()
    rows = list(csv.reader(io.StringIO(returned.decode("utf-8-sig"))))
    assert rows[0] == ["claim_no", "service_start", "amount", "note", "error"]
    assert len(rows) == 8
    assert rows[1][4] == "service_start: There is no such day. Enter a real date, like 2026-03-27."
    assert rows[6][2:4] == ["5,400", "'=1+1"]
    for row in rows[1:]:
        row[0:3] = [row[0] or "C250", "2026-01-01", "1.000"]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    mended = load(text.getvalue().encode("utf-8-sig"))
    assert (len(mended.ready), mended.wrong, mended.warnings) == (7, [], [])
    assert mended.values[5]["note"] == "=1+1"


NAMES = {
    "utf-8": "Zoé عائشة",
    "utf-8-sig": "Zoé عائشة",
    "utf-16": "Zoé عائشة",
    "cp1252": "Muñoz Ángela",
    "cp1256": "عائشة بن علي",
}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", NAMES)
def test_encodings_and_delimiters_are_found(encoding, delimiter):
    text = (HEADER + f"C1,2026-01-01,1.000,{NAMES[encoding]}\n").replace(",", delimiter)
    report = load(text.encode(encoding))
    assert report.values[0]["note"] == NAMES[encoding]
    assert (report.dialect.encoding, report.dialect.delimiter) == (encoding, delimiter)
    assert report.dialect.is_guessed == (encoding in ("cp1252", "cp1256"))


def test_a_declared_encoding_beats_the_guess():
    report = load((HEADER + "C1,2026-01-01,1.000,ÁÉ\n").encode("cp1252"), encoding="cp1252")
    assert report.values[0]["note"] == "ÁÉ"


def test_a_byte_that_does_not_fit_the_declared_encoding_is_refused_in_words():
    with pytest.raises(FileRefused, match="not written in utf-8"):
        load((HEADER + "C1,2026-01-01,1.000,é\n").encode("cp1252"), encoding="utf-8")


def test_blank_rows_count_in_row_numbers_and_order_of_columns_is_free():
    report = load(b"amount,note,service_start,claim_no\n\n,,,\n1.000,,2026-01-01,C1\n")
    assert [row.number for row in report.ready] == [4]


def test_a_row_with_too_many_cells_is_wrong_and_a_short_one_is_filled_up():
    report = load((HEADER + "C1,2026-01-01,5,400,x\nC2,2026-01-01,1.000\n").encode())
    assert str(report.wrong[0].problems[0].reason) == "This row has 5 cells for 4 columns."
    assert report.values[0]["claim_no"] == "C2"


def workbook(rows):
    return xlsx_bytes(HEADER.strip().split(","), rows)


def test_a_workbook_is_read_with_typed_cells():
    report = load(workbook([["C1", dt.date(2026, 3, 1), 12.5, "a"], [17, "1/3/2026", "1.250", None]]), "claims.xlsx")
    assert [v["claim_no"] for v in report.values] == ["C1", "17"]
    assert [v["service_on"] for v in report.values] == [dt.date(2026, 3, 1)] * 2
    assert [v["amount"] for v in report.values] == [12500, 1250]
    assert report.dialect is None


def archive(**members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return content.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "filename", "code", "words"),
    [
        (b"", "a.csv", "empty_file", "is empty"),
        (b"\xef\xbb\xbf \r\n", "a.csv", "empty_file", "is empty"),
        (workbook([]), "a.csv", "wrong_type", "Excel workbook though its name ends in .csv"),
        (HEADER.encode(), "a.xlsx", "wrong_type", "not an Excel workbook"),
        (b"%PDF-1.7 ...", "a.csv", "wrong_type", "PDF"),
        (b"MZ\x90\x00\x03", "a.csv", "wrong_type", "EXE"),
        (b"\x7fELF\x02", "a.xlsx", "wrong_type", "ELF"),
        (HEADER.encode(), "a.docx", "wrong_type", ".docx are not read"),
        (archive(a_dot_csv=b"x"), "a.xlsx", "wrong_type", "ZIP archive"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "password_protected", "password"),
        (OLE + b"\0" * 600, "a.xls", "wrong_type", "old Excel"),
        (b"PK\x03\x04 broken", "a.xlsx", "unreadable", "damaged"),
        (archive(xl__workbook_dot_xml=b"<no"), "a.xlsx", "unreadable", "damaged"),
        (b"claim_no,amount\0\n", "a.csv", "unreadable", "NUL"),
        (HEADER.encode() + b'C1,2026-01-01,1.000,"open\n', "a.csv", "unreadable", "quotation mark"),
        (b"a,A\n", "a.csv", "repeated_columns", "twice"),
        (b"\n" + HEADER.encode(), "a.csv", "unreadable", "first row is blank"),
    ],
)
def test_each_cause_of_refusal_has_its_own_words(content, filename, code, words):
    with pytest.raises(FileRefused) as caught:
        load(content, filename)
    assert caught.value.code == code
    assert words in str(caught.value.message)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(line_length=50), "A line is longer than 50"),
        (Limits(field_length=20), "A cell in row 2 is longer than 20"),
        (Limits(columns=3), "more than 3 columns"),
    ],
)
def test_lines_cells_and_columns_are_limited(limits, words):
    with pytest.raises(FileRefused, match=words):
        load((HEADER + "C1,2026-01-01,1.000," + "x" * 60 + "\n").encode(), limits=limits)


def test_a_file_over_the_limit_is_told_the_limit():
    with pytest.raises(TooLarge) as caught:
        load(b"x" * 1_600_000, limits=Limits(csv_size=1_000_000, workbook_size=1_000_000))
    assert "1.6 MB. The limit is 1 MB" in str(caught.value)


def test_a_zip_bomb_is_refused_by_its_directory_alone(monkeypatch):
    bomb = archive(xl__workbook_dot_xml=b"<x/>", xl__sheet_dot_xml=b"\0" * 101_000_000)

    def unpacked(*_):
        raise AssertionError("the bomb was opened")

    monkeypatch.setattr(zipfile.ZipFile, "open", unpacked)
    monkeypatch.setattr(workbook_rows, "rows", unpacked)
    with pytest.raises(TooLarge, match="swells to 102 MB"):
        load(bomb, "a.xlsx")


def test_a_workbook_of_too_many_members_or_rows_is_refused():
    crowd = archive(xl__workbook_dot_xml=b"<x/>", **{f"m{n}": b"" for n in range(1_001)})
    with pytest.raises(TooLarge):
        load(crowd, "a.xlsx")
    with pytest.raises(TooLarge, match="more than 2 rows"):
        load(workbook([["C1", dt.date(2026, 1, 1), 1]] * 3), "a.xlsx", limits=Limits(workbook_rows=2))


def test_a_workbook_that_takes_too_long_is_stopped():
    with pytest.raises(FileRefused, match="too complicated"):
        load(workbook([["C1", dt.date(2026, 1, 1), 1]] * 1_000), "a.xlsx", limits=Limits(parse_seconds=0))


def test_a_workbook_that_takes_too_much_memory_is_stopped():
    with pytest.raises(FileRefused):
        load(workbook([["C1", dt.date(2026, 1, 1), 1]] * 1_000), "a.xlsx", limits=Limits(parse_memory=1_000_000))


def test_what_the_schema_refuses_is_told_by_the_senders_column():
    def positive(row):
        if row["amount"] == 0:
            raise InputErrors.at("service_on", "The day is closed.")
        return row["claim_no"]

    report = load((HEADER + "C1,2026-01-01,0,\nC2,2026-01-01,1,\n").encode(), schema=positive)
    assert report.values == ["C2"]
    (problem,) = report.wrong[0].problems
    assert (problem.column, problem.value, problem.reason) == ("service_start", "2026-01-01", "The day is closed.")


class ClaimSchema(Schema):
    claim_no = fields.String(required=True)
    service_on = fields.Date(required=True)
    amount = fields.Decimal(required=True, validate=validate.Range(min=1))
    note = fields.String(required=True)


def test_a_marshmallow_schema_gets_what_the_api_would_send():
    report = load((HEADER + "C1,1/2/2026,0.5,\nC2,1/2/2026,1.500,x\n").encode(), schema=ClaimSchema())
    assert str(report.values[0]["amount"]) == "1.500"
    assert report.values[0]["service_on"] == dt.date(2026, 2, 1)
    assert sorted(problem.column for problem in report.wrong[0].problems) == ["amount", "note"]


def test_chunks_give_the_same_rows_in_parts():
    content = thousand_rows().encode()
    reading = open_reading(
        io.BytesIO(content), filename="a.csv", mapping=MAPPING, schema=lambda row: row["claim_no"], currency=DINAR
    )
    parts = list(chunks(reading, 300))
    assert [len(part.ready) + len(part.wrong) for part in parts] == [300, 300, 300, 100]
    whole = load(content, schema=lambda row: row["claim_no"])
    assert [value for part in parts for value in part.values] == whole.values


class Pipe(io.RawIOBase):
    def __init__(self, content):
        self._rest = io.BytesIO(content)

    def readable(self):
        return True

    def readinto(self, buffer):
        return self._rest.readinto(buffer)


def test_a_stream_that_cannot_seek_is_read_too():
    assert len(load(Pipe(thousand_rows().encode())).ready) == 993
