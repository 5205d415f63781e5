"""The server under load from another process: `python -m bench load`.

`aichef serve` runs beside a bare Starlette endpoint that reads one row of SQLite, by turns in one
run. Clients are in this process, over kept lines.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.figures import Figure, at_least, at_most, none_of
from bench.kill import PROFILES
from bench.sessions import places, ticks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

ROUNDS = 5
SECONDS = 2.0
LINES = 8
RATE = 200
RATIO_GOAL = 0.4
READ_GOAL = 20
ACCEPT_GOALS = (20, 50)
FOLLOWERS = 500
SESSIONS = 20
CHUNK = 40
ACCEPTS = 80
FREE = {"AICHEF_CLIENT_RATE": "0", "AICHEF_CLIENT_SESSIONS": "0"}


@dataclass
class Line:
    """A kept line to a server."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def to(cls, port: int) -> Line:
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=1_000_000))

    async def ask(self, method: str, path: str, body: bytes = b"", more: str = "") -> Any:
        """Status and body of an answer."""
        self.writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            f"{more}Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = await self.reader.readuntil(b"\r\n\r\n")
        found = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        rest = await self.reader.readexactly(int(found[1])) if found else b""
        return int(head[9:12]), rest

    async def accept(self, number: int) -> str:
        profile = {**PROFILES[number % len(PROFILES)], "seed": number // len(PROFILES)}
        status, body = await self.ask("POST", "/v1/sessions", json.dumps(profile).encode())
        assert status == 202, body
        one: str = json.loads(body)["sessionId"]
        return one

    async def ended(self, one: str) -> bool:
        status, body = await self.ask("GET", f"/v1/sessions/{one}")
        assert status == 200, body
        return bool(json.loads(body)["status"] != "processing")


@dataclass(frozen=True)
class Served:
    """A server process by its port."""

    process: int
    port: int


@contextmanager
def product(environ: dict[str, str], workers: int = 2) -> Iterator[Served]:
    """`aichef serve`, ready to cook."""
    command = ["-m", "aichef", "serve", "--port", "0", "--workers", str(workers)]
    with _started(command, environ | FREE) as found:
        yield found


@contextmanager
def bare() -> Iterator[Served]:
    """A bare endpoint over one row of SQLite."""
    with (
        tempfile.TemporaryDirectory() as folder,
        _started(["-m", "bench.load", folder], dict(os.environ)) as found,
    ):
        yield found


@contextmanager
def _started(command: Sequence[str], environ: dict[str, str]) -> Iterator[Served]:
    # To a file: a pipe that nobody empties would hold up a server that writes its log to it.
    with tempfile.NamedTemporaryFile("w+") as said:
        process = subprocess.Popen(
            [sys.executable, *command], env=environ, stdout=said, stderr=subprocess.STDOUT
        )
        try:
            for _ in range(600):
                if port := re.search(r"127\.0\.0\.1:(\d+)", Path(said.name).read_text()):
                    break
                time.sleep(0.1)
            assert port, Path(said.name).read_text()
            asyncio.run(_ready(int(port[1])))
            yield Served(process.pid, int(port[1]))
        finally:
            process.terminate()
            process.wait(30)


async def _ready(port: int) -> None:
    for _ in range(600):
        try:
            if (await (await Line.to(port)).ask("GET", "/readyz"))[0] == 200:
                return
        except OSError:
            pass
        await asyncio.sleep(0.1)
    raise TimeoutError


def serve_bare(folder: Path) -> None:
    """The bare endpoint, in this process: the row of a session as JSON."""
    import socket

    import uvicorn
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route

    kept = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    kept.execute("PRAGMA journal_mode = WAL")
    kept.execute("CREATE TABLE sessions (id TEXT PRIMARY KEY, status TEXT, body TEXT)")
    kept.execute("INSERT INTO sessions VALUES ('one', 'completed', ?)", ("x" * 1000,))

    async def look(request: Request) -> Response:
        sql = "SELECT id, status, body FROM sessions WHERE id = ?"
        row = kept.execute(sql, (request.path_params["one"],)).fetchone()
        return JSONResponse({"id": row[0], "status": row[1], "body": row[2]})

    async def ready(_: Request) -> Response:
        return JSONResponse({})

    app = Starlette(routes=[Route("/sessions/{one}", look), Route("/readyz", ready)])
    # Named TCP, or asyncio would not switch off Nagle's delay.
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.bind(("127.0.0.1", 0))
    print(f"127.0.0.1:{door.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run([door])


async def reads(port: int, path: str) -> int:
    """How many reads are answered in a while, over some lines."""
    end, done = time.perf_counter() + SECONDS, 0

    async def read() -> None:
        nonlocal done
        line = await Line.to(port)
        while time.perf_counter() < end:
            assert (await line.ask("GET", path))[0] == 200
            done += 1
        line.writer.close()

    await asyncio.gather(*(read() for _ in range(LINES)))
    return done


async def paced(
    port: int, rate: float, many: int, ask: Callable[[Line, int], Awaitable[Any]]
) -> list[float]:
    """Milliseconds of each of many questions, asked at a rate whether or not they are answered."""
    free: list[Line] = []
    took: list[float] = []

    async def one(number: int, due: float) -> None:
        await asyncio.sleep(due - time.perf_counter())
        # A server closes kept lines that nobody uses for a while.
        kept = [line for line in free if not line.reader.at_eof()]
        line = kept[-1] if kept else await Line.to(port)
        if kept:
            free.remove(line)
        await ask(line, number)
        took.append((time.perf_counter() - due) * 1000)
        free.append(line)

    start = time.perf_counter() + 0.1
    await asyncio.gather(*(one(number, start + number / rate) for number in range(many)))
    return sorted(took)


def status_reads(here: Served, one: str) -> Iterator[Figure]:
    """Reads a second of a finished session and of the bare row, by turns."""
    path = f"/v1/sessions/{one}"
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    with bare() as beside:
        for _ in range(ROUNDS):
            for served, where, kept in ((here, path, ours), (beside, "/sessions/one", theirs)):
                before = ticks(served.process)
                done = asyncio.run(reads(served.port, where))
                used = (ticks(served.process) - before) / os.sysconf("SC_CLK_TCK")
                kept.append((done / SECONDS, 1e6 * used / done))
        beside_us = asyncio.run(_paced_reads(beside.port, "/sessions/one"))
        took = asyncio.run(_paced_reads(here.port, path))
    ratio = median(a / b for (a, _), (b, _) in zip(ours, theirs, strict=True))
    cost = median(b / a for (_, a), (_, b) in zip(ours, theirs, strict=True))
    yield at_least(
        f"status reads beside a bare endpoint: ratio ≥ {RATIO_GOAL}",
        RATIO_GOAL,
        ratio,
        f"{ratio:.2f}: {median(a for a, _ in ours):.0f}/s to {median(a for a, _ in theirs):.0f}/s; "
        f"by processor time {cost:.2f} ({median(b for _, b in ours):.0f} to "
        f"{median(b for _, b in theirs):.0f} µs a read)",
    )
    yield at_most(
        f"p99 at {RATE} reads/s ≤ {READ_GOAL} ms",
        READ_GOAL,
        p99(took),
        f"{_told(took)}; the bare endpoint {_told(beside_us)}",
    )


async def _paced_reads(port: int, path: str) -> list[float]:
    return await paced(port, RATE, 10 * RATE, lambda line, _: line.ask("GET", path))


async def following(here: Served) -> Figure:
    """Many followers of some sessions that run, each of whom hears all in order to the end."""
    port = here.port
    line = await Line.to(port)
    ids = [await line.accept(number) for number in range(SESSIONS)]
    began, before, late = time.perf_counter(), ticks(here.process), []

    async def follow(one: str) -> int:
        own = await Line.to(port)
        own.writer.write(f"GET /v1/sessions/{one}/events HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        numbers, text = [], ""
        while not re.search(r"event: (result|failed|cancelled)\n", text):
            text = (await own.reader.readuntil(b"\n\n")).decode()
            numbers += [int(found) for found in re.findall(r"^id: (\d+)$", text, re.MULTILINE)]
        assert numbers == list(range(1, len(numbers) + 1)), numbers
        assert "event: result" in text, text
        own.writer.close()
        return len(numbers)

    async def look() -> None:
        while True:
            due = time.perf_counter()
            await line.ask("GET", f"/v1/sessions/{ids[0]}")
            late.append((time.perf_counter() - due) * 1000)
            await asyncio.sleep(0.05)

    looking = asyncio.create_task(look())
    heard = await asyncio.gather(
        *(follow(ids[n % SESSIONS]) for n in range(FOLLOWERS)), return_exceptions=True
    )
    looking.cancel()
    counts = [one for one in heard if isinstance(one, int)]
    return none_of(
        f"{FOLLOWERS} followers of {SESSIONS} sessions that run hear all, in order, to the end",
        FOLLOWERS - len(counts),
        f"{len(counts)} heard {sum(counts):,} events in {time.perf_counter() - began:.1f} s; reads "
        f"meanwhile {_told(sorted(late))}; the server took "
        f"{(ticks(here.process) - before) / os.sysconf('SC_CLK_TCK'):.1f} s of a processor",
    )


async def finishing(port: int, first: int) -> float:
    """Sessions a second from the first accepted to the last finished."""
    line = await Line.to(port)
    began = time.perf_counter()
    ids = [await line.accept(first + number) for number in range(CHUNK)]
    for one in ids:
        while not await line.ended(one):
            await asyncio.sleep(0.02)
    return CHUNK / (time.perf_counter() - began)


def accepting(here: Served, name: str) -> Figure:
    """Sessions a second, and how long accepting takes at half of that."""
    rate = asyncio.run(finishing(here.port, 0))
    print(f"{f'finished, {name}':<24} {rate:5.1f} sessions/s of {CHUNK} with 2 workers")
    before = ticks(here.process)
    took = asyncio.run(
        paced(here.port, rate / 2, ACCEPTS, lambda line, number: line.accept(100 + number))
    )
    used = 1000 * (ticks(here.process) - before) / os.sysconf("SC_CLK_TCK") / ACCEPTS
    middle, late = ACCEPT_GOALS
    return Figure(
        f"accepting at half load, {name}: p50/p99 ≤ {middle}/{late} ms",
        f"{_told(took)} of {ACCEPTS}, {used:.1f} ms of a processor each",
        median(took) <= middle and p99(took) <= late,
        max(median(took) / middle, p99(took) / late),
    )


def p99(took: list[float]) -> float:
    return took[int(0.99 * len(took))]


def _told(took: list[float]) -> str:
    return f"p50 {median(took):.1f}, p99 {p99(took):.1f} ms"


def main() -> Iterator[Figure]:
    with places() as both:
        for name, environ in both:
            with product(environ) as here:
                if name == "SQLite":
                    one = asyncio.run(_finished(here.port))
                    yield from status_reads(here, one)
                    yield asyncio.run(following(here))
                yield accepting(here, name)


async def _finished(port: int) -> str:
    line = await Line.to(port)
    one = await line.accept(0)
    while not await line.ended(one):
        await asyncio.sleep(0.05)
    return one


if __name__ == "__main__":
    serve_bare(Path(sys.argv[1]))
