"""The page in Chromium at a quarter of the processor's speed: `python -m bench paint`.

`aichef serve` on this machine, each page opened afresh some times on a phone's window: when its
largest part was painted, how far things jumped, and what went over the wire, files included.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.kill import environ_in
from bench.load import Line, product

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROUNDS = 5
SLOWER = 4
PAINT_GOAL_MS = 1000
SHIFT_GOAL = 0.05
WIRE_GOAL_KB = 60
WINDOW = {"width": 360, "height": 740}
SETTLED_MS = 800
MEASURE = """window.seen = {shift: 0, paint: 0};
new PerformanceObserver(list => { for (const one of list.getEntries())
  if (!one.hadRecentInput) seen.shift += one.value;
}).observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(list => { for (const one of list.getEntries())
  seen.paint = one.startTime;
}).observe({type: 'largest-contentful-paint', buffered: true});"""


@dataclass(frozen=True)
class Seen:
    """One opening of a page: milliseconds, jumps, bytes, and whom else it asked."""

    paint: float
    shift: float
    wire: int
    strangers: int


def look(browser: Browser, base: str, path: str) -> Seen:
    """A page opened with nothing kept from before."""
    context = browser.new_context(locale="ko-KR", viewport=WINDOW)  # type: ignore[arg-type]
    page, wire, asked = context.new_page(), 0, list[str]()

    def came(event: dict[str, Any]) -> None:
        nonlocal wire
        wire += int(event["encodedDataLength"])

    line = context.new_cdp_session(page)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    line.send("Network.enable")
    line.on("Network.loadingFinished", came)
    page.on("request", lambda one: asked.append(one.url))
    page.add_init_script(MEASURE)
    page.goto(base + path)
    page.wait_for_timeout(SETTLED_MS)
    seen: dict[str, float] = page.evaluate("window.seen")
    context.close()
    strangers = sum(not one.startswith((base, "data:", "blob:")) for one in asked)
    return Seen(seen["paint"], seen["shift"], wire, strangers)


def main() -> None:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        print("chromium is not installed: apt-get install chromium fonts-nanum")
        return
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, product(environ_in(Path(folder)), 1) as here:
        one = asyncio.run(_cooked(here.port))
        base = f"http://127.0.0.1:{here.port}"
        pages = {"ask": "/", "recipe": f"/s/{one}", "basket": f"/s/{one}/basket"}
        pages |= {"cook": f"/s/{one}/cook", "settings": "/settings"}
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
            for name, at in pages.items():
                seen = [look(browser, base, at) for _ in range(ROUNDS)]
                print(f"{name:<9} {_told(seen)}", flush=True)
            browser.close()
    print(
        f"goals     paint <= {PAINT_GOAL_MS} ms, shift <= {SHIFT_GOAL}, "
        f"first page <= {WIRE_GOAL_KB} kB, nobody else asked"
    )


def _told(seen: list[Seen]) -> str:
    paints = sorted(one.paint for one in seen)
    return (
        f"largest paint {median(paints):4.0f} ms (best {paints[0]:.0f}, worst {paints[-1]:.0f}), "
        f"shift {max(one.shift for one in seen):.3f}, "
        f"{max(one.wire for one in seen) / 1000:.1f} kB, "
        f"others asked {sum(one.strangers for one in seen)}"
    )


async def _cooked(port: int) -> str:
    line = await Line.to(port)
    one = await line.accept(0)
    while not await line.ended(one):
        await asyncio.sleep(0.1)
    return one
