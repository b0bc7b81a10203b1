"""The floors of the house: imports go down only."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """import-linter's verdict on the contracts in `folder`."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_imports_go_down_only():
    verdict = lint(ROOT)
    assert verdict.returncode == 0, verdict.stdout[-3000:]


def test_an_import_upwards_is_found(tmp_path):
    for name, text in {"low": "import high\n", "high": ""}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(text)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.importlinter]\nroot_packages = ["low", "high"]\n'
        '[[tool.importlinter.contracts]]\nname = "down"\ntype = "layers"\nlayers = ["high", "low"]\n'
    )
    verdict = lint(tmp_path)
    assert verdict.returncode == 1
    assert "low is not allowed to import high" in verdict.stdout
