"""A real browser on a real server of ours, both on this machine, for tests of the page.

Debian's Chromium is driven. Tests that need it skip with a reason where it is not installed; the
build, which sets AICHEF_CI=1, must have it, and fonts that write Korean.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from aichef.kitchens.inprocess import InProcessEngine
from aichef.kitchens.local import local_kitchen
from aichef.session.memory import MemorySessions
from aichef.settings import Settings
from aichef.web.app import create_app
from aichef.web.guard import Limits
from aichef.web.page import router

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from aichef.session.port import Sessions

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 640}


def chromium() -> str | None:
    """Where Chromium is; None where it is not installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@cache
def axe_script() -> str:
    """The checker of accessibility, as it is put into a page."""
    found = find_spec("axe_playwright_python")
    assert found
    assert found.origin
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")


@dataclass
class Visit:
    """A page in a browser, and what was said on its console and asked of others."""

    page: Page
    base: str
    said: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a path of ours."""
        self.page.goto(self.base + path)
        return self.page

    def choose(self, target: str) -> None:
        """Click a target's card."""
        self.page.click(f"label.target:has([value={target}])")

    def send(self) -> None:
        """Send the form."""
        self.page.click("button.main")

    def violations(self) -> list[str]:
        """What axe finds: rule and element, of WCAG 2.2 AA and good practice."""
        self.page.evaluate(axe_script())
        found: dict[str, Any] = self.page.evaluate("axe.run()")
        return [
            f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]

    def overflow(self) -> int:
        """Pixels by which the page is wider than its window."""
        wide: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return wide


@contextmanager
def served(
    folder: Path,
    store: Sessions | None = None,
    make_engine: Callable[[Sessions, Settings], Any] | None = None,
    port: int = 0,
    **settings: Any,
) -> Iterator[str]:
    """The address of a server that cooks in threads, or with the engine that is made."""
    given = Settings(folder, **settings)
    kept = store or MemorySessions()
    made = make_engine or (lambda sessions, _: InProcessEngine(sessions, local_kitchen(given), 2))
    engine = made(kept, given)
    limits = Limits(rate=0, sessions=0)
    app = create_app(given, kept, engine, page=router(given, kept, engine), limits=limits)
    config = uvicorn.Config(app, port=port, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < deadline, "the server took too long to start"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        engine.close()


@contextmanager
def opened(browser: Browser, base: str, *, strict: bool = True, **options: Any) -> Iterator[Visit]:
    """A visit with its own storage. At its end nothing may have been said on the console."""
    settings = {"locale": "ko-KR", "viewport": DESKTOP, **options}
    context: BrowserContext = browser.new_context(**settings)
    context.set_default_timeout(15_000)
    visit = Visit(context.new_page(), base)
    visit.page.on("console", lambda one: visit.said.append(one.text))
    visit.page.on("pageerror", lambda one: visit.said.append(str(one)))
    visit.page.on("request", lambda one: _note(visit, one.url))
    try:
        yield visit
        if strict:
            assert visit.said == []
        assert visit.strangers == [], "the page asked somebody else"
    finally:
        context.close()


def _note(visit: Visit, url: str) -> None:
    if not url.startswith((visit.base, "data:", "blob:")):
        visit.strangers.append(url)


def must_have_browser() -> str:
    """Chromium's path; skips, or fails in the build, where there is none."""
    path = chromium()
    if path is None:
        if os.environ.get("AICHEF_CI") == "1":
            pytest.fail("chromium is not installed: apt-get install chromium")
        pytest.skip("chromium is not installed")
    return path


def profile_of(store: Sessions, url: str) -> dict[str, Any]:
    """The profile of the session at an address."""
    profile: dict[str, Any] = json.loads(
        store.find(url.rpartition("/")[2].partition("?")[0]).profile
    )
    return profile
