"""Asking and watching in a real browser."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bench.paint import MEASURE, SHIFT_GOAL

from aichef.profile.model import TARGETS
from aichef.session.memory import MemorySessions
from aichef.session.model import new_id
from aichef.session.sqlite import SqliteSessions
from tests.web.making import Idle, now
from tests.web.page.browsing import (
    DESKTOP,
    NARROW,
    PHONE,
    opened,
    profile_of,
    served,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


class Patient(Idle):
    """An engine that starts nothing, whatever the attempt."""

    def start(self, one: str, attempt: int) -> None:
        self.told.append((f"start {attempt}", one))


@pytest.fixture(scope="module")
def store() -> MemorySessions:
    return MemorySessions()


@pytest.fixture(scope="module")
def base(
    browser: Browser, store: MemorySessions, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A server that cooks nothing, to look at pages that stand still."""
    import pytest_socket

    pytest_socket.enable_socket()
    with served(tmp_path_factory.mktemp("data"), store, lambda kept, _: Patient(kept)) as found:
        yield found


def test_korean_shows_as_korean() -> None:
    told = "no font here writes Korean: apt-get install fontconfig fonts-nanum"
    try:
        fonts = subprocess.run(["fc-list", ":lang=ko"], capture_output=True, text=True, check=True)
        found = fonts.stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        found = ""
    if not found and os.environ.get("AICHEF_CI") != "1":
        pytest.skip(told)
    assert found, told


# --- looks ---


@pytest.mark.parametrize(
    ("viewport", "scheme", "targets"),
    [
        (DESKTOP, "light", ("keto", "diabetes", "diet")),
        (PHONE, "dark", ("baby_food", "fridge", "general")),
    ],
    ids=["day", "night"],
)
def test_axe_finds_nothing_on_the_form(
    browser: Browser, base: str, viewport: dict[str, int], scheme: str, targets: tuple[str, ...]
) -> None:
    with opened(browser, base, viewport=viewport, color_scheme=scheme) as visit:
        page = visit.go("/")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        for target in targets:
            visit.choose(target)
            assert visit.violations() == [], target


def test_nothing_runs_over_in_a_narrow_window(browser: Browser, base: str) -> None:
    with opened(browser, base, viewport=NARROW) as visit:
        page = visit.go("/")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        for target in TARGETS:
            visit.choose(target)
            assert visit.overflow() == 0, target


def test_axe_finds_nothing_on_the_other_pages(
    browser: Browser, base: str, store: MemorySessions
) -> None:
    with opened(browser, base, viewport=PHONE, strict=False) as visit:
        page = visit.go("/")
        visit.choose("keto")
        visit.send()
        page.wait_for_url("**/s/*")
        one = page.url.rpartition("/")[2]
        assert visit.violations() == []
        page.evaluate("document.querySelector('.deed').requestSubmit()")
        page.wait_for_selector("text=그만두었어요")
        assert visit.violations() == []
        for path in ("/settings", "/s/none", "/settings?lang=en", "/?lang=en", f"/?from={one}"):
            visit.go(path)
            assert visit.violations() == [], path
            assert visit.overflow() == 0


def test_axe_finds_nothing_in_the_description_of_the_api(browser: Browser, base: str) -> None:
    with opened(browser, base, viewport=NARROW) as visit:
        visit.go("/docs")
        assert visit.violations() == []
        assert visit.overflow() == 0


def test_axe_finds_nothing_where_something_went_wrong(
    browser: Browser, base: str, store: MemorySessions
) -> None:
    one = new_id()
    store.accept(one, '{"target":"keto"}', now(), now() + timedelta(minutes=5))
    error = {"code": "SUPPLIER_FAILED", "message": "모델이 답하지 않았어요.", "details": {}}
    store.fail(one, 1, error, now())
    for scheme in ("light", "dark"):
        with opened(browser, base, viewport=PHONE, color_scheme=scheme, strict=False) as visit:
            for path in (f"/s/{one}", "/nowhere"):
                visit.go(path)
                assert visit.violations() == [], path
                assert visit.overflow() == 0


def test_axe_finds_nothing_where_the_token_is_asked_for(browser: Browser, tmp_path: Path) -> None:
    with (
        served(tmp_path, make_engine=lambda kept, _: Patient(kept), token="x") as base,  # noqa: S106
        opened(browser, base, viewport=PHONE, strict=False) as visit,
    ):
        page = visit.go("/")
        assert visit.violations() == []
        page.fill("#token", "y")
        page.click("form button")
        page.wait_for_selector("#token-trouble:not([hidden])")
        assert visit.violations() == []
        assert page.context.cookies() == []
        page.fill("#token", "x")
        page.click("form button")
        page.wait_for_selector("#ask")
        assert [one["httpOnly"] for one in page.context.cookies()] == [True]


def test_at_twice_the_size_of_letters_nothing_runs_over(browser: Browser, base: str) -> None:
    with opened(browser, base, viewport=NARROW) as visit:
        page = visit.go("/")
        visit.choose("baby_food")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert visit.overflow() == 0


def test_what_one_taps_is_large_enough(browser: Browser, base: str) -> None:
    with opened(browser, base, viewport=PHONE) as visit:
        page = visit.go("/")
        visit.choose("diabetes")
        small = page.evaluate(
            """[...document.querySelectorAll('button, .pick, summary, .check, .top a, .target')]
            .filter(one => one.checkVisibility())
            .map(one => [one.textContent.trim(), one.getBoundingClientRect()])
            .filter(([, box]) => box.height < 43.5).map(([text]) => text)"""
        )
        assert small == []


def test_nothing_jumps_while_the_first_page_comes(browser: Browser, base: str) -> None:
    """How quickly it is painted is measured by `python -m bench paint`."""
    with opened(browser, base, viewport=PHONE) as visit:
        visit.page.add_init_script(MEASURE)
        visit.go("/")
        visit.page.wait_for_selector("label.target")
        visit.page.wait_for_timeout(300)
        assert visit.page.evaluate("window.seen.shift") <= SHIFT_GOAL


# --- asking ---


def test_only_the_questions_of_a_target_are_asked(browser: Browser, base: str) -> None:
    with opened(browser, base) as visit:
        page = visit.go("/")
        assert not page.is_visible("#servings")
        visit.choose("baby_food")
        assert page.is_visible("#babyAgeMonths")
        assert not page.is_visible("#medications")
        visit.choose("fridge")
        assert page.is_visible("#availableIngredients")
        assert not page.is_visible("#babyAgeMonths")


def test_a_baby_s_texture_is_pointed_at(browser: Browser, base: str) -> None:
    with opened(browser, base) as visit:
        page = visit.go("/")
        visit.choose("baby_food")
        for months, words in (
            ("5", "미음"),
            ("8개월", "혀로"),
            ("14", "진밥"),
            ("40개월", "밥과 반찬"),
        ):
            page.fill("#babyAgeMonths", months)
            assert words in page.inner_text("#textures [aria-current=true].now")
        page.fill("#babyAgeMonths", "백일")
        assert page.query_selector("#textures .now") is None


def test_a_fridge_is_filled_word_by_word(
    browser: Browser, base: str, store: MemorySessions
) -> None:
    with opened(browser, base) as visit:
        page = visit.go("/")
        visit.choose("fridge")
        page.fill("#availableIngredients", "두부")
        page.wait_for_selector(
            "#availableIngredients-foods option[value='순두부']", state="attached"
        )
        page.fill("#availableIngredients", "두부 반 모, 계란 3개 (내일까지, 꼭), 가지")
        page.press("#availableIngredients", "Enter")
        chips = page.locator("[data-field=availableIngredients] li span")
        assert chips.all_inner_texts() == ["두부 반 모", "계란 3개 (내일까지, 꼭)", "가지"]
        page.get_by_label("가지 빼기").click()
        page.get_by_label("두부 반 모: 꼭 쓰기").click()
        visit.send()
        page.wait_for_url("**/s/*")
        tofu, eggs = profile_of(store, page.url)["availableIngredients"]
        tomorrow = (now() + timedelta(days=1)).date().isoformat()
        assert (tofu["name"], tofu["amount"], tofu["mustUse"]) == ("두부", "1/2", True)
        # A day that is said as "tomorrow" is kept as a date.
        assert (eggs["name"], eggs["expires"], eggs["mustUse"]) == ("달걀", tomorrow, True)


def test_an_impossible_budget_is_said_before_it_is_sent(browser: Browser, base: str) -> None:
    with opened(browser, base) as visit:
        page = visit.go("/")
        visit.choose("keto")
        page.fill("#budget", "1000")
        page.get_by_label("한 명 늘리기").click()
        trouble = page.wait_for_selector("#budget-trouble:not([hidden])")
        assert trouble
        assert "적어도" in trouble.inner_text()
        assert page.get_attribute("#budget", "aria-invalid") == "true"
        page.locator("[type=range]").fill("20000")
        page.wait_for_selector("#budget-trouble", state="hidden")
        assert page.input_value("#budget") == "20,000"


def test_a_conflict_is_said_before_it_is_sent(browser: Browser, base: str) -> None:
    with opened(browser, base) as visit:
        page = visit.go("/")
        visit.choose("keto")
        page.click("text=건강 상태가 있나요?")
        page.click("label.pick:has([value=pregnancy])")
        assert page.wait_for_selector("#target-trouble:not([hidden])")


def test_nothing_is_lost_on_reload_back_or_error(browser: Browser, base: str) -> None:
    with opened(browser, base, strict=False) as visit:
        page = visit.go("/")
        visit.choose("diabetes")
        page.click("label.pick:has([value=우유])")
        page.fill("#note", "국물 있게")
        page.fill("#allergiesMore", "키위")
        page.press("#allergiesMore", "Enter")
        page.reload()
        assert page.is_checked("[value=diabetes]")
        assert page.is_checked("[value=우유]")
        assert page.input_value("#note") == "국물 있게"
        assert page.inner_text(".field:has(#allergiesMore) li span") == "키위"
        visit.send()
        page.wait_for_selector("#medications-trouble:not([hidden])")
        assert "약" in page.inner_text("#medications-trouble")
        assert page.evaluate("document.activeElement.id") == "medications"
        page.click("text=먹는 약이 없어요")
        visit.send()
        page.wait_for_url("**/s/*")
        page.go_back()
        page.wait_for_selector("#ask")
        assert page.is_checked("[value=diabetes]")
        assert page.inner_text(".field:has(#allergiesMore) li span") == "키위"


def test_what_was_changed_on_a_form_that_came_filled_is_not_lost(
    browser: Browser, base: str, store: MemorySessions
) -> None:
    one, moment = new_id(), now()
    asked = {"target": "keto", "note": "국물 있게", "cookingTime": 30, "dislikes": ["가지"]}
    store.accept(one, json.dumps(asked), moment, moment + timedelta(minutes=5))
    with opened(browser, base) as visit:
        page = visit.go(f"/?from={one}")
        page.fill("#note", "")
        page.fill("#servings", "3")
        page.check("[name=cookingTime][value='']", force=True)
        for again in (page.reload, lambda: page.click("a[hreflang]")):
            again()
            page.wait_for_load_state()
            assert page.input_value("#servings") == "3"
            assert page.input_value("#note") == ""
            assert page.is_checked("[name=cookingTime][value='']")
        assert page.get_attribute("html", "lang") == "en"
        # A link to it opens what was first asked for.
        visit.go(f"/?from={one}")
        assert page.input_value("#note") == "국물 있게"


def test_an_allergy_without_a_box_stays_as_a_word(browser: Browser, base: str) -> None:
    with opened(browser, base) as visit:
        page = visit.go("/")
        kept = json.dumps([["target", "keto"], ["allergies", "키위"], ["allergiesMore", "망고"]])
        page.evaluate("kept => localStorage.setItem('aichef.profile', kept)", kept)
        page.reload()
        words = page.locator(".field:has(#allergiesMore) li span").all_inner_texts()
        assert words == ["망고", "키위"]


def test_without_scripts_nothing_is_lost_on_an_error_or_on_the_way_back(
    browser: Browser, base: str
) -> None:
    with opened(browser, base, java_script_enabled=False, strict=False) as visit:
        page = visit.go("/")
        visit.choose("diabetes")
        page.click("label.pick:has([value=우유])")
        page.fill("#note", "국물 있게")
        visit.send()
        page.wait_for_selector(".note.bad")
        assert page.inner_text("#medications-trouble")
        assert page.is_checked("[value=우유]")
        page.fill("#medications", "없음")
        visit.send()
        page.wait_for_url("**/s/*")
        page.go_back()
        assert page.is_checked("[value=diabetes]")
        assert page.input_value("#note") == "국물 있게"


def test_a_second_visit_remembers_and_can_forget(browser: Browser, base: str) -> None:
    with opened(browser, base) as visit:
        page = visit.go("/")
        visit.choose("diet")
        page.click("label.pick:has([value=땅콩])")
        page.fill("#note", "오늘만")
        visit.send()
        page.wait_for_url("**/s/*")
        again = page.context.new_page()
        again.goto(base)
        assert again.is_checked("[value=땅콩]")
        assert again.input_value("#note") == ""
        assert again.is_visible("#remembered")
        assert page.context.cookies() == []
        again.click("#forget")
        assert not again.is_checked("[value=땅콩]")
        assert "지웠어요" in again.inner_text("#said")
        again.reload()
        assert not again.is_checked("[value=땅콩]")
        assert again.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_keyboard_is_enough(browser: Browser, base: str, store: MemorySessions) -> None:
    with opened(browser, base) as visit:
        page = visit.go("/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        for _ in range(3):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.name") == "target":
                break
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        assert page.is_checked("[value=baby_food]")
        page.keyboard.press("Tab")
        page.keyboard.type("9")
        page.keyboard.press("Enter")
        page.wait_for_url("**/s/*")
        assert profile_of(store, page.url)["babyAgeMonths"] == "9"


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_html_in_what_one_types_stays_text(browser: Browser, base: str, javascript: bool) -> None:
    nasty = '"><img src=x onerror=document.title=1>'
    with opened(browser, base, java_script_enabled=javascript, strict=False) as visit:
        page = visit.go("/")
        visit.choose("keto")
        page.fill("#note", nasty)
        page.fill("#allergiesMore", nasty)
        visit.send()
        page.wait_for_selector("#allergies-trouble:not([hidden])")
        assert page.get_attribute("#allergiesMore", "aria-invalid") == "true"
        assert page.input_value("#note") == nasty
        assert page.query_selector("img") is None


# --- watching ---


def test_cancelling_and_changing(browser: Browser, base: str, store: MemorySessions) -> None:
    with opened(browser, base) as visit:
        page = visit.go("/")
        visit.choose("diet")
        page.click("text=추가 설정")
        page.fill("#dislikes", "가지")
        visit.send()
        page.wait_for_url("**/s/*")
        page.click("text=그만두기")
        page.wait_for_selector("h1:has-text('그만두었어요')")
        page.click("text=고쳐서 다시 하기")
        page.wait_for_selector("#ask")
        assert page.is_checked("[value=diet]")


def test_what_happens_is_shown_as_it_happens(
    browser: Browser, base: str, store: MemorySessions
) -> None:
    with opened(browser, base) as visit:
        page = visit.go("/")
        visit.choose("keto")
        visit.send()
        page.wait_for_url("**/s/*")
        one = page.url.rpartition("/")[2]
        store.advance(one, 1, "recipe_generation", 10, now())
        page.wait_for_selector("#phase:has-text('레시피를 만들고 있어요')")
        named = {"name": "<b>두부</b>", "amount": "1", "unit": "모"}
        store.tell(one, 1, "i", "ingredient", named, now())
        page.wait_for_selector("#arriving li:has-text('<b>두부</b>')")
        body = {"ingredient": "<b>두부</b>", "price": {"price": 1980, "pack": "300g"}}
        store.tell(one, 1, "p", "price", body, now())
        page.wait_for_selector("#arriving .price:has-text('1,980원 300g')")
        store.advance(one, 1, "price_lookup", 60, now())
        page.wait_for_selector("#percent:has-text('60%')")
        # A reload shows the same, and goes on from there.
        page.reload()
        assert "1,980원" in page.inner_text("#arriving")
        assert page.inner_text("#percent") == "60%"
        error = {"code": "SUPPLIER_FAILED", "message": "모델이 답하지 않았어요.", "details": {}}
        store.fail(one, 1, error, now())
        page.wait_for_selector("text=모델이 답하지 않았어요.")
        page.click("text=다시 하기")
        page.wait_for_selector("#wait")
        assert store.find(one).attempt == 2


def test_a_lost_connection_comes_back_by_itself(browser: Browser, tmp_path: Path) -> None:
    store = SqliteSessions(tmp_path / "sessions.sqlite3")
    with opened(browser, "", strict=False) as visit:
        with served(tmp_path, store, lambda kept, _: Patient(kept)) as base:
            visit.base = base
            page = visit.go("/")
            visit.choose("keto")
            visit.send()
            page.wait_for_url("**/s/*")
            page.wait_for_selector("#wait")
        one = page.url.rpartition("/")[2]
        page.wait_for_selector("#lost:not([hidden])")
        store.advance(one, 1, "recipe_generation", 10, now())
        port = int(base.rpartition(":")[2])
        with served(tmp_path, store, lambda kept, _: Patient(kept), port=port):
            page.wait_for_selector("#phase:has-text('레시피를 만들고 있어요')")
            page.wait_for_selector("#lost", state="hidden")
    store.close()
