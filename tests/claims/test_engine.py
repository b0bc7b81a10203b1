"""The compiled engine is the same text: it must decide every case as the interpreted one does."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from claims import engine
from claims.engine import building
from claims.engine.expanding import expanded

LINES = 3_000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lacks = building.missing()
    if lacks:
        pytest.skip(f"The compiled engine was NOT compared with the text: {lacks}.")
    folder = tmp_path_factory.mktemp("engine") / "built"
    building.build(folder, optimisation="0")
    return folder


def decided(choice: str) -> list[str]:
    command = [sys.executable, "-m", "tests.claims.decided", str(LINES)]
    told = subprocess.run(
        command, cwd=engine.ROOT, env={**os.environ, "TOUIZA_ENGINE": choice}, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    return told.stdout.splitlines()


def test_the_compiled_engine_decides_every_case_as_the_text_says(built: Path) -> None:
    first, *interpreted = decided("interpreted")
    second, *compiled = decided(str(built))
    assert (first, second) == ("interpreted", "compiled")
    assert len(interpreted) > 4 * LINES
    assert compiled == interpreted


def test_a_build_of_another_text_never_decides(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, importers: list[Any]
) -> None:
    assert engine.is_fresh(built)
    monkeypatch.setenv("TOUIZA_ENGINE", str(built))
    engine.use()
    assert isinstance(importers[0], engine.Compiled)
    del importers[0]
    text = "claims/adjudication.py"
    (tmp_path / "claims").mkdir()
    (tmp_path / text).write_text((engine.ROOT / text).read_text() + "\n")
    monkeypatch.setattr(engine, "PARTS", (text,))
    monkeypatch.setattr(engine, "ROOT", tmp_path)
    engine.use()
    assert not isinstance(importers[0], engine.Compiled)
    assert "another text" in engine.told()


@pytest.fixture
def importers() -> Iterator[list[Any]]:
    before = list(sys.meta_path)
    yield sys.meta_path
    sys.meta_path[:] = before


RECORD = '''
from dataclasses import dataclass, field


@dataclass(slots=True)
class Record:
    """Something."""

    name: str
    amount: int = 3
    kept: list[int] = field(default_factory=list)
    double: int = field(init=False)

    def __post_init__(self) -> None:
        self.double = 2 * self.amount
'''


def test_a_record_written_out_is_the_record_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    record = _defined(expanded(RECORD))
    plain = _defined(RECORD)
    assert "def __init__(self, name: str, amount: int = 3, kept: list[int] | None = None) -> None:" in expanded(RECORD)
    assert repr(record("a")) == repr(plain("a"))
    assert record("a") == record("a", 3, []) != record("a", 4)
    assert record("a").kept is not record("a").kept
    monkeypatch.setattr(sys.modules[__name__], "Record", record, raising=False)
    assert pickle.loads(pickle.dumps(record("b", 4, [1]))) == record("b", 4, [1])


def _defined(text: str) -> Any:
    names: dict[str, Any] = {"__name__": __name__}
    exec(compile(text, "record", "exec"), names)
    return names["Record"]


def test_without_a_compiler_nothing_is_built_and_nothing_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building.shutil, "which", lambda name: None)
    assert building.built_or_why_not() == "Not built: there is no C compiler."
