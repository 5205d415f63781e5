"""The meal in a real browser: change it, cook it, shop with it, without a network too."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.page.browsing import DESKTOP, NARROW, PHONE, opened, served
from tests.web.page.cooked import PROFILES, Larder, larder
from tests.web.page.test_meal import rewritten, with_shops

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

PAGES = ("", "/cook", "/basket", "/again")
CUT = """[...document.querySelectorAll('main *')]
.filter(one => one.checkVisibility() && !one.matches('.unseen, svg, svg *'))
.filter(one => getComputedStyle(one).overflow !== 'visible')
.filter(one => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)
.map(one => one.outerHTML.slice(0, 120))"""
"""What stands in a box that is too small for it."""
KEPT = "caches.open('aichef-baskets').then(c => c.keys()).then(k => k.map(r => r.url))"
"""What a device keeps for the road."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Larder:
    return larder(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def meals(home: Larder) -> dict[str, str]:
    return {name: home.cooked(PROFILES[name]) for name in ("keto", "diabetes", "baby_food")}


@pytest.fixture(scope="module")
def base(browser: Browser, home: Larder) -> Iterator[str]:
    import pytest_socket

    pytest_socket.enable_socket()
    with served(home.settings.data_dir, home.store) as found:
        yield found


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("scheme", "viewport"), [("light", DESKTOP), ("dark", PHONE), ("light", NARROW)]
)
def test_axe_finds_nothing_and_nothing_is_cut(
    browser: Browser,
    base: str,
    meals: dict[str, str],
    path: str,
    scheme: Any,
    viewport: Any,
) -> None:
    with opened(browser, base, color_scheme=scheme, viewport=viewport) as visit:
        visit.go(f"/s/{meals['diabetes']}{path}")
        for details in visit.page.query_selector_all("details"):
            details.evaluate("one => { one.open = true }")
        assert visit.violations() == []
        assert visit.overflow() <= 0


def test_in_english_axe_finds_nothing_either(
    browser: Browser, base: str, meals: dict[str, str]
) -> None:
    with opened(browser, base, locale="en-GB") as visit:
        for path in PAGES:
            visit.go(f"/s/{meals['keto']}{path}?lang=en")
            assert visit.violations() == []


def test_plus_rescales_the_page_at_once_and_keeps_the_focus(
    browser: Browser, base: str, meals: dict[str, str]
) -> None:
    with opened(browser, base) as visit:
        page = visit.go(f"/s/{meals['keto']}")
        page.evaluate("window.same = true")
        before = page.inner_text(".things li:first-child b")
        page.click("[data-key=more]")
        page.locator("#servings", has_text="3인분").wait_for()
        assert page.inner_text(".things li:first-child b") != before
        assert page.evaluate("window.same") is True
        assert "servings=3" in page.url
        assert page.evaluate("document.activeElement.dataset.key") == "more"
        assert "3인분으로 바꿨어요" in page.inner_text("#told")
        page.reload()
        assert page.inner_text("#servings") == "3인분"


def test_what_one_has_already_leaves_the_list(
    browser: Browser, base: str, meals: dict[str, str]
) -> None:
    with opened(browser, base) as visit:
        page = visit.go(f"/s/{meals['keto']}/basket")
        first = page.locator(".shelf .things li").first
        name = first.locator(".what").inner_text().split("\n")[0]
        first.locator("a[data-live]").last.click()
        page.wait_for_selector(".changes")
        assert name not in page.inner_text(".shelf .things")
        page.click(".note a[data-live]")
        page.wait_for_selector(".changes", state="detached")
        assert name in page.inner_text(".shelf .things")


def test_the_list_and_its_ticks_are_there_without_a_network(
    browser: Browser, base: str, meals: dict[str, str]
) -> None:
    with opened(browser, base, strict=False, viewport=PHONE) as visit:
        page = visit.go(f"/s/{meals['keto']}/basket")
        page.wait_for_selector("[data-kept]:not([hidden])", state="attached")
        page.locator("[data-tick]").first.check()
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.context.set_offline(True)
        page.reload()
        assert page.locator("[data-tick]").first.is_checked()
        assert page.inner_text("[data-ticked]").startswith("1 / ")
        page.wait_for_selector("[data-no-network]", state="visible")
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.chip')).display") != "inline"
        )


def test_two_quick_taps_count_twice_and_page_and_address_agree(
    browser: Browser, base: str, meals: dict[str, str]
) -> None:
    with opened(browser, base) as visit:
        page = visit.go(f"/s/{meals['keto']}")
        page.evaluate("window.same = true")
        page.evaluate(
            "for (let n = 0; n < 3; n++) document.querySelector('[data-key=more]').click()"
        )
        page.locator("#servings", has_text="5인분").wait_for()
        page.evaluate("document.querySelector('[data-key=fewer]').click()")
        page.evaluate("document.querySelector('.things [data-key^=home-]').click()")
        page.locator(".changes", has_text="집에 있다고 하신 것").wait_for()
        assert page.inner_text("#servings") == "4인분"
        assert "servings=4" in page.url
        assert "have=" in page.url
        assert page.evaluate("window.same") is True


def test_what_stands_around_the_meal_follows_a_change(
    browser: Browser, base: str, meals: dict[str, str]
) -> None:
    with opened(browser, base) as visit:
        page = visit.go(f"/s/{meals['keto']}")
        page.click("[data-key=more]")
        page.locator("#servings", has_text="3인분").wait_for()
        assert "servings=3" in str(page.get_attribute("a[hreflang]", "href"))
        data = page.inner_text("script[type='application/ld+json']")
        assert json.loads(data)["recipeYield"][0] == "3"
        page.click("[data-key=undo]")
        page.wait_for_selector(".changes", state="detached")
        assert page.evaluate("document.activeElement.tagName") == "H1"


def test_the_focus_goes_to_what_took_the_place_of_the_control(
    browser: Browser, base: str, home: Larder
) -> None:
    one = rewritten(home, home.cooked(PROFILES["general"]), with_shops)
    with opened(browser, base) as visit:
        page = visit.go(f"/s/{one}/basket?servings=3")
        page.click(".others summary >> nth=0")
        page.click("[data-key^=pick-] >> nth=0")
        page.locator(".changes", has_text="고른 상품").wait_for()
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
        page.click("[data-key^=plan-] >> nth=0")
        page.wait_for_url("**plan=**")
        assert page.evaluate("document.activeElement.closest('.now') !== null")


def test_a_tick_is_of_one_line_and_its_amount(
    browser: Browser, base: str, meals: dict[str, str]
) -> None:
    with opened(browser, base) as visit:
        page = visit.go(f"/s/{meals['keto']}")
        ticks = page.locator("#meal [data-tick]")
        names = [one.get_attribute("data-tick") for one in ticks.all()]
        assert len(set(names)) == len(names)
        ticks.first.check()
        page.click("[data-key=more]")
        page.locator("#servings", has_text="3인분").wait_for()
        assert not ticks.first.is_checked()
        page.click("[data-key=fewer]")
        page.locator("#servings", has_text="2인분").wait_for()
        assert ticks.first.is_checked()


def test_offline_nothing_pretends_to_change_and_a_list_is_under_its_own_address(
    browser: Browser, base: str, meals: dict[str, str]
) -> None:
    with opened(browser, base, strict=False, viewport=PHONE) as visit:
        here = f"/s/{meals['keto']}/basket"
        page = visit.go(here)
        page.wait_for_selector("[data-kept]:not([hidden])", state="attached")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        lines = page.locator(".shelf .things li").count()
        page.context.set_offline(True)
        page.locator(".shelf a[data-live]").last.click()
        page.wait_for_selector("#unchanged", state="visible")
        assert page.locator(".shelf .things li").count() == lines
        assert page.url == base + here
        page.goto(f"{base}{here}?servings=4")
        assert page.url == f"{base}{here}#instead"
        assert "2인분" in page.inner_text(".lead")
        page.wait_for_selector("[data-no-network=instead]", state="visible")
        assert "2인분 목록" in page.inner_text("[data-no-network=instead]")
        assert page.is_hidden("[data-no-network='']")
        page.context.set_offline(False)
        page.locator(".shelf a[data-live]").last.click()
        page.wait_for_selector(".changes")
        assert "have=" in page.url


def test_no_more_lists_are_kept_than_a_device_should_carry(
    browser: Browser, base: str, meals: dict[str, str]
) -> None:
    with opened(browser, base) as visit:
        page = visit.go(f"/s/{meals['keto']}/basket")
        page.wait_for_selector("[data-kept]:not([hidden])", state="attached")
        page.evaluate(
            """() => caches.open('aichef-baskets').then(async kept => {
                for (let n = 0; n < 30; n++) await kept.put(`/s/old${n}/basket`, new Response('x'));
                const headers = { Date: 'Mon, 02 Nov 2020 00:00:00 GMT' };
                await kept.put('/s/ancient/basket', new Response('x', { headers }));
                const ticks = JSON.stringify({ at: Date.parse(headers.Date), ticks: ['a'] });
                localStorage.setItem('aichef:ticks:ancient-shop', ticks);
            })"""
        )
        page.reload()
        page.wait_for_selector("[data-kept]:not([hidden])", state="attached")
        page.wait_for_timeout(300)
        kept = page.evaluate(KEPT)
        assert sum("/s/" in url for url in kept) == 12
        assert page.url in kept
        assert not [url for url in kept if "ancient" in url]
        assert not page.evaluate("localStorage.getItem('aichef:ticks:ancient-shop')")


def test_the_device_forgets_everything_it_kept(
    browser: Browser, base: str, meals: dict[str, str]
) -> None:
    with opened(browser, base) as visit:
        page = visit.go(f"/s/{meals['keto']}/basket")
        page.wait_for_selector("[data-kept]:not([hidden])", state="attached")
        page.locator("[data-tick]").first.check()
        visit.go("/settings")
        page.click("#forget")
        page.wait_for_selector("#said:has-text('지웠어요')")
        assert page.evaluate(KEPT) == []
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_forgetting_takes_along_what_the_device_kept(
    browser: Browser, base: str, home: Larder
) -> None:
    one = home.cooked(PROFILES["keto"])
    with opened(browser, base) as visit:
        page = visit.go(f"/s/{one}/basket")
        page.wait_for_selector("[data-kept]:not([hidden])", state="attached")
        page.locator("[data-tick]").first.check()
        visit.go(f"/s/{one}")
        # It is asked once more, without scripts too.
        assert page.is_hidden(".forget button")
        page.click(".forget summary")
        page.click(".forget button")
        page.wait_for_url(re.compile(r"/(\?.*)?$"))
        assert not [url for url in page.evaluate(KEPT) if one in url]
        assert not [key for key in page.evaluate("Object.keys(localStorage)") if one in key]


def test_cook_mode_goes_step_by_step_with_timers_that_go_on(
    browser: Browser, base: str, meals: dict[str, str]
) -> None:
    with opened(browser, base, viewport=PHONE) as visit:
        page = visit.go(f"/s/{meals['keto']}/cook")
        assert _steps_shown(page) == 1
        page.click(".step:not([hidden]) [data-seconds]")
        assert "남음" in page.inner_text("#timers")
        page.click(".step:not([hidden]) [data-to='2']")
        assert _steps_shown(page) == 1
        assert "2단계" in page.inner_text(".step:not([hidden]) h2")
        assert "step=2" in page.url
        page.keyboard.press("ArrowRight")
        assert "3단계" in page.inner_text(".step:not([hidden]) h2")
        page.reload()
        assert "3단계" in page.inner_text(".step:not([hidden]) h2")
        assert "남음" in page.inner_text("#timers")
        page.click("#timers button")
        assert page.is_hidden("#timers")


def test_a_timer_says_when_its_time_is_up(
    browser: Browser, base: str, meals: dict[str, str]
) -> None:
    with opened(browser, base) as visit:
        visit.page.clock.install()
        page = visit.go(f"/s/{meals['keto']}/cook")
        button = page.locator(".step:not([hidden]) [data-seconds]").first
        seconds = int(button.get_attribute("data-seconds") or 0)
        button.click()
        page.clock.run_for(1000 * (seconds + 1))
        assert "끝!" in page.inner_text("#timers")
        assert "끝!" in page.inner_text("#rang")


def _steps_shown(page: Page) -> int:
    return page.locator(".step:visible").count()


def test_everything_works_without_scripts(
    browser: Browser, base: str, meals: dict[str, str]
) -> None:
    with opened(browser, base, java_script_enabled=False) as visit:
        page = visit.go(f"/s/{meals['keto']}")
        page.click("[data-key=more]")
        assert page.inner_text("#servings") == "3인분"
        page.click("text=요리 시작하기")
        page.click(".step:visible a.button")
        assert "2단계" in page.inner_text(".step:visible h2")
        assert "servings=3" in page.url
        page.goto(f"{base}/s/{meals['keto']}/again")
        page.fill("#note", "더 매콤하게")
        page.click("text=이대로 다시 만들기")
        assert re.search(r"/s/sess_[a-z2-7]{26}$", page.url)
        assert meals["keto"] not in page.url


def test_markup_from_others_stays_text(browser: Browser, base: str, home: Larder) -> None:
    evil = "</script><script>document.title='caught'</script><img src=x onerror=alert(1)>"

    def spoil(body: dict[str, Any]) -> None:
        body["recipe"]["recipeName"] = evil
        body["recipe"]["instructions"][0] = f"1. {evil}"
        for lines in body["pricing"]["vendorBreakdown"].values():
            for line in lines:
                line["product"] = evil

    one = rewritten(home, home.cooked(PROFILES["keto"]), spoil)
    with opened(browser, base) as visit:
        for path in PAGES:
            page = visit.go(f"/s/{one}{path}")
            assert page.title() != "caught"
            assert page.locator("img").count() == 0
        assert evil in visit.go(f"/s/{one}").inner_text("h1")


def test_it_prints_without_what_only_a_screen_needs(
    browser: Browser, base: str, meals: dict[str, str]
) -> None:
    with opened(browser, base) as visit:
        for path in ("", "/basket"):
            page = visit.go(f"/s/{meals['diabetes']}{path}")
            pdf = page.pdf(format="A4", prefer_css_page_size=True)
            assert pdf.startswith(b"%PDF")
            assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 6
            assert len(pdf) > 20_000
            page.set_viewport_size({"width": 688, "height": 900})
            page.emulate_media(media="print")
            assert visit.overflow() <= 0
            assert page.locator("button:visible").count() == 0
            assert page.evaluate(CUT) == []


def test_what_is_folded_away_is_printed_and_folded_again(
    browser: Browser, base: str, meals: dict[str, str]
) -> None:
    with opened(browser, base) as visit:
        page = visit.go(f"/s/{meals['keto']}")
        folded = page.locator(".open-in-print")
        count = folded.count()
        assert count
        for event, some in (("beforeprint", count), ("afterprint", 0)):
            page.evaluate("name => dispatchEvent(new Event(name))", event)
            assert page.locator(".open-in-print[open]").count() == some


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_no_line_is_cut_on_paper(
    browser: Browser, base: str, meals: dict[str, str], tmp_path: Path, lang: str
) -> None:
    """Ingredients, steps and rows of the basket, each whole and within the margins."""
    must_have_pdftotext()
    printed = tmp_path / "page.pdf"
    with opened(browser, base) as visit:
        visit.page.emulate_media(media="print")
        for name, one in meals.items():
            for path in ("", "/basket"):
                page = visit.go(f"/s/{one}{path}?lang={lang}&servings=4")
                lines = page.locator(".things li, .method-steps li p, .glance li").all_inner_texts()
                assert lines
                page.pdf(path=printed, format="A4", prefer_css_page_size=True)
                said = "".join(told_by("pdftotext", "-raw", printed, "-").split())
                cut = [line for line in lines if "".join(line.split()) not in said]
                assert cut == [], (name, path)
                for sheet in told_by("pdftotext", "-bbox", printed, "-").split("<page ")[1:]:
                    assert outside(sheet) == [], (name, path)


def must_have_pdftotext() -> None:
    if shutil.which("pdftotext"):
        return
    if os.environ.get("AICHEF_CI") == "1":
        pytest.fail("pdftotext is not installed: apt-get install poppler-utils")
    pytest.skip("pdftotext is not installed: apt-get install poppler-utils")


def told_by(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def outside(sheet: str) -> list[str]:
    """Words of a sheet of paper that stand in its margins, where a printer may cut them."""
    wide, high = map(float, re.findall(r'(?:width|height)="([\d.]+)"', sheet)[:2])
    words = re.findall(
        r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>', sheet
    )
    assert words
    found = []
    for *sides, word in words:
        left, top, right, bottom = map(float, sides)
        if min(left, top) < MARGIN or right > wide - MARGIN or bottom > high - MARGIN:
            found.append(word)
    return found


MARGIN = 14 / 25.4 * 72 - 2
"""Points: the sheet's own margin of 14 mm, less what a letter may reach over its line."""


def test_a_page_of_a_meal_is_light(home: Larder, meals: dict[str, str]) -> None:
    """Document, sheet and script together, as they go over the wire."""
    for path in PAGES:
        answer = home.client.get(f"/s/{meals['diabetes']}{path}")
        files = re.findall(r'"(/static/[^"]+\.(?:css|js))"', answer.text)
        wire = sum(int(home.client.get(one).headers["content-length"]) for one in files)
        assert wire + int(answer.headers["content-length"]) <= 60_000
