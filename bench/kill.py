"""The kill test: `python -m bench kill`. Servers die by kill -9 at random moments; nothing is lost.

Sessions are accepted all the while, some are cancelled, and a client follows the events of each
across the deaths. SQLite: one server, killed and started again. PostgreSQL: three machines that
share nothing but the database, killed in turn, one of which never comes back.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import IO, TYPE_CHECKING

from aichef.errors import NotReady, StoreError
from aichef.kitchens.durable import DurableEngine, prepare
from aichef.kitchens.local import now
from aichef.kitchens.stores import open_store
from aichef.session.engine import DEADLINE
from aichef.session.model import canonical, new_id
from aichef.settings import Settings

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
    """A serving process and its workers, in a process group of their own."""

    environ: Mapping[str, str]
    workers: int
    log: IO[bytes]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.machine", str(self.workers)],
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
    """Follows the events of every session, as over a line that comes back again and again."""

    store: Sessions
    accepted: list[str] = field(default_factory=list)
    last: dict[str, int] = field(default_factory=dict)
    progress: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, list[str]] = field(default_factory=dict)
    ended_at: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def look(self) -> None:
        """Hear what is new; a number that is missing, or progress that goes back, is a fault."""
        known = [*self.accepted]
        marks = self.store.marks(known)
        for one in known:
            if one not in marks:
                self.faults.append(f"{one} is lost")
                continue
            if marks[one][0] == self.last.get(one, 0):
                continue
            for event in self.store.events(one, self.last.get(one, 0)):
                if event.number != self.last.get(one, 0) + 1:
                    self.faults.append(f"{one}: {event.number} after {self.last.get(one, 0)}")
                self.last[one] = event.number
                self.kinds.setdefault(one, []).append(event.kind)
                progress = int(event.body.get("progress", self.progress.get(one, 0)))
                if progress < self.progress.get(one, 0):
                    self.faults.append(f"{one}: {progress} after {self.progress[one]}")
                self.progress[one] = progress
                if event.kind in {"result", "failed", "cancelled"}:
                    self.ended_at[one] = time.monotonic()

    def follow(self, stop: Event) -> None:
        while not stop.wait(0.05):
            try:
                self.look()
            except StoreError as trouble:
                self.faults.append(f"store: {trouble.details}")


@dataclass
class Outcome:
    """How a kill test went. `faults` is empty where it held."""

    ended: Counter[str]
    deaths: Counter[str]
    faults: list[str]
    seconds: float
    longest: float

    def line(self) -> str:
        ended = ", ".join(f"{count} {name}" for name, count in sorted(self.ended.items()))
        deaths = ", ".join(f"{count} {name}" for name, count in sorted(self.deaths.items()))
        return (
            f"{ended}; killed: {deaths}; {self.seconds:.0f} s, longest wait {self.longest:.0f} s; "
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
    stop, begun = Event(), {}
    with ExitStack() as leaving:
        prepare(settings)
        store = open_store(settings)
        leaving.callback(store.close)
        engine = DurableEngine(settings, store)
        leaving.callback(engine.close)
        client = Client(store)
        follower = Thread(target=client.follow, args=(stop,))
        follower.start()
        leaving.callback(follower.join)
        leaving.callback(stop.set)
        running = []
        for environ in machines:
            log = leaving.enter_context(Path(environ["AICHEF_DATA_DIR"], "log").open("ab"))
            running.append(Machine(environ, workers, log))
            running[-1].start()
            leaving.callback(running[-1].kill_all)
        cancelled: set[str] = set()
        fed = 0
        for turn in range(kills):
            until = time.monotonic() + chance.uniform(0.3, 7.0)
            share = sessions * (turn + 1) // kills
            while fed < share or time.monotonic() < until:
                if fed < share:
                    one = new_id()
                    profile = {**chance.choice(PROFILES), "seed": fed}
                    store.accept(one, canonical(profile), now(), now() + DEADLINE)
                    begun[one] = time.monotonic()
                    client.accepted.append(one)
                    # Now and then we die between the two writes.
                    if chance.random() < 0.9:
                        engine.start(one, 1)
                    fed += 1
                    if chance.random() < 0.1:
                        cancelled.add(one)
                time.sleep(chance.uniform(0.0, 0.3))
                for one in [*cancelled]:
                    if chance.random() < 0.3:
                        store.cancel(one, datetime.now(UTC))
                        engine.stop(one)
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
        while store.processing() and time.monotonic() < until:
            time.sleep(0.2)
        client.look()
        faults = [*client.faults, *judged(store, engine, client)]
        stopped = [one.stop() for one in running if one.process]
        if max(stopped, default=0.0) > 20:
            faults.append(f"stopping took {max(stopped):.0f} s")
    waits = [at - begun[one] for one, at in client.ended_at.items()]
    ended = Counter(kinds[-1] for kinds in client.kinds.values())
    return Outcome(ended, deaths, faults, time.monotonic() - began, max(waits))


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


def main(sessions: int = 100, kills: int = 20) -> None:
    with tempfile.TemporaryDirectory() as folder:
        outcome = kill_test([environ_in(Path(folder))], sessions, kills)
        print(f"SQLite, one server: {outcome.line()}")
    assert not outcome.faults
    from tests.postgres import Server

    with tempfile.TemporaryDirectory() as folder, ExitStack() as leaving:
        server = Server.made()
        leaving.callback(server.remove)
        address = server.database("kill")
        machines = []
        for name in ("one", "two", "three"):
            Path(folder, name).mkdir()
            machines.append(environ_in(Path(folder, name)) | {"AICHEF_DATABASE_URL": address})
        outcome = kill_test(machines, sessions, kills, workers=1, one_stays_away=True)
        print(f"PostgreSQL, three machines: {outcome.line()}")
    assert not outcome.faults


def environ_in(folder: Path) -> dict[str, str]:
    """The environment of a machine that keeps everything in a folder, and asks no supplier."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AICHEF_")}
    return kept | {"AICHEF_DATA_DIR": str(folder)}
