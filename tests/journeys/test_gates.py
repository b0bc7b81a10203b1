"""The gates themselves: a page full of faults must be reported fault by fault."""

from __future__ import annotations

from tests.journeys import gates

BAD = """<!doctype html><html><head><title>Bad</title></head><body><main><h1>Bad</h1>
<input id="nameless" class="form-control" style="border: 1px solid #dee2e6">
<p style="color: #ccc">pale words</p><button style="width: 10px; height: 10px; padding: 0">x</button>
<div style="width: 900px">wide</div><script>throw new Error("planted")</script></main></body></html>"""


def test_axe_finds_a_removed_label_a_missing_language_and_pale_text(browser):
    page = browser.new_page()
    page.set_content(BAD)
    found = " ".join(gates.violations(page))
    page.close()
    assert all(rule in found for rule in ("axe label", "axe html-has-lang", "axe color-contrast"))


def test_overflow_small_targets_and_pale_borders_are_found(browser):
    page = browser.new_page()
    page.set_content(BAD)
    assert len(gates.overflow(page)) == 2
    assert any("10 x 10 px" in line for line in gates.small_targets(page))
    assert gates.pale_borders(page) == ["nameless border 1.30"]
    page.close()


def test_a_failing_script_and_a_breach_of_the_policy_are_heard(visit):
    page = visit()
    console = gates.Console(page)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    page.evaluate("setTimeout(() => { throw new Error('planted') })")
    page.wait_for_timeout(200)
    assert any("Content Security Policy" in line for line in console.messages)
    assert any("planted" in line for line in console.messages)
