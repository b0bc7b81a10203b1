import random
import xml.etree.ElementTree as ElementTree
from functools import cache

import pytest

from quality.charts import HEIGHT, NARROW, WIDTH, ChartTexts, finding, funnel_chart
from quality.statistics.funnel import Direction, Funnel, funnel
from quality.statistics.scales import Proportion, Ratio

TEXTS = ChartTexts("visits due in the quarter", {"P-0231": "Blue Door", "P-small": "Tiny House"})
SVG = "{http://www.w3.org/2000/svg}"


@cache
def visits(*, has_small: bool = False) -> Funnel:
    chance = random.Random(3)
    sizes = [chance.randint(90, 850) for _ in range(24)]
    results = [
        Proportion(f"P{i:02}", sum(chance.random() < 0.88 for _ in range(n)), n, 90) for i, n in enumerate(sizes)
    ]
    results.append(Proportion("P-0231", 276, 388, 80))
    if has_small:
        results.append(Proportion("P-small", 5, 60, 9))
    result = funnel(results)
    assert result is not None
    return result


def parsed(**settings):
    chosen = settings.pop("of", visits())
    return ElementTree.fromstring(funnel_chart(chosen, TEXTS, **settings).svg())


def group(root, name):
    return next(g for g in root.iter(f"{SVG}g") if g.get("id") == name)


def words(root):
    return [text.text.translate(dict.fromkeys((0x2066, 0x2067, 0x2069))) for text in root.iter(f"{SVG}text")]


def test_every_published_provider_has_one_mark():
    root = parsed(highlight="P-0231")
    assert len(list(group(root, "peers").iter(f"{SVG}use"))) == 24
    assert len(list(group(root, "spoken-of").iter(f"{SVG}use"))) == 1
    assert any("Blue Door" in text and "71.1 %" in text for text in words(root))


def test_a_suppressed_provider_has_no_mark_and_no_words():
    public = visits(has_small=True).published()
    assert public is not None
    hidden = {point.provider for point in public.points if point.value is None}
    assert "P-small" in hidden
    assert len(hidden) == 2
    root = parsed(of=public, highlight="P-small")
    assert len(list(group(root, "peers").iter(f"{SVG}use"))) == 26 - 2
    assert not any("Tiny" in text for text in words(root))
    assert finding(public, TEXTS, "P-small") == "Tiny House is not shown: too few persons stand behind the figure."


def test_the_same_funnel_gives_the_same_bytes():
    assert (
        funnel_chart(visits(), TEXTS, highlight="P-0231").svg()
        == funnel_chart(visits(), TEXTS, highlight="P-0231").svg()
    )
    assert funnel_chart(visits(), TEXTS).png(100) == funnel_chart(visits(), TEXTS).png(100)
    assert funnel_chart(visits(), TEXTS).svg() != funnel_chart(visits(), TEXTS, highlight="P00").svg()


def test_ids_are_unique_text_stays_text_and_the_ground_is_opaque():
    root = parsed()
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert {"99.8 % dashed", "95 % solid", "100 %", "visits due in the quarter"} <= set(words(root))
    assert (root.get("width"), root.get("height")) == (str(WIDTH), str(HEIGHT))
    assert "fill: #ffffff" in ElementTree.tostring(group(root, "patch_1")).decode()


def test_limits_are_told_apart_by_dash():
    root = parsed()
    solid, dashed = (ElementTree.tostring(group(root, f"limit-{name}")).decode() for name in ("lower_95", "lower_998"))
    assert "stroke-dasharray" in dashed
    assert "stroke-dasharray" not in solid


def test_without_a_provider_spoken_of_the_alerts_are_named():
    root = parsed()
    assert len(list(group(root, "spoken-of").iter(f"{SVG}use"))) == 1
    assert finding(visits(), TEXTS) == "Worse than chance explains: Blue Door. 25 providers in all."


def test_right_to_left_mirrors_the_size_axis():
    def first_mark(is_mirrored):
        root = parsed(highlight="P-0231", is_mirrored=is_mirrored)
        return float(next(group(root, "spoken-of").iter(f"{SVG}use")).get("x"))

    assert first_mark(True) == pytest.approx(WIDTH - first_mark(False), abs=1e-3)


def test_the_finding_says_what_chance_explains():
    assert finding(visits(), TEXTS, "P-0231").startswith(
        "Blue Door: 71.1 % (276 of 388). The lowest that chance explains at this size is 8"
    )
    assert "That is within chance" in finding(visits(), TEXTS, "P03")


def test_ratios_are_drawn_too_and_a_png_is_a_png():
    result = funnel([Ratio(f"P{i}", 20 + i, 22.0, 300) for i in range(4)], direction=Direction.DOWN)
    assert result is not None
    texts = ChartTexts("expected admissions", value=lambda value: f"{value:.2f}")
    assert b"<svg" in funnel_chart(result, texts).svg()
    assert funnel_chart(result, texts).png(72).startswith(b"\x89PNG")
    assert finding(result, texts) == "4 providers, none worse than chance explains."


def test_a_name_is_written_as_it_is():
    texts = ChartTexts("visits", {"P-0231": "Cash $1 & <Care> $2"})
    root = ElementTree.fromstring(funnel_chart(visits(), texts, highlight="P-0231").svg())
    assert "Cash $1 & <Care> $2, 71.1 %" in words(root)


def test_a_phone_gets_a_narrow_picture_whose_letters_keep_their_size():
    wide, narrow = parsed(highlight="P-0231"), parsed(highlight="P-0231", is_narrow=True)
    assert narrow.get("width") == str(NARROW)
    sizes = [{"13px" in text.get("style", "") for text in root.iter(f"{SVG}text")} for root in (wide, narrow)]
    assert sizes == [{True}, {True}]
    assert {"99.8\u00a0%", "dashed"} <= set(words(narrow))
    assert any("Blue Door" in text for text in words(narrow))
