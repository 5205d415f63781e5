"""What a person sees when something breaks, and how soon they are served: `python -m bench faults`.

Every cell of the table is one session through the way in of its engine, over stand-ins of the model
and of two malls: HTTP to `aichef serve` with one worker, HTTP to the same app whose sessions run in
its own process, and on AWS the functions' own handlers under moto's state machine. Suppliers fail
from the first question on; machines and databases fail while the model is writing. Where a database
is away or a disk full, a second person asks meanwhile, and keeps asking until they are heard.

The short form measures some rows for two engines; the full one writes docs/faults.md, a column at a
time: `python -m bench.faults SQLite` measures one anew, the others stay as they were kept in build.
"""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import (
    AbstractContextManager,
    ExitStack,
    closing,
    contextmanager,
    nullcontext,
    suppress,
)
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from secrets import token_hex
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Final

from aichef.errors import NotReady, SessionNotFound
from aichef.fake.model import ModelStandIn, model_stand_in
from aichef.fake.prices import StandIn, stand_in
from aichef.kitchens import durable
from aichef.kitchens.local import local_kitchen, now
from aichef.kitchens.stores import open_store
from aichef.session import sqlite
from aichef.session.engine import DEADLINE
from aichef.session.model import canonical, new_id
from aichef.settings import Settings
from bench import machine
from bench.figures import FULL, Figure, none_of
from bench.kill import ROOT, Machine, children, environ_in, free_ports

if TYPE_CHECKING:
    from tests.aws.machine import Machine as Emulated

    from aichef.session.model import Session
    from aichef.session.port import Sessions

PAGE: Final = ROOT / "docs" / "faults.md"
KEPT: Final = ROOT / "build" / "faults"
ALONE, SQLITE, POSTGRES, AWS = "in process", "SQLite", "PostgreSQL", "AWS emulated"
ENGINES: Final = (ALONE, SQLITE, POSTGRES, AWS)
EATER: Final = {
    "target": "general",
    "servings": 2,
    "budget": 60_000,
    "seed": 1,
    "locale": "en",
    "pantry": "empty",
    "allergies": ["땅콩"],
}
LINES: Final = (
    ("beef round", 120, "g"),
    ("soybean sprouts", 150, "g"),
    ("spinach", 120, "g"),
    ("carrot", 60, "g"),
    ("onion", 80, "g"),
    ("green onion", 20, "g"),
    ("egg", 2, "ea"),
    ("gochujang", 1, "tbsp"),
    ("sesame oil", 1, "tbsp"),
    ("cooking oil", 1, "tbsp"),
)
STEPS: Final = (
    "Blanch the soybean sprouts and the spinach in boiling water and squeeze them dry.",
    "Heat the cooking oil and stir-fry the carrot and the onion for 3 minutes.",
    "Add the beef round and the green onion and fry until cooked through (75 °C for 1 minute).",
    "Fry the egg on both sides until the yolk is set.",
    "Put everything on the rice with the gochujang and the sesame oil.",
)
ALLERGEN: Final = ("peanuts", 30, "g"), "Chop the peanuts and scatter them on top."
AWAY: Final = 5.0
MODEL_SECONDS: Final = 20
SPEED: Final = 300.0
SWEEP: Final = 5.0
SMALL_DISK: Final = "size=24m"
LATE: Final = DEADLINE.total_seconds()
NOTHING, NOT_YET = "–", "not measured"

Ask = Callable[[str, str, object], tuple[int, Any]]
Strike = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Fault:
    """A row. `model` and `prices` are faults of the stand-ins, `strike` befalls the machine."""

    name: str
    model: str = ""
    times: int | None = None
    unsafe: bool = False
    prices: str = ""
    slow_ms: int = 0
    strike: str = ""

    @property
    def alone(self) -> bool:
        """Whether nobody else may use the same place: what fails leaves traces there."""
        return bool(self.prices or self.slow_ms or self.strike)


FAULTS: Final = (
    Fault("none, for comparison"),
    Fault("model throttled once", model="throttled", times=1),
    Fault("model down (503 for ever)", model="503"),
    Fault("model's stream cut", model="dropped"),
    Fault("model stalls", model="stall"),
    Fault("model's recipe holds the allergen", unsafe=True),
    Fault("price suppliers take 10 s", slow_ms=10_000),
    Fault("a price supplier answers 429", prices="429:naver"),
    Fault("a price supplier answers 500", prices="500:naver"),
    Fault("a price supplier's stream cut", prices="cut:naver"),
    Fault("a price supplier's body malformed", prices="garbage:naver"),
    Fault("all price suppliers down", prices="503"),
    Fault("worker killed in mid-cook", strike="worker"),
    Fault("server killed in mid-cook", strike="server"),
    Fault("database away for 5 s", strike="database"),
    Fault("disk full for 5 s", strike="disk"),
    Fault("price function throttled at every call", strike="pricing"),
)
SHORT: Final = {
    *((ALONE, FAULTS[place].name) for place in (1, 5, 13)),
    *((SQLITE, FAULTS[place].name) for place in (3, 11, 12, 13, 14, 15)),
}


@dataclass(frozen=True)
class Cell:
    """What came of a fault: seconds from its strike, and from asking, to the end of the session."""

    fault: str
    engine: str
    seen: str
    recovered: float
    whole: float
    lost: tuple[str, ...]

    def text(self) -> str:
        lost = f" **Lost: {'; '.join(self.lost)}.**" if self.lost else ""
        return f"{self.seen}; recovered in {self.recovered:.1f} s.{lost}"


@dataclass
class Place:
    """Where sessions are asked for, and what may strike there, by name."""

    ask: Ask
    store: Sessions
    model: ModelStandIn
    prices: StandIn
    strikes: Mapping[str, Strike]
    sweep: Callable[[], object] | None = None
    """Where nobody looks after lost sessions all the while: what the clock calls."""


# --- who asks -----------------------------------------------------------------------------------


@dataclass
class Person:
    """Somebody who asks for a meal, and looks again and again how far it is."""

    ask: Ask
    one: str = ""
    began: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    seen: list[str] = field(default_factory=list)
    session: Mapping[str, Any] = field(default_factory=dict)

    def dine(self) -> None:
        """Ask until somebody accepts it, and follow it to its end; long past the deadline."""
        until, key = self.began + LATE + 60, token_hex(8)
        while not self.one and time.monotonic() < until:
            status, said = self._told("POST", "/v1/sessions", {"key": key, "profile": EATER})
            if status == 202:
                self.one = said["sessionId"]
            else:
                time.sleep(0.5)
        while self.one and not self.ended and time.monotonic() < until:
            status, said = self._told("GET", f"/v1/sessions/{self.one}", None)
            if status == 200 and said["status"] != "processing":
                self.ended, self.session = time.monotonic(), said
            else:
                time.sleep(0.2)

    def meal(self) -> Any:
        """The meal as it is handed out; None where there is none."""
        status, said = self._told("GET", f"/v1/sessions/{self.one}/result", None)
        return said if status == 200 else None

    def _told(self, method: str, path: str, body: object) -> tuple[int, Any]:
        try:
            status, said = self.ask(method, path, body)
        except (OSError, http.client.HTTPException):
            self._note("no connection")
            return 0, None
        if status >= 400:
            self._note(f"“{said.get('detail', said.get('title', ''))}” ({status})")
        return status, said

    def _note(self, what: str) -> None:
        if what not in self.seen:
            self.seen.append(what)


def said_of(person: Person, meal: Any) -> str:
    """What a person has in the end."""
    if not person.ended:
        return "still waiting"
    if meal is None:
        return f"failed: “{(person.session.get('error') or {}).get('message', '')}”"
    by, pricing = meal["recipe"]["writtenBy"], meal["pricing"]
    if by["kind"] == "cookbook":
        recipe = f"the book's recipe (“{by.get('insteadOf', '')}”)"
    elif changes := by.get("changes"):
        recipe = f"the model's recipe, mended (“{'; '.join(changes)}”)"
    else:
        recipe = "the model's recipe"
    known, unknown = len(pricing["ingredients"]), len(pricing["unpriced"])
    prices = (
        "all priced"
        if not unknown
        else f"{known} of {known + unknown} priced"
        if known
        else "prices unknown"
    )
    # Who answered stands there by name, who did not with what kept them.
    kept = [one for one in pricing["suppliers"] if ": " in one]
    troubles = f" (“{'; '.join(kept)}”)" if kept else ""
    return f"{recipe}, {prices}{troubles}"


def losses(person: Person, meal: Any, store: Sessions) -> tuple[str, ...]:
    """What is wrong with how a session ended; empty where nothing was lost or doubled."""
    one = person.one
    if not one:
        return ("it was never accepted",)
    try:
        session, events = store.find(one), store.events(one)
    except SessionNotFound:
        return ("the session is gone",)
    wrong = []
    ends = [it.kind for it in events if it.kind in {"result", "failed", "cancelled"}]
    wanted = {"completed": ["result"], "failed": ["failed"]}.get(session.status)
    if ends != wanted or events[-1].kind not in ends:
        wrong.append(f"it is {session.status} and ended {ends}")
    if [it.number for it in events] != list(range(1, len(events) + 1)):
        wrong.append("its events have gaps")
    if [it.kind for it in events].count("recipe") > 1:
        wrong.append("it was told several recipes")
    if session.status == "failed":
        error = session.error or {}
        # What nobody foresaw is no reason, however kindly it is put.
        if not error.get("message") or error.get("code") == "INTERNAL_ERROR":
            wrong.append("it failed without a reason")
    try:
        kept = json.loads(store.result(one))
    except NotReady:
        kept = None
    if kept != meal or (kept is None) == (session.status == "completed"):
        wrong.append("its meal is not the one that was kept")
    if meal:
        rows, lines = meal["recipe"]["findings"], meal["recipe"]["ingredients"]
        hard = [it["rule"] for it in rows if (it["severity"], it["verdict"]) == ("hard", "fail")]
        if hard or meal["sessionId"] != one:
            wrong.append(f"it is no valid meal {hard}")
        if any("땅콩" in it["name"] or "peanut" in str(it["food"]) for it in lines):
            wrong.append("the allergen was served")
    return tuple(wrong)


# --- one cell -----------------------------------------------------------------------------------


def measured(fault: Fault, engine: str, place: Place) -> Cell:
    """One session under a fault, and whoever comes while it lasts."""
    place.model.calls.clear()
    place.prices.calls.clear()
    place.model.set_fault(fault.model, fault.times)
    place.model.say = lambda *_: answer(unsafe=fault.unsafe)
    place.prices.slow_ms = place.prices.slow_to_ms = fault.slow_ms
    if fault.prices:
        place.prices.set_fault(fault.prices)
    sweep = place.sweep if fault.strike == "server" else None
    first = Person(place.ask, one=orphan(place.store) if sweep else "")
    people = [first]
    dining = [Thread(target=first.dine, daemon=True)]
    dining[0].start()
    struck = first.began
    if sweep:
        while not first.ended and time.monotonic() < first.began + LATE:
            time.sleep(SWEEP)
            sweep()
    elif fault.strike:
        until(lambda: bool(+place.model.open), first)
        # So that some of the recipe is there already.
        time.sleep(0.8)
        with place.strikes[fault.strike]():
            struck = time.monotonic()
            if fault.strike in {"database", "disk"}:
                time.sleep(1)
                people.append(Person(place.ask))
                dining.append(Thread(target=people[1].dine, daemon=True))
                dining[1].start()
                time.sleep(AWAY - 1)
    elif fault.model or fault.unsafe:
        struck = until(lambda: place.model.calls.total() > 0, first)
    elif fault.prices or fault.slow_ms:
        struck = until(lambda: place.prices.calls.total() > 0, first)
    for thread in dining:
        thread.join()
    place.model.set_fault("")
    meals = [one.meal() if one.session.get("status") == "completed" else None for one in people]
    seen = ", then ".join([*first.seen, said_of(first, meals[0])])
    if len(people) > 1:
        heard = people[1].seen or ["is accepted"]
        seen += f"; who asks meanwhile: {', '.join(heard)}, then {said_of(people[1], meals[1])}"
    lost = [losses(one, meal, place.store) for one, meal in zip(people, meals, strict=True)]
    whole = max((one.ended or time.monotonic()) - one.began for one in people)
    recovered = (first.ended or time.monotonic()) - struck
    return Cell(fault.name, engine, seen, recovered, whole, tuple(sum(lost, ())))


def answer(*, unsafe: bool) -> str:
    """What the model says; `unsafe` with the eater's allergen in its list and in a step."""
    line, step = ALLERGEN
    lines = (*LINES, line) if unsafe else LINES
    more = {"prep": "", "optional": False}
    return json.dumps(
        {
            "ingredients": [
                {"name": name, "amount": str(amount), "unit": unit, **more}
                for name, amount, unit in lines
            ],
            "instructions": [*STEPS, step] if unsafe else STEPS,
            "recipeName": "Bibimbap with beef and vegetables",
            "description": "Rice with vegetables and beef on top.",
            "cookingTime": 30,
            "difficulty": "easy",
            "servings": 2,
            "servedWith": [{"name": "cooked rice", "gramsPerServing": 180}],
            "notes": "",
            "claimed": {"kcal": 550, "carbohydrate_g": 80, "protein_g": 25, "sodium_mg": 600},
        }
    )


def orphan(store: Sessions) -> str:
    """A session whose acceptor died before it could have it started."""
    one = new_id()
    store.accept(one, canonical(EATER), now(), now() + DEADLINE)
    return one


def until(there: Callable[[], bool], person: Person) -> float:
    """The moment something is there, or the person has their end."""
    while not there() and not person.ended:
        time.sleep(0.01)
    return time.monotonic()


# --- places -------------------------------------------------------------------------------------


@contextmanager
def suppliers() -> Iterator[tuple[ModelStandIn, StandIn, dict[str, str]]]:
    """The stand-ins, and the settings that lead to them."""
    with model_stand_in() as model, stand_in() as prices:
        model.speed, model.first = SPEED, 0.5
        malls = {
            name: said
            for name, said in prices.environment.items()
            if name.startswith(("AICHEF_NAVER", "AICHEF_COUPANG"))
        }
        more = {"AICHEF_MODEL_SECONDS": str(MODEL_SECONDS), "AICHEF_LOCALE": "en"}
        yield model, prices, {**malls, **model.environment("openai"), **more}


class Alone(Machine):
    """A server whose sessions run in its own process."""

    @property
    def command(self) -> Sequence[str]:
        return "bench.faults", str(self.port)


@contextmanager
def served(engine: str, database: str, *, small: bool = False) -> Iterator[Place]:
    """A server in a folder of its own, on a `small` disk where that is asked for."""
    from tests.session.disks import filled

    with ExitStack() as leaving:
        model, prices, settings = leaving.enter_context(suppliers())
        folder = Path(leaving.enter_context(tempfile.TemporaryDirectory()))
        log = leaving.enter_context(tempfile.TemporaryFile())
        if small:
            leaving.enter_context(mounted(folder))
        environ = environ_in(folder) | settings | {"AICHEF_DATABASE_URL": database}
        kind = Alone if engine == ALONE else Machine
        here = kind(environ, 1, log, free_ports(1)[0])
        store = leaving.enter_context(closing(open_store(Settings.read(environ))))
        here.start()
        leaving.callback(here.kill_all)
        ask = partial(over_http, here.port)
        ready(ask)
        strikes: dict[str, Strike] = {
            "worker": lambda: killed(here),
            "server": lambda: begun_again(here),
            "database": lambda: locked(folder),
            "disk": lambda: filled(folder),
        }
        yield Place(ask, store, model, prices, strikes)


def over_http(port: int, method: str, path: str, body: Any) -> tuple[int, Any]:
    headers = {"Accept-Language": "en"}
    if body:
        headers |= {"Content-Type": "application/json", "Idempotency-Key": body["key"]}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        line.request(method, path, json.dumps(body["profile"]) if body else None, headers)
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())


def ready(ask: Ask) -> None:
    """Wait for a server that has somebody to cook."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        with suppress(OSError, http.client.HTTPException):
            if ask("GET", "/readyz", None)[0] == 200:
                return
        time.sleep(0.1)
    raise TimeoutError("the server does not begin")


@contextmanager
def killed(here: Machine) -> Iterator[None]:
    """Its only worker dies."""
    assert here.process
    for worker in children(here.process.pid):
        os.kill(worker, signal.SIGKILL)
    yield


@contextmanager
def begun_again(here: Machine) -> Iterator[None]:
    """All of it dies, and whoever looks after the machine starts it again."""
    here.kill_all()
    here.start()
    yield


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Somebody holds the files of SQLite."""
    with ExitStack() as leaving:
        for name in (sqlite.FILE, durable.FILE):
            if (folder / name).exists():
                file = sqlite3.connect(folder / name, timeout=10, isolation_level=None)
                leaving.enter_context(closing(file))
                file.execute("BEGIN EXCLUSIVE")
        yield


class NoSuchDisk(Exception):
    """A small disk cannot be mounted here."""


@contextmanager
def mounted(folder: Path) -> Iterator[None]:
    """A small disk of memory. Raises NoSuchDisk."""
    command = ["mount", "-t", "tmpfs", "-o", SMALL_DISK, "aichef", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as refused:
        raise NoSuchDisk from refused
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


class Killed(BaseException):
    """A function's process is gone: nobody between here and Lambda can catch it."""


class ExitError(Exception):
    """As Lambda names it."""


ExitError.__name__ = "Runtime.ExitError"


SILENT: Final = {"POWERTOOLS_METRICS_DISABLED": "true", "POWERTOOLS_LOG_LEVEL": "CRITICAL"}
"""The functions' log lines and figures have no reader here."""


@contextmanager
def on_aws() -> Iterator[Place]:
    """The functions, the tables and the state machine, in this process. Retries wait as they do."""
    import moto.stepfunctions.parser.asl.component.common.retry.retrier_decl as retrying
    import pytest
    from moto.awslambda.models import LambdaFunction
    from moto.core.botocore_stubber import BotocoreStubber
    from tests.aws import machine as emulated
    from tests.aws.tables import REGION

    arn = f"arn:aws:states:{REGION}:{emulated.ACCOUNT}:stateMachine:ours"
    with ExitStack() as leaving:
        model, prices, settings = leaving.enter_context(suppliers())
        folder = Path(leaving.enter_context(tempfile.TemporaryDirectory()))
        patch = leaving.enter_context(pytest.MonkeyPatch.context())
        leaving.enter_context(warnings.catch_warnings())
        # Figures that nobody reads are never emptied, and each further one is warned of.
        warnings.filterwarnings("ignore", "Dimension")
        for name in [one for one in os.environ if one.startswith("AICHEF_")]:
            patch.delenv(name)
        for name, value in {**settings, "AICHEF_STATE_MACHINE": arn, **SILENT}.items():
            patch.setenv(name, value)
        from aichef.aws import sandbox, session

        session._desk.cache_clear()  # noqa: SLF001 - a new sandbox
        session._http.cache_clear()  # noqa: SLF001
        stack = leaving.enter_context(emulated.built(patch, folder))
        patch.setattr(retrying, "time", time)
        throttled, dying = Event(), Event()
        store = sandbox.warm().store
        for one in (store, session._desk()[0]):  # noqa: SLF001
            refuse_while(throttled, one)
        # A step looks there every half a second while it cooks.
        patch.setattr(store, "find", mortal(dying, store.find))
        patch.setattr(BotocoreStubber, "__call__", one_at_a_time(BotocoreStubber.__call__))
        invoke: Any = LambdaFunction._invoke_lambda  # noqa: SLF001

        def invoked(function: Any, event: Any = None) -> Any:
            try:
                return invoke(function, event)
            except Killed:
                return emulated._errored(ExitError())  # noqa: SLF001

        patch.setattr(LambdaFunction, "_invoke_lambda", invoked)
        # One thread, for the adapter keeps its event loop there.
        pool = leaving.enter_context(ThreadPoolExecutor(1, initializer=with_a_loop))
        leaving.callback(lambda: pool.submit(without_a_loop).result())
        strikes: dict[str, Strike] = {
            "worker": lambda: dies(dying),
            "pricing": lambda: refused(stack),
            "database": lambda: set_while(throttled),
        }
        clock = {"detail-type": "Scheduled Event", "source": "aws.events"}
        yield Place(
            lambda *asked: pool.submit(over_the_gateway, *asked).result(),
            stack.store,
            model,
            prices,
            strikes,
            lambda: session.handler(clock, None),
        )


def with_a_loop() -> None:
    asyncio.set_event_loop(asyncio.new_event_loop())


def without_a_loop() -> None:
    asyncio.get_event_loop().close()


def mortal(dying: Event, find: Callable[[str], Session]) -> Callable[[str], Session]:
    """Looking at a session, at which the function may die."""

    def found(one: str) -> Session:
        if dying.is_set():
            dying.clear()
            raise Killed
        return find(one)

    return found


def one_at_a_time(call: Callable[..., Any]) -> Callable[..., Any]:
    """Moto's tables answer one question after another: they are none to several threads."""
    lock = Lock()

    def locked(stubber: object, event_name: str, **asked: Any) -> Any:
        # Not the rest: a function runs inside the question that invokes it.
        with lock if "dynamodb" in event_name else nullcontext():
            return call(stubber, event_name, **asked)

    return locked


@contextmanager
def dies(dying: Event) -> Iterator[None]:
    dying.set()
    yield


@contextmanager
def refused(stack: Emulated) -> Iterator[None]:
    """Lambda has no room for the function that prices, however often it is asked."""
    from tests.aws.machine import Fault as Refusal

    stack.faults["price"] = [Refusal("TooManyRequestsException", 429) for _ in range(20)]
    yield


@contextmanager
def set_while(event: Event) -> Iterator[None]:
    event.set()
    yield
    event.clear()


def refuse_while(throttled: Event, store: Any) -> None:
    """Have DynamoDB answer a store that it is asked too much, for as long as that is set."""
    from botocore.awsrequest import AWSResponse

    kind = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"
    body = json.dumps({"__type": kind, "message": "-"}).encode()

    class Raw:
        def stream(self, **_: object) -> Iterator[bytes]:
            yield body

    def refused(request: Any, **_: object) -> Any:
        return AWSResponse(request.url, 400, {}, Raw()) if throttled.is_set() else None

    store._client.meta.events.register_first("before-send.dynamodb", refused)  # noqa: SLF001


def over_the_gateway(method: str, path: str, body: Any) -> tuple[int, Any]:
    """What the function behind the HTTP API says (payload 2.0)."""
    from aichef.aws import session

    headers = {"host": "chef.example", "accept-language": "en"}
    if body:
        headers |= {"content-type": "application/json", "idempotency-key": body["key"]}
    asked = {"method": method, "path": path, "sourceIp": "192.0.2.1", "protocol": "HTTP/1.1"}
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {"http": asked, "stage": "$default"},
        "isBase64Encoded": False,
        **({"body": json.dumps(body["profile"])} if body else {}),
    }
    answer = session.handler(event, None)
    text = answer.get("body") or ""
    return answer["statusCode"], json.loads(
        base64.b64decode(text) if answer["isBase64Encoded"] else text
    )


# --- the table ----------------------------------------------------------------------------------

SENSELESS: Final = frozenset(
    {
        *((ALONE, strike) for strike in ("worker", "disk", "pricing")),
        *((POSTGRES, strike) for strike in ("disk", "pricing")),
        (SQLITE, "pricing"),
        (AWS, "disk"),
    }
)
"""In process there is no worker, and a session that a full disk stops is taken up at the next start
only; the disks of a database server are its keeper's; only on AWS is pricing a function of its own.
"""


def cells(engine: str, faults: Sequence[Fault]) -> Iterator[Cell]:
    """Every cell of an engine that makes sense; those that leave no traces share a place."""
    wanted = [one for one in faults if (engine, one.strike) not in SENSELESS]
    with ExitStack() as leaving:
        opened = opener(engine, leaving)
        if shared := [one for one in wanted if not one.alone]:
            with opened("") as place:
                for fault in shared:
                    yield measured(fault, engine, place)
        for fault in wanted:
            if fault.alone:
                with suppress(NoSuchDisk), opened(fault.strike) as place:
                    yield measured(fault, engine, place)


def opener(engine: str, leaving: ExitStack) -> Callable[[str], AbstractContextManager[Place]]:
    """What makes a new place of an engine, given what will strike there."""
    if engine == AWS:
        return lambda _: on_aws()
    if engine != POSTGRES:
        return lambda strike: served(engine, "", small=strike == "disk")
    from tests.postgres import Server

    server = Server.made()
    leaving.callback(server.remove)

    @contextmanager
    def away() -> Iterator[None]:
        server.stop("immediate")
        yield
        server.start()

    @contextmanager
    def place(_: str) -> Iterator[Place]:
        with served(engine, server.database(f"faults_{token_hex(4)}")) as one:
            one.strikes = {**one.strikes, "database": away}
            yield one

    return place


def page(found: Sequence[Cell]) -> str:
    """docs/faults.md."""
    by = {(one.fault, one.engine): one for one in found}
    empty = dict.fromkeys(ENGINES, NOT_YET) | {one.engine: NOTHING for one in found}
    rows = [
        [name, *(by[name, it].text() if (name, it) in by else empty[it] for it in ENGINES)]
        for name in dict.fromkeys(one.fault for one in found)
    ]
    lost = sum(bool(one.lost) for one in found)
    worst = max(found, key=lambda one: one.whole)
    return "\n".join(
        [
            "# What breaks, and what a person sees",
            "",
            "Written by `AICHEF_BENCH=full python -m bench faults`; every cell is measured.",
            "",
            f"{len(found)} cells; in {lost or 'none'} of them was anything lost, doubled or ended",
            "without a reason. The longest wait from asking to the end of a session was",
            f"{worst.whole:.0f} s ({worst.fault}, {worst.engine}); a session has {LATE:.0f} s.",
            "",
            "| fault | " + " | ".join(ENGINES) + " |",
            "|---|" + "---|" * len(ENGINES),
            *("| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows),
            "",
            "- Seconds are from the moment the fault struck to the end of the session: from the",
            "  first question to the supplier that fails, from the death, from when the database",
            "  went away or the disk was full (which lasts 5 s). Without a fault: from asking.",
            f"- The model writes {SPEED:.0f} tokens a second in a stand-in and may take",
            f"  {MODEL_SECONDS} s (`AICHEF_MODEL_SECONDS`); two malls sell, and the price book is",
            "  at hand as always. A server has one worker, so that a death always hits.",
            "- In process, sessions run in the server's own process and are kept in SQLite. It is",
            "  for trying things out: what a store that fails for long stops there is taken up at",
            "  the next start only, and so its disk was not filled.",
            "- A database that is away: files locked by somebody else (SQLite), a server stopped",
            "  and started again (PostgreSQL), throttled at every call (DynamoDB).",
            "- On AWS a worker is the function's process, which dies while the model writes; its",
            "  retries wait as the state machine has it. A server that is killed is the function",
            "  that accepts, dead before it has started the execution: the sweep starts it, after",
            f"  30 s at least. It came every {SWEEP:.0f} s here, and comes as the template says.",
            f"- {NOTHING}: there is nothing of the kind that could fail there.",
            "",
        ]
    )


def column(engine: str) -> tuple[Cell, ...]:
    """All cells of an engine, measured and kept; the page is written of all that is kept."""
    found = told(cells(engine, FAULTS))
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / f"{ENGINES.index(engine)}.json"
    path.write_text(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1))
    files = [json.loads(one.read_text()) for one in sorted(KEPT.glob("*.json"))]
    kept = [Cell(**{**one, "lost": tuple(one["lost"])}) for file in files for one in file]
    order = [one.name for one in FAULTS]
    PAGE.write_text(page(sorted(kept, key=lambda one: order.index(one.fault))))
    return found


def told(found: Iterator[Cell]) -> tuple[Cell, ...]:
    """Cells, each printed as it is measured."""
    every = []
    for cell in found:
        print(f"{cell.engine:<13}{cell.fault:<40}{cell.text()}", flush=True)
        every.append(cell)
    return tuple(every)


def main() -> Iterator[Figure]:
    found: list[Cell] = []
    for engine in ENGINES:
        if FULL:
            found += column(engine)
        elif some := [one for one in FAULTS if (engine, one.name) in SHORT]:
            found += told(cells(engine, some))
    lost = [one for one in found if one.lost]
    late = [one for one in found if one.whole > LATE]
    longest = max(one.whole for one in found)
    yield none_of(
        "faults × engines: nothing is lost in any cell",
        len(lost),
        f"{len(lost)} of {len(found)} cells",
    )
    yield none_of(
        f"faults × engines: every session ends within its {LATE:.0f} s",
        len(late),
        f"{len(late)} of {len(found)} cells late; the longest took {longest:.0f} s",
    )


def serve_alone(port: int) -> None:
    """The app with sessions in this process, until standard input ends."""
    import uvicorn

    from aichef.kitchens.inprocess import InProcessEngine
    from aichef.web.app import create_app

    settings = Settings.read(os.environ)
    # One at a time: a kitchen's connections belong to one event loop.
    with (
        closing(open_store(settings)) as store,
        closing(InProcessEngine(store, local_kitchen(settings), threads=1)) as engine,
    ):
        engine.recover()
        app = create_app(settings, store, engine)
        uvicorn.run(app, port=port, log_config=None, access_log=False)


if __name__ == "__main__":
    if sys.argv[1] in ENGINES:
        column(sys.argv[1])
    else:
        Thread(target=machine.parent, daemon=True).start()
        serve_alone(int(sys.argv[1]))
