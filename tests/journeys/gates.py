"""What every page must pass in a browser: no axe violation, no overflow, targets, quiet console, few bytes.

Each gate returns its findings as sentences; an empty list is a pass.
"""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

WIDTHS = (1280, 360)
NARROW = (360, 320)
FIRST_VISIT_BYTES = 60_000
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')]
  .filter(e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}) && e.type !== 'hidden')
  .filter(e => !(e.tagName === 'A' && getComputedStyle(e).display === 'inline'))
  .map(e => [e, (e.closest('label') || e).getBoundingClientRect()])
  .filter(([e, box]) => box.width > 0 && box.right > 0 && box.bottom > 0 && (box.width < 23.5 || box.height < 23.5))
  .map(([e, box]) => `${e.outerHTML.slice(0, 90)} is ${Math.round(box.width)} x ${Math.round(box.height)} px`)"""
PALE_BORDERS = """() => {
  const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (!/, 0\\)$|transparent/.test(c)) return c; } return 'rgb(255, 255, 255)'; };
  return [...document.querySelectorAll('.form-control, .form-select, .form-check-input')]
    .filter(e => e.checkVisibility()).map(e => { const a = light(getComputedStyle(e).borderTopColor),
      b = light(ground(e.parentElement)); return [e, (Math.max(a, b) + .05) / (Math.min(a, b) + .05)]; })
    .filter(([e, contrast]) => contrast < 3).map(([e, contrast]) => `${e.id || e.name} border ${contrast.toFixed(2)}`);
}"""


def violations(page: Page) -> list[str]:
    """What axe finds, each with the first element."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    return [f"axe {rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found]


def overflow(page: Page, widths: tuple[int, ...] = NARROW) -> list[str]:
    """How far the page is wider than a phone."""
    size, found = page.viewport_size or {"width": 1280, "height": 900}, []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        extra = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{extra} px wider than {width}"] if extra > 0 else []
    page.set_viewport_size(size)
    return found


def small_targets(page: Page) -> list[str]:
    """Things to press that are smaller than 24 px."""
    return list(page.evaluate(SMALL_TARGETS))


def pale_borders(page: Page) -> list[str]:
    """Fields whose border is weaker than 3:1 (axe does not see this)."""
    return list(page.evaluate(PALE_BORDERS))


class Console:
    """Errors and refusals of the content policy, from now on."""

    def __init__(self, page: Page) -> None:
        self.messages: list[str] = []
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.messages.append(f"script: {error}"))

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") or "Content Security Policy" in text:
            self.messages.append(f"console {kind}: {text[:200]}")


def bytes_of_first_visit(browser: Browser, url: str) -> int:
    """Everything over the wire for a reader who comes for the first time."""
    context = browser.new_context()
    page, sizes = context.new_page(), []
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url, wait_until="networkidle")
    context.close()
    return int(sum(sizes))


def look(page: Page, url: str, width: int = 1280) -> list[str]:
    """Open `url` at `width`; everything the gates find there."""
    console = Console(page)
    page.set_viewport_size({"width": width, "height": 900})
    answer: Any = page.goto(url, wait_until="load")
    found = [] if answer and answer.status < 400 else [f"answers {answer and answer.status}"]
    found += violations(page) + overflow(page) + small_targets(page) + pale_borders(page) + console.messages
    return [f"{url} at {width} px: {line}" for line in found]
