"""The web server gets ready before it is given the word, and answers after it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from core.serve import Process, give_word, start_web, stop
from tests.conftest import ROOT

PATIENCE = 60  # seconds


@pytest.fixture
def address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture
def web(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Process]:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("TOUIZA_INSTANCE_FOLDER", str(tmp_path))
    process = start_web(address)
    yield process
    stop((process,))
    assert process.stdin is not None
    process.stdin.close()
    process.wait(timeout=PATIENCE)


def answers(address: str) -> bool:
    try:
        with urlopen(f"http://{address}/health/live", timeout=PATIENCE) as answer:
            return bool(answer.status == 200)
    except URLError:
        return False


def test_the_web_server_answers_when_it_is_given_the_word_and_not_before(
    web: Process, address: str, tmp_path: Path
) -> None:
    until = time.monotonic() + PATIENCE
    while not (tmp_path / "data_key").exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not answers(address)
    give_word(web)
    while not answers(address) and time.monotonic() < until:
        time.sleep(0.1)
    assert answers(address)


def test_a_web_server_whose_starter_is_gone_ends_without_having_served(web: Process, address: str) -> None:
    assert web.stdin is not None
    web.stdin.close()
    assert web.wait(timeout=PATIENCE) == 0
    assert not answers(address)
