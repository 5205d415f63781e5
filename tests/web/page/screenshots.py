"""Pictures of every page, on a phone and a desk, by day and by night: `make screenshots`.

They are written to build/screenshots, to be looked at; nothing is compared. The two that README.md
shows are taken by `python -m tests.web.page.screenshots readme`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from aichef.session.memory import MemorySessions
from tests.web.making import Idle, now, tell_all
from tests.web.page.browsing import DESKTOP, PHONE, Visit, chromium, opened, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from aichef.session.port import Sessions

FOLDER = Path("build/screenshots")
WINDOWS = {"phone": PHONE, "desktop": DESKTOP}
SCHEMES = ("light", "dark")
README = Path("docs/pictures")
README_SEED = "7"
README_RECIPE = {"width": 1120, "height": 1080}
README_ASK = {"width": 360, "height": 840}
MOST_SECONDS = 60_000

Shot = Callable[[str], None]


def asking(visit: Visit, shot: Shot) -> None:
    visit.go("/")
    shot("ask")
    for target in ("baby_food", "fridge", "diabetes"):
        visit.choose(target)
        shot(f"ask-{target}")
    visit.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    shot("ask-everything")
    visit.page.fill("#budget", "1000")
    visit.page.fill("#servings", "99")
    visit.send()
    visit.page.wait_for_selector("#servings-trouble:not([hidden])")
    shot("ask-put-right")
    visit.go("/settings")
    shot("settings")
    visit.go("/s/nothing")
    shot("not-found")
    visit.go("/nowhere")
    shot("nowhere")


def watching(visit: Visit, shot: Shot, store: Sessions) -> None:
    visit.go("/")
    visit.choose("keto")
    visit.send()
    visit.page.wait_for_url("**/s/*")
    one = visit.page.url.rpartition("/")[2]
    shot("wait")
    tell_all(store, one)
    visit.page.wait_for_selector("#arriving .price:has-text('1,980')")
    shot("wait-later")
    error = {"code": "SUPPLIER_FAILED", "message": "모델이 답하지 않았어요.", "details": {}}
    store.fail(one, 1, error, now())
    visit.page.wait_for_selector("text=모델이 답하지 않았어요.")
    shot("failed")


def eating(visit: Visit, shot: Shot) -> None:
    visit.go("/")
    visit.choose("diabetes")
    visit.page.click("label.pick:has([value=땅콩])")
    visit.page.fill("#medications", "메트포르민")
    visit.send()
    visit.page.wait_for_url("**/s/*")
    visit.page.wait_for_selector("article", timeout=MOST_SECONDS)
    here = visit.page.url.removeprefix(visit.base)
    shot("recipe")
    for name in ("cook", "basket", "again"):
        visit.go(f"{here}/{name}")
        shot(name)
    visit.page.click("#swap .chip >> nth=0")
    shot("again-swap")
    visit.go(f"{here}?servings=4")
    shot("recipe-four")
    visit.page.emulate_media(media="print")
    shot("recipe-print")


def showing(browser: Browser, folder: Path) -> None:
    """The two pictures of README.md: the recipe on a desk, the form on a phone."""
    README.mkdir(parents=True, exist_ok=True)
    options: dict[str, Any] = {"color_scheme": "light", "strict": False}
    with served(folder) as base:
        with opened(browser, base, viewport=README_ASK, **options) as visit:
            visit.go("/").screenshot(path=README / "ask.png")
        with opened(browser, base, viewport=README_RECIPE, **options) as visit:
            page = visit.go("/")
            visit.choose("keto")
            page.click("label.pick:has([value=땅콩])")
            page.evaluate(f"document.querySelector('[name=seed]').value = '{README_SEED}'")
            visit.send()
            page.wait_for_selector("article", timeout=MOST_SECONDS)
            page.screenshot(path=README / "recipe.png")


def main(wanted: list[str]) -> int:
    """Take them all, or of the parts that are named: asking, watching, eating; or readme."""
    from playwright.sync_api import sync_playwright

    path = chromium()
    if path is None:
        print("chromium is not installed: apt-get install chromium fonts-nanum")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver, TemporaryDirectory() as folder:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        if wanted == ["readme"]:
            showing(browser, Path(folder))
            return 0
        for window, viewport in WINDOWS.items():
            for scheme in SCHEMES:
                options = {"viewport": viewport, "color_scheme": scheme, "strict": False}
                _take(browser, Path(folder), f"{window}-{scheme}", wanted, options)
        browser.close()
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}")
    return 0


def _take(
    browser: Browser, folder: Path, kind: str, wanted: list[str], options: dict[str, Any]
) -> None:
    still = MemorySessions()

    def shooting(visit: Visit) -> Shot:
        def shot(name: str) -> None:
            # Of a whole page: what sticks to a window would lie over its middle.
            for one in visit.page.query_selector_all(".send"):
                one.evaluate("one => { one.style.position = 'static' }")
            visit.page.wait_for_timeout(150)
            visit.page.screenshot(path=FOLDER / f"{name}-{kind}.png", full_page=True)

        return shot

    parts = wanted or ["asking", "watching", "eating"]
    with served(folder, still, lambda store, _: Idle(store)) as base:
        if "asking" in parts:
            with opened(browser, base, **options) as visit:
                asking(visit, shooting(visit))
        if "watching" in parts:
            with opened(browser, base, **options) as visit:
                watching(visit, shooting(visit), still)
    if "asking" in parts:
        with (
            served(folder, make_engine=lambda store, _: Idle(store), token="x") as base,  # noqa: S106
            opened(browser, base, **options) as visit,
        ):
            visit.go("/")
            shooting(visit)("token")
    if "eating" in parts:
        with served(folder) as base, opened(browser, base, **options) as visit:
            eating(visit, shooting(visit))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
