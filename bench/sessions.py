"""Durable sessions: what the workflow adds to a session, sessions a second, memory over many.

`python -m bench sessions`. The figures are of sessions with the cook's book and no supplier.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from aichef.kitchens.inprocess import InProcessEngine
from aichef.kitchens.local import local_kitchen, now
from aichef.kitchens.serving import serving
from aichef.kitchens.worker import warm
from aichef.session.engine import DEADLINE
from aichef.session.model import canonical, new_id
from aichef.settings import Settings
from bench.figures import Figure, at_most, length
from bench.kill import PROFILES, environ_in

if TYPE_CHECKING:
    from aichef.session.engine import Engine
    from aichef.session.port import Sessions

OVERHEAD_GOAL = 60
RUNS = length(15, 40)
GROWTH_GOAL = 10
AT_ONCE = 100
MANY = length(2_000, 10_000)


def accepted(store: Sessions, number: int) -> str:
    one = new_id()
    profile = canonical({**PROFILES[number % len(PROFILES)], "seed": number // len(PROFILES)})
    store.accept(one, profile, now(), now() + DEADLINE)
    return one


def timed(store: Sessions, engine: Engine, number: int) -> float:
    """Milliseconds from the start of a session to its result."""
    one = accepted(store, number)
    began = time.perf_counter()
    engine.start(one, 1)
    while store.marks([one])[one][1] == "processing":
        time.sleep(0.001)
    took = time.perf_counter() - began
    assert json.loads(store.result(one))["sessionId"] == one
    return took * 1000


def overhead(environ: dict[str, str], name: str) -> Figure:
    """The same sessions by turns in this process and in a worker: the median of what is added."""
    settings = Settings.read(environ)
    kitchen = local_kitchen(settings)
    warm(kitchen)
    with (
        serving(settings, 1, environ) as (store, engine),
        closing(InProcessEngine(store, kitchen)) as here,
    ):
        while not engine.alive():
            time.sleep(0.05)
        for number in range(len(PROFILES)):
            timed(store, engine, number)
            timed(store, here, number)
        pairs = [
            (timed(store, here, number), timed(store, engine, number)) for number in range(RUNS)
        ]
    added = sorted(durable - plain for plain, durable in pairs)
    return at_most(
        f"durable minus in process, {name}: ≤ {OVERHEAD_GOAL} ms in the median",
        OVERHEAD_GOAL,
        median(added),
        f"{median(added):.0f} ms (p90 {added[int(0.9 * len(added))]:.0f} of {RUNS}): in process "
        f"{median(one for one, _ in pairs):.0f}, durable {median(one for _, one in pairs):.0f}",
    )


def throughput(environ: dict[str, str], name: str, workers: int = 2) -> None:
    """Sessions a second to finished, all accepted at once."""
    settings = Settings.read(environ)
    with serving(settings, workers, environ) as (store, engine):
        while len(engine.roll.there()) < workers:
            time.sleep(0.05)
        time.sleep(2)
        began = time.perf_counter()
        for number in range(AT_ONCE):
            engine.start(accepted(store, number), 1)
        taken = time.perf_counter() - began
        while store.processing():
            time.sleep(0.02)
        seconds = time.perf_counter() - began
        assert store.counts()["completed"] == AT_ONCE
    print(
        f"{name:<12} {AT_ONCE / seconds:5.1f} sessions/s with {workers} workers; "
        f"accepted and enqueued at {AT_ONCE / taken:5.0f}/s"
    )


def memory(environ: dict[str, str], sessions: int = MANY) -> Figure:
    """Megabytes of the largest worker and of this process after some sessions, and after all."""
    settings = Settings.read(environ)
    marks: list[tuple[int, float, float]] = []
    with serving(settings, 2, environ) as (store, engine):
        done, chunk = 0, 100
        while done < sessions:
            ids = [accepted(store, number % 50) for number in range(done, done + chunk)]
            for one in ids:
                engine.start(one, 1)
            while store.processing():
                time.sleep(0.05)
            done += chunk
            if done in {max(chunk, sessions // 10 // chunk * chunk), sessions}:
                marks.append(
                    (done, max(map(megabytes, children(os.getpid()))), megabytes(os.getpid()))
                )
    told = "; ".join(
        f"after {done:,}: worker {one:.0f} MB, server {two:.0f}" for done, one, two in marks
    )
    grown = 100 * (marks[-1][1] / marks[0][1] - 1)
    goal = f"memory flat (≤ {GROWTH_GOAL} %) over many sessions"
    return at_most(goal, GROWTH_GOAL, grown, f"{grown:.0f} %: {told}")


def megabytes(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def children(parent: int) -> list[int]:
    found = subprocess.run(
        ["pgrep", "-P", str(parent)], capture_output=True, text=True, check=False
    )
    return [int(line) for line in found.stdout.split() if Path(f"/proc/{line}/status").exists()]


def idle(environ: dict[str, str], seconds: float = 10.0) -> None:
    """Share of a processor that a worker with nothing to do takes, for it looks into the queue."""
    settings = Settings.read(environ)
    with serving(settings, 1, environ) as (_, engine):
        while not engine.alive():
            time.sleep(0.05)
        time.sleep(3)
        worker = children(os.getpid())[0]
        before = ticks(worker)
        time.sleep(seconds)
        used = (ticks(worker) - before) / os.sysconf("SC_CLK_TCK") / seconds
    print(f"idle         a worker takes {100 * used:.1f} % of a processor")


def ticks(process: int) -> int:
    """Processor time of a process, in the kernel's ticks."""
    cells = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(cells[11]) + int(cells[12])


@contextmanager
def places() -> Iterator[tuple[tuple[str, dict[str, str]], ...]]:
    """An environment for SQLite and one for PostgreSQL."""
    from tests.postgres import Server

    with ExitStack() as leaving:
        folders = [Path(leaving.enter_context(tempfile.TemporaryDirectory())) for _ in range(2)]
        server = Server.made()
        leaving.callback(server.remove)
        address = {"AICHEF_DATABASE_URL": server.database("bench")}
        yield (
            ("SQLite", environ_in(folders[0])),
            ("PostgreSQL", environ_in(folders[1]) | address),
        )


def main() -> Iterator[Figure]:
    with places() as both:
        for name, environ in both:
            yield overhead(environ, name)
    with places() as both:
        for name, environ in both:
            throughput(environ, name)
        idle(both[0][1])
        yield memory(both[0][1])
