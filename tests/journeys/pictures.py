"""The pictures of README and docs, taken from a running demo: `python -m tests.journeys.pictures [address]`.

Run by hand after a change of the look. Everything in them is invented; colours are reduced so that each stays small.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.conftest import ARGUMENTS, chromium

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
STYLE = Path(__file__).parents[2] / "static" / "brand.css"
HEIGHT, COLOURS, LIMIT = 1440, 64, 120_000


@dataclass(frozen=True)
class Picture:
    """`who` walks in by the card with this name and `steps` leads to the page; nobody: the public start page."""

    name: str
    who: str = ""
    steps: Callable[[Page], None] = lambda _page: None
    language: str = "en"
    width: int = 1280


def first(*places: str) -> Callable[[Page], None]:
    """Open a path, then follow the first link of each selector."""

    def walk(page: Page) -> None:
        page.goto(places[0])
        for selector in places[1:]:
            page.goto(page.locator(selector).first.get_attribute("href") or "")

    return walk


def why(page: Page) -> None:
    """The first line of a claim that was decided in part."""
    page.goto("/claims?state=in_part")
    page.goto(f"{page.locator('tbody th a').first.get_attribute('href')}/lines/1")


PICTURES = (
    Picture("start"),
    Picture("officer-today", "A. Tiriel"),
    Picture("tender", "A. Tiriel", first("/tenders?stage=sealed", "main a[href*='/tenders/T-']")),
    Picture("bid", "N. Zerbay", first("/today", "main a[href$='/bid']"), width=360),
    Picture("claims", "N. Zerbay", first("/claims")),
    Picture("why", "N. Zerbay", why),
    Picture("review", "T. Amekran", first("/claims/review")),
    Picture("payment-run", "D. Oulaya", first("/today", "main a[href*='/payments/runs/']")),
    Picture("provider-quality", "H. Senuri", first("/quality", "main a[href*='/quality/providers/']")),
    Picture("why-arabic", "N. Zerbay", why, language="ar"),
)


def take(browser: Browser, address: str, picture: Picture) -> bytes:
    """The page as PNG, from its top to at most `HEIGHT`."""
    context = browser.new_context(viewport={"width": picture.width, "height": 900}, base_url=address)
    page = context.new_page()
    page.goto(f"/?lang={picture.language}")
    if picture.who:
        page.locator("form.door", has_text=picture.who).first.locator("button").click()
    picture.steps(page)
    page.wait_for_load_state("networkidle")
    taken = page.screenshot(full_page=True)
    context.close()
    return taken


def palette_of(image: Image.Image) -> Image.Image:
    """The colours of the look as they are, then those the picture needs most."""
    look = sorted({"ffffff", *re.findall(r"#([0-9a-f]{6})\b", STYLE.read_text())})
    needed = image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*b"".join(bytes.fromhex(colour) for colour in look), *needed[: 3 * COLOURS]])
    return palette


def keep(taken: bytes, picture: Picture) -> int:
    """Crop, reduce the colours, write; the number of bytes."""
    image = Image.open(BytesIO(taken)).convert("RGB")
    cropped = image.crop((0, 0, image.width, min(image.height, HEIGHT)))
    path = FOLDER / f"{picture.name}-{picture.width}.png"
    reduced = cropped.quantize(palette=palette_of(cropped), dither=Image.Dither.NONE)
    reduced.save(path, optimize=True)
    return path.stat().st_size


def main(address: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), headless=True, args=ARGUMENTS)
        for picture in PICTURES:
            size = keep(take(browser, address, picture), picture)
            print(f"{picture.name}: {size:,} bytes{'' if size < LIMIT else ', too large'}")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
