"""Journeys: `aichef serve`, its worker and its SQLite, from the first click to the ticked list."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bench.kill import Machine, children, environ_in

from aichef.kitchens.stores import open_store
from aichef.settings import Settings
from tests.web.making import now
from tests.web.page.browsing import PHONE, Visit, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

LONGEST_MS = 40_000
KOREAN = re.compile("[가-힣]")


@dataclass
class House:
    """A server with one worker, which can be held and killed; its folder and port stay."""

    machine: Machine
    folder: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.machine.port}"

    def start(self) -> None:
        self.machine.start()
        self._until(self._answers)

    def kill(self) -> None:
        """By kill -9, server and worker."""
        self.machine.kill_all()

    @contextmanager
    def held(self) -> Iterator[None]:
        """While the worker stands still: what is asked for is accepted, and waits."""
        assert self.machine.process
        workers = children(self.machine.process.pid)
        assert workers
        for one in workers:
            os.kill(one, signal.SIGSTOP)
        try:
            yield
        finally:
            for one in workers:
                with suppress(ProcessLookupError):
                    os.kill(one, signal.SIGCONT)

    def ask(self, profile: dict[str, Any]) -> str:
        """The id of a session that a program asks for."""
        body, kind = json.dumps(profile).encode(), {"Content-Type": "application/json"}
        asked = urllib.request.Request(f"{self.url}/v1/sessions", body, kind)  # noqa: S310 - ours
        with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310
            one: str = json.load(answer)["sessionId"]
        return one

    def _answers(self) -> bool:
        # The worker is up once it is ready; a session that waits is fine before.
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            return False

    def _until(self, true: Any) -> None:
        end = time.monotonic() + 60
        while not true():
            assert time.monotonic() < end, (self.folder / "log").read_text(encoding="utf-8")
            time.sleep(0.05)


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    import pytest_socket

    pytest_socket.enable_socket()
    folder = tmp_path_factory.mktemp("house")
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        port = door.getsockname()[1]
    with (folder / "log").open("ab") as log:
        one = House(Machine(environ_in(folder), 1, log, port), folder)
        try:
            one.start()
            yield one
        finally:
            one.kill()


@contextmanager
def visiting(browser: Browser, house: House, **options: Any) -> Iterator[Visit]:
    with opened(browser, house.url, **options) as visit:
        visit.page.set_default_timeout(LONGEST_MS)
        yield visit


def ask(visit: Visit, target: str) -> Page:
    """The form from its first click to the page of the session."""
    page = visit.page
    visit.choose(target)
    match target:
        case "baby_food":
            page.fill("#babyAgeMonths", "9")
        case "diabetes":
            page.fill("#medications", "없음")
        case "fridge":
            # Little enough that something is left to buy.
            page.fill("#availableIngredients", "두부 100g")
    visit.send()
    page.wait_for_url("**/s/*")
    return page


def shop(page: Page) -> None:
    """From the recipe to its list, and everything on it ticked."""
    page.locator("article a[href*='/basket']").first.click()
    page.wait_for_selector(".basket h1")
    boxes = page.locator("[data-tick]")
    assert boxes.count()
    for box in boxes.all():
        box.check()
    assert page.locator("[data-tick]:checked").count() == boxes.count()


JOURNEYS: dict[str, tuple[str, dict[str, Any]]] = {
    "keto": ("keto", {}),
    "baby food": ("baby_food", {}),
    "diabetes": ("diabetes", {}),
    "diet": ("diet", {}),
    "fridge": ("fridge", {}),
    "in English": ("keto", {"locale": "en-US"}),
    "without scripts": ("diabetes", {"java_script_enabled": False}),
    "on a phone": ("fridge", {"viewport": PHONE, "has_touch": True, "is_mobile": True}),
}


@pytest.mark.parametrize(("target", "options"), JOURNEYS.values(), ids=list(JOURNEYS))
def test_a_person_gets_a_meal_and_ticks_its_list(
    browser: Browser, house: House, target: str, options: dict[str, Any]
) -> None:
    with visiting(browser, house, **options) as visit:
        visit.go("/")
        page = ask(visit, target)
        page.wait_for_selector("article h1")
        english = options.get("locale") == "en-US"
        assert page.get_attribute("html", "lang") == ("en" if english else "ko")
        assert bool(KOREAN.search(page.inner_text("article h1"))) is not english
        assert visit.overflow() <= 0
        shop(page)
        assert visit.overflow() <= 0
        if options.get("java_script_enabled") is not False:
            done, total = re.findall(r"\d+", page.inner_text("[data-ticked]"))
            assert done == total


def test_a_reload_in_the_middle_goes_on_from_there(browser: Browser, house: House) -> None:
    with visiting(browser, house) as visit:
        with house.held():
            visit.go("/")
            page = ask(visit, "keto")
            here = page.url
            page.wait_for_selector("#wait")
            page.reload()
            page.wait_for_selector("#wait")
        page.wait_for_selector("article h1")
        assert page.url == here
        page.reload()
        assert page.locator("article h1").count() == 1


def test_one_cancels_and_asks_again(browser: Browser, house: House) -> None:
    with visiting(browser, house) as visit:
        with house.held():
            visit.go("/")
            page = ask(visit, "diet")
            page.click("#wait .deed button")
            page.wait_for_selector("h1:has-text('그만두었어요')")
        page.reload()
        assert "그만두었어요" in page.inner_text("h1")
        page.click("text=고쳐서 다시 하기")
        assert page.is_checked("[value=diet]")
        visit.send()
        page.wait_for_selector("article h1")


def test_a_failure_is_said_and_trying_again_cooks(browser: Browser, house: House) -> None:
    with visiting(browser, house) as visit:
        visit.go("/")
        with house.held():
            page = ask(visit, "keto")
            page.wait_for_selector("#wait")
            said = {"code": "SUPPLIER_FAILED", "message": "모델이 답하지 않았어요.", "details": {}}
            with closing(open_store(Settings(house.folder))) as store:
                assert store.fail(page.url.rpartition("/")[2], 1, said, now())
            page.wait_for_selector("text=모델이 답하지 않았어요.")
        page.click("text=다시 하기 >> nth=0")
        page.wait_for_selector("article h1")


def test_what_cannot_be_cooked_says_what_would_do(browser: Browser, house: House) -> None:
    one = house.ask({"target": "keto", "budget": 1000, "servings": 4})
    with visiting(browser, house) as visit:
        page = visit.go(f"/s/{one}")
        page.wait_for_selector("h1:has-text('이 조건으로는 요리할 수 없어요')")
        assert "적어도" in page.inner_text(".note.bad")
        page.click("text=고쳐서 다시 하기")
        assert page.input_value("#budget").replace(",", "") == "1000"
        assert "적어도" in page.inner_text("#budget-trouble")
        page.fill("#budget", "60000")
        visit.send()
        page.wait_for_selector("article h1")


def test_recipe_and_list_print(browser: Browser, house: House) -> None:
    with visiting(browser, house) as visit:
        visit.go("/")
        page = ask(visit, "keto")
        page.wait_for_selector("article h1")
        here = page.url
        for address in (here, f"{here}/basket"):
            page.goto(address)
            pdf = page.pdf(format="A4", prefer_css_page_size=True)
            assert len(pdf) > 20_000
            assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 6


def test_a_server_that_dies_comes_back_with_everything(browser: Browser, house: House) -> None:
    """Killed in the middle: the list is there offline, and the page goes on by itself."""
    with visiting(browser, house, strict=False) as visit:
        visit.go("/")
        page = ask(visit, "keto")
        page.wait_for_selector("article h1")
        shop(page)
        page.wait_for_selector("[data-kept]:not([hidden])", state="attached")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        ticked = page.locator("[data-tick]:checked").count()
        other = page.context.new_page()
        with house.held():
            other.goto(house.url)
            other.click("label.target:has([value=diet])")
            other.click("button.main")
            other.wait_for_selector("#wait")
            house.kill()
        page.reload()
        page.wait_for_selector("[data-no-network]", state="visible")
        assert page.locator("[data-tick]:checked").count() == ticked > 0
        other.wait_for_selector("#lost", state="visible")
        house.start()
        other.wait_for_selector("article h1")
        page.reload()
        assert page.locator("[data-tick]:checked").count() == ticked
        assert page.is_hidden("[data-no-network]")
