"""The look keeps its promises: small, logical, without inline styles, controls that can be seen."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CSS = (ROOT / "static" / "brand.css").read_text(encoding="utf-8")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def token(name: str) -> str:
    found = re.search(rf"--{name}: (#[0-9a-f]{{6}});", CSS)
    assert found, f"brand.css has no token {name}"
    return found[1]


@pytest.mark.parametrize(("name", "limit"), [("brand.css", 7_500), ("app.js", 3_000)])
def test_the_skin_stays_small(name: str, limit: int) -> None:
    assert len(gzip.compress((ROOT / "static" / name).read_bytes(), 9)) <= limit


def test_directions_are_logical_so_that_arabic_works() -> None:
    physical = re.findall(r"(?:margin|padding|border|inset)-(?:left|right)|[;{ ](?:left|right|float): ?", CSS)
    aligned = [line for line in CSS.splitlines() if re.search(r"text-align: (left|right)", line) and ".num" not in line]
    assert physical == []
    assert aligned == []


@pytest.mark.parametrize("ground", ["wool", "linen"])
def test_the_border_of_a_control_can_be_seen(ground: str) -> None:
    assert contrast(token("edge"), token(ground)) >= 3
    assert re.search(r"\.form-control, \.form-select, \.form-check-input \{ border-color: var\(--edge\)", CSS)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "wool"),
        ("soft", "wool"),
        ("soft", "linen"),
        ("soft", "nila-tint"),
        ("nila", "nila-tint"),
        ("saffron-ink", "saffron-tint"),
        ("olive", "olive-tint"),
        ("madder", "madder-tint"),
    ],
)
def test_text_can_be_read_on_its_ground(text: str, ground: str) -> None:
    assert contrast(token(text), token(ground)) >= 4.5


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_carries_no_inline_style_or_script(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\bsrc=)", text)
