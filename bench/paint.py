"""The page in Chromium at a quarter of the processor's speed: `python -m bench paint`.

`aichef serve` on this machine, each page opened afresh some times on a phone's window: when its
largest part was painted, how far things jumped, and what went over the wire, files included.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.figures import Figure, at_most, length
from bench.kill import environ_in
from bench.load import Line, product

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROUNDS = length(5, 15)
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


def main() -> Iterator[Figure]:
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
            seen = dict[str, list[Seen]]()
            for name, at in pages.items():
                seen[name] = [look(browser, base, at) for _ in range(ROUNDS)]
                print(f"{name:<9} {_told(seen[name])}", flush=True)
            browser.close()
    yield from _judged(seen)


def _judged(seen: dict[str, list[Seen]]) -> Iterator[Figure]:
    """The first page's paint and weight; whom any page asked, and how far any of them jumped."""
    paints = sorted(one.paint for one in seen["ask"])
    others = [median(one.paint for one in some) for name, some in seen.items() if name != "ask"]
    yield at_most(
        "page, first: largest paint ≤ 1 s at a quarter of the processor's speed",
        PAINT_GOAL_MS,
        median(paints),
        f"median {median(paints):.0f} ms ({paints[0]:.0f}–{paints[-1]:.0f} of {ROUNDS}); "
        f"medians of the others {min(others):.0f}–{max(others):.0f}",
    )
    wire = max(one.wire for one in seen["ask"]) / 1000
    strangers = sum(one.strangers for some in seen.values() for one in some)
    yield Figure(
        f"page, first: ≤ {WIRE_GOAL_KB} kB over the wire, nobody else asked",
        f"{wire:.1f} kB, {f'others asked {strangers} times' if strangers else 'nobody'}",
        wire <= WIRE_GOAL_KB and not strangers,
        wire / WIRE_GOAL_KB,
    )
    shifts = {name: max(one.shift for one in some) for name, some in seen.items()}
    worst = max(shifts.values())
    yield at_most(
        f"page: layout shift ≤ {SHIFT_GOAL}",
        SHIFT_GOAL,
        worst,
        f"first {shifts['ask']:.3f}, at most {worst:.3f} on {len(shifts)} pages "
        f"({ROUNDS} times each)",
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
