"""The kill test: `python -m bench kill`. Servers die by kill -9 at random moments; nothing is lost.

Sessions are asked for over HTTP all the while, some are cancelled, and a client follows the events
of each across the deaths, by Last-Event-ID. SQLite: one server, killed and started again.
PostgreSQL: three machines that share nothing but the database, killed in turn, one of which never
comes back.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from threading import Event, Lock, Thread
from typing import IO, TYPE_CHECKING

from aichef.errors import NotReady
from aichef.kitchens.durable import DurableEngine, prepare
from aichef.kitchens.local import now
from aichef.kitchens.stores import open_store
from aichef.session.engine import DEADLINE
from aichef.session.model import canonical, new_id
from aichef.settings import Settings
from bench.figures import Figure, length, none_of

if TYPE_CHECKING:
    from aichef.session.port import Sessions

ROOT = Path(__file__).parents[1]
PROFILES: tuple[Mapping[str, object], ...] = (
    {"target": "keto", "allergies": ["땅콩"]},
    {"target": "diet", "servings": 3},
    {"target": "fridge", "availableIngredients": "두부 1모, 애호박 1개, 달걀 4개"},
    {"target": "baby_food", "babyAgeMonths": "8"},
    {"target": "general"},
)
ENDING = 240.0


@dataclass
class Machine:
    """A server and its workers, in a process group of their own; its port stays the same."""

    environ: Mapping[str, str]
    workers: int
    log: IO[bytes]
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def command(self) -> Sequence[str]:
        """The module that is run, and its arguments."""
        return "bench.machine", str(self.workers), str(self.port)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", *self.command],
            cwd=ROOT,
            env=dict(self.environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self.log,
            start_new_session=True,
        )

    def kill(self, chance: random.Random) -> str:
        """By kill -9: all of it, the server alone, or one of its workers."""
        assert self.process
        group = self.process.pid
        how = chance.choice(("all", "all", "server", "worker"))
        if how == "worker":
            workers = children(group)
            if workers:
                os.kill(chance.choice(workers), signal.SIGKILL)
            return how
        if how == "all":
            os.killpg(group, signal.SIGKILL)
        else:
            self.process.kill()
        self._gone()
        return how

    def kill_all(self) -> None:
        if self.process is None:
            return
        os.killpg(self.process.pid, signal.SIGKILL)
        self._gone()

    def stop(self) -> float:
        """As at SIGTERM; how long it took."""
        if self.process is None:
            return 0.0
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(30)
        self._gone()
        return time.monotonic() - began

    def _gone(self) -> None:
        assert self.process
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()
        self.process = None


def children(parent: int) -> list[int]:
    """Process ids of the children of a process."""
    found = subprocess.run(
        ["pgrep", "-P", str(parent)], capture_output=True, text=True, check=False
    )
    return [int(line) for line in found.stdout.split()]


@dataclass
class Client:
    """Asks for sessions and follows the events of each, over lines that break all the time."""

    ports: list[int]
    stop: Event
    accepted: list[str] = field(default_factory=list)
    begun: dict[str, float] = field(default_factory=dict)
    kinds: dict[str, list[str]] = field(default_factory=dict)
    ended_at: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    broken: int = 0
    threads: list[Thread] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def ask(self, profile: Mapping[str, object]) -> None:
        """Ask for a session until somebody has accepted it, and follow it from then on."""
        key, body = token_hex(8), json.dumps(profile)
        status, said = self.asked("POST", "/v1/sessions", body, {"Idempotency-Key": key})
        assert status == 202, said
        self.follow(str(said["sessionId"]))

    def cancel(self, one: str) -> None:
        self.asked("POST", f"/v1/sessions/{one}/cancel")

    def asked(
        self, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, object]]:
        """What the first machine says that is there and not too busy; ours may be away a while."""
        until = time.monotonic() + ENDING
        while time.monotonic() < until:
            for port in random.sample(self.ports, len(self.ports)):
                with (
                    suppress(OSError, http.client.HTTPException),
                    closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as line,
                ):
                    kind = {"Content-Type": "application/json"} if body else {}
                    line.request(method, path, body or None, {**kind, **(headers or {})})
                    answer = line.getresponse()
                    said = json.loads(answer.read())
                    if answer.status < 429:
                        return answer.status, said
            time.sleep(0.1)
        raise TimeoutError("nobody answers")

    def follow(self, one: str) -> None:
        self.accepted.append(one)
        self.begun[one] = time.monotonic()
        self.kinds[one] = []
        self.threads.append(Thread(target=self._followed, args=(one,), daemon=True))
        self.threads[-1].start()

    def _followed(self, one: str) -> None:
        """Until its end; a number that is missing, or progress that goes back, is a fault."""
        last = progress = 0
        while one not in self.ended_at and not self.stop.is_set():
            try:
                for number, kind, body in self._events(one, last):
                    if number != last + 1:
                        self.faults.append(f"{one}: {number} after {last}")
                    here = int(body.get("progress", progress))
                    if here < progress:
                        self.faults.append(f"{one}: {here} after {progress}")
                    last, progress = number, here
                    self.kinds[one].append(kind)
                    if kind in {"result", "failed", "cancelled"}:
                        self.ended_at[one] = time.monotonic()
            except (OSError, http.client.HTTPException):
                with self.lock:
                    self.broken += 1
                time.sleep(0.2)

    def _events(self, one: str, last: int) -> Iterator[tuple[int, str, dict[str, int]]]:
        port, path = random.choice(self.ports), f"/v1/sessions/{one}/events"
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
            line.request("GET", path, headers={"Last-Event-ID": str(last)})
            answer = line.getresponse()
            if answer.status == 404:
                self.faults.append(f"{one} is lost")
                self.ended_at[one] = time.monotonic()
            event: dict[str, str] = {}
            while answer.status == 200 and (raw := answer.readline()):
                name, colon, value = raw.decode().rstrip("\n").partition(": ")
                if colon:
                    event[name] = value
                elif "data" in event:
                    yield int(event["id"]), event["event"], json.loads(event["data"])
                    event = {}
            if answer.status >= 500:
                raise http.client.HTTPException(answer.status)


@dataclass
class Outcome:
    """How a kill test went. `faults` is empty where it held."""

    ended: Counter[str]
    deaths: Counter[str]
    faults: list[str]
    seconds: float
    longest: float
    broken: int

    def line(self) -> str:
        ended = ", ".join(f"{count} {name}" for name, count in sorted(self.ended.items()))
        deaths = ", ".join(f"{count} {name}" for name, count in sorted(self.deaths.items()))
        return (
            f"{ended}; killed: {deaths}; {self.broken} lines broken; {self.seconds:.0f} s, "
            f"longest wait {self.longest:.0f} s; "
            f"{'nothing lost, doubled or gone back' if not self.faults else self.faults}"
        )


def kill_test(
    machines: list[dict[str, str]],
    sessions: int,
    kills: int,
    seed: int = 1,
    workers: int = 2,
    *,
    one_stays_away: bool = False,
) -> Outcome:
    """Kill machines in turn, each with the environment given, while sessions come in."""
    chance, began = random.Random(seed), time.monotonic()
    settings = Settings.read(machines[0])
    deaths: Counter[str] = Counter()
    with ExitStack() as leaving:
        prepare(settings)
        store = open_store(settings)
        leaving.callback(store.close)
        engine = DurableEngine(settings, store)
        leaving.callback(engine.close)
        ports = free_ports(len(machines))
        client = Client([*ports], Event())
        leaving.callback(client.stop.set)
        running = []
        for environ, port in zip(machines, ports, strict=True):
            log = leaving.enter_context(Path(environ["AICHEF_DATA_DIR"], "log").open("ab"))
            running.append(Machine(environ, workers, log, port))
            running[-1].start()
            leaving.callback(running[-1].kill_all)
        cancelled: set[str] = set()
        fed = 0
        for turn in range(kills):
            until = time.monotonic() + chance.uniform(0.3, 7.0)
            share = sessions * (turn + 1) // kills
            while fed < share or time.monotonic() < until:
                if fed < share:
                    profile = {**chance.choice(PROFILES), "seed": fed}
                    if chance.random() < 0.9:
                        client.ask(profile)
                    else:
                        # Now and then a server dies between accepting and starting.
                        one = new_id()
                        store.accept(one, canonical(profile), now(), now() + DEADLINE)
                        client.follow(one)
                    fed += 1
                    if chance.random() < 0.1:
                        cancelled.add(client.accepted[-1])
                time.sleep(chance.uniform(0.0, 0.3))
                for one in [*cancelled]:
                    if chance.random() < 0.3:
                        client.cancel(one)
                        cancelled.discard(one)
            machine = running[turn % len(running)]
            deaths[machine.kill(chance)] += 1
            if machine.process is None:
                if one_stays_away and turn == kills - 1:
                    deaths["for good"] += 1
                else:
                    machine.start()
        if one_stays_away and not deaths["for good"]:
            running[(kills - 1) % len(running)].kill_all()
            deaths["for good"] += 1
        until = time.monotonic() + ENDING
        for thread in client.threads:
            thread.join(max(0.0, until - time.monotonic()))
        client.stop.set()
        faults = [*client.faults, *judged(store, engine, client)]
        if sum(store.counts().values()) != sessions:
            faults.append(f"{sum(store.counts().values())} sessions were kept")
        stopped = [one.stop() for one in running if one.process]
        if max(stopped, default=0.0) > 20:
            faults.append(f"stopping took {max(stopped):.0f} s")
    waits = [at - client.begun[one] for one, at in client.ended_at.items()]
    ended = Counter(kinds[-1] for kinds in client.kinds.values() if kinds)
    took = time.monotonic() - began
    return Outcome(ended, deaths, faults, took, max(waits, default=0.0), client.broken)


def free_ports(many: int) -> list[int]:
    """Ports of this machine that nobody has."""
    with ExitStack() as leaving:
        doors = [leaving.enter_context(socket.socket()) for _ in range(many)]
        for door in doors:
            door.bind(("127.0.0.1", 0))
        return [int(door.getsockname()[1]) for door in doors]


def judged(store: Sessions, engine: DurableEngine, client: Client) -> list[str]:
    """What is wrong with how the sessions ended."""
    faults = []
    for one in client.accepted:
        kinds = client.kinds[one]
        ends = [kind for kind in kinds if kind in {"result", "failed", "cancelled"}]
        if len(ends) != 1 or kinds[-1] != ends[0]:
            faults.append(f"{one} ended {ends}")
            continue
        if kinds.count("recipe") > 1:
            faults.append(f"{one} has {kinds.count('recipe')} recipes")
        session = store.find(one)
        if session.status == "failed":
            faults.append(f"{one} failed: {session.error}")
        if session.status == "completed":
            meal = json.loads(store.result(one))
            broken = [
                row["rule"]
                for row in meal["recipe"]["findings"]
                if (row["severity"], row["verdict"]) == ("hard", "fail")
            ]
            # For a fridge that holds all of it nothing has to be bought.
            priced = meal["pricing"]["totalEstimatedCost"] > 0 or "fridge" in session.profile
            if broken or meal["sessionId"] != one or not priced:
                faults.append(f"{one} has no valid meal: {broken}")
        else:
            try:
                store.result(one)
                faults.append(f"{one} has a result")
            except NotReady:
                pass
        if len(engine.workflows(one)) > 1:
            faults.append(f"{one} has several workflows")
    return faults


def main() -> Iterator[Figure]:
    from tests.postgres import Server

    sessions, kills = length(30, 100), length(5, 20)
    goal = "killed again and again, nothing lost, doubled or gone back"
    with tempfile.TemporaryDirectory() as folder:
        outcome = kill_test([environ_in(Path(folder))], sessions, kills)
        yield none_of(f"{goal}, SQLite", len(outcome.faults), outcome.line())

    with tempfile.TemporaryDirectory() as folder, ExitStack() as leaving:
        server = Server.made()
        leaving.callback(server.remove)
        address = server.database("kill")
        machines = []
        for name in ("one", "two", "three"):
            Path(folder, name).mkdir()
            machines.append(environ_in(Path(folder, name)) | {"AICHEF_DATABASE_URL": address})
        outcome = kill_test(machines, sessions, kills, workers=1, one_stays_away=True)
        where = "PostgreSQL, three machines of which one stays away"
        yield none_of(f"{goal}, {where}", len(outcome.faults), outcome.line())


def environ_in(folder: Path) -> dict[str, str]:
    """The environment of a machine that keeps everything in a folder, and asks no supplier."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AICHEF_")}
    free = {"AICHEF_CLIENT_RATE": "0", "AICHEF_CLIENT_SESSIONS": "0"}
    return kept | free | {"AICHEF_DATA_DIR": str(folder)}
