"""One process that stands in for Bedrock, Anthropic and OpenAI-compatible servers, on 127.0.0.1.

It writes recipes of ours at so many tokens a second, and breaks on demand: with flags when it
starts, and while it runs with `POST /control?fault=throttled&times=2&speed=60`,
`POST /control?clear=1`. `GET /calls` says how often each wire was called.
"""

from __future__ import annotations

import json
import re
import socket
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, unquote

from aichef.fake import answers, model_wires
from aichef.fake.model_wires import KEY, Frame, Refusal, Wire
from aichef.fake.server import HOST, Handler, Server, serving

MODEL: Final = "stand-in"
SPEED: Final = 60.0
FIRST: Final = 0.5

FAULTS: Final[Mapping[str, str]] = {
    "throttled": "too many requests; `times` says how often",
    "quota": "the account has nothing left to spend",
    "denied": "the account has no right to this model",
    "key": "the key is refused",
    "profile": "the model is not served under this name",
    "validation": "the question is refused as it was put",
    "schema": "an output schema is refused, other forms are not",
    "500": "server error",
    "503": "overloaded",
    "late": "nothing at all for a minute",
    "slow": "a tenth of the speed",
    "stall": "silence in the middle",
    "dropped": "the connection closes in the middle",
    "ended": "the stream ends in the middle as if it were whole",
    "corrupt": "a damaged frame in the middle",
    "broke": "the model's side fails in the middle, and says so",
    "busy": "told to come later in the middle",
    "cut": "the answer ends at the most tokens",
    "refused": "the model will not answer",
    "empty": "an answer without a word",
    "page": "a web page instead of an answer, under 200",
    "huge": "ten megabytes",
    "reset": "the connection closes without an answer",
    "prose": "sentences and a fence around the JSON",
    "language": "a recipe in another language",
    "units": "units that nobody has",
    "many": "four hundred ingredients",
    "words": "text where an amount belongs",
}

_AT_ONCE: Final = frozenset({"huge", "many"})
"""Answers too long to be waited for: they come in large pieces."""

_TOKEN: Final = re.compile(r"[가-힣]{1,2}|[A-Za-z]{1,6}|\d{1,3}|\s+|.", re.DOTALL)

KINDS: Final = ("good", "fault", "faults")
"""Recipes as they should be, with one planted fault, with several."""

Answer = Callable[[str, int, str], str]
"""What is said to a prompt, by a seed and one of KINDS."""


@dataclass
class ModelStandIn:
    """The stand-in while it runs.

    `speed` is tokens a second and `first` seconds to the first; `fault` is one of FAULTS or "",
    on every `every`-th call and at most `times` times. `kind` is one of KINDS. `asked` keeps
    the last questions as sent.
    """

    server: Server
    speed: float = SPEED
    first: float = FIRST
    fault: str = ""
    every: int = 1
    times: int | None = None
    kind: str = "good"
    say: Answer = answers.answer
    calls: Counter[str] = field(default_factory=Counter)
    asked: deque[Mapping[str, Any]] = field(default_factory=lambda: deque(maxlen=20))
    open: Counter[str] = field(default_factory=Counter)
    stopping: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)

    @property
    def url(self) -> str:
        """Address of the stand-in."""
        return f"http://{HOST}:{self.server.server_address[1]}"

    def environment(self, wire: str) -> dict[str, str]:
        """Settings under which AI Chef writes over "bedrock", "anthropic" or "openai"."""
        path = "/v1" if wire == "openai" else ""
        return {
            "AICHEF_MODEL": f"{wire}:{MODEL}",
            "AICHEF_MODEL_URL": f"{self.url}{path}",
            "AICHEF_MODEL_KEY": KEY,
        }

    def set_fault(self, name: str, times: int | None = None) -> None:
        """Switch a fault on, "" switches it off. Raises ValueError for what is none."""
        if name and name not in FAULTS:
            raise ValueError(name)
        self.fault, self.times = name, times

    def set_kind(self, kind: str) -> None:
        """Have such recipes written from now on. Raises ValueError for what is none of KINDS."""
        if kind not in KINDS:
            raise ValueError(kind)
        self.kind = kind

    def next_fault(self, call: int) -> str:
        """Fault of the `call`-th call, counted from one."""
        if not self.fault or call % self.every or self.times == 0:
            return ""
        if self.times is not None:
            self.times -= 1
        return self.fault


def model_stand_in(port: int = 0) -> AbstractContextManager[ModelStandIn]:
    """A stand-in that answers in its own threads until the block ends; port 0: any free one."""
    return serving(_Handler, ModelStandIn, port)


class _Gone(Exception):
    """The stand-in is to leave without another word."""


class _Handler(Handler[ModelStandIn]):
    timeout = 90

    def get(self, address: SplitResult) -> None:
        state = self.state
        if address.path not in {"/calls", "/control"}:
            self._say(404, "application/json", b'{"error": "not found"}')
            return
        self._tell({"calls": dict(state.calls), "open": dict(+state.open), "fault": state.fault})

    def post(self, address: SplitResult) -> None:
        if address.path == "/control":
            self._control(parse_qsl(address.query, keep_blank_values=True))
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        found = model_wires.wire_of(unquote(address.path))
        if found is None:
            self._say(404, "application/json", b'{"error": "not found"}')
            return
        state = self.state
        with state.lock:
            state.calls[found.name] += 1
            fault = state.next_fault(state.calls.total())
            state.asked.append(json.loads(body))
            state.open[found.name] += 1
        try:
            self._answer(found, json.loads(body), fault)
        except (_Gone, OSError):
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
        finally:
            with state.lock:
                state.open[found.name] -= 1

    def _answer(self, wire: Wire, asked: Mapping[str, Any], fault: str) -> None:
        refusal = self._refusal(wire, asked, fault)
        if refusal is not None:
            self._say(refusal.status, refusal.kind, refusal.body, refusal.headers)
            return
        if fault == "reset":
            raise _Gone
        if fault == "page":
            self._say(200, "text/html; charset=utf-8", b"<!DOCTYPE html><html>Welcome</html>")
            return
        began, prompt = time.monotonic(), wire.prompt(asked)
        text = spoiled(self.state.say(prompt, self.state.calls.total(), self.state.kind), fault)
        tokens = _TOKEN.findall(text) if fault not in _AT_ONCE else _in_pieces(text)
        most = wire.most_tokens(asked) or len(tokens)
        cut = fault == "cut" or len(tokens) > most
        if cut:
            tokens = tokens[: min(most, len(tokens) // 2)]
        if fault == "refused":
            tokens = []
        self._wait(60 if fault == "late" else began + self.state.first - time.monotonic())
        usage = (max(1, len(_TOKEN.findall(prompt))), len(tokens))
        reason = "cut" if cut else "refused" if fault == "refused" else "end"
        if not wire.streams(asked):
            self._say(200, "application/json", wire.whole(asked, "".join(tokens), reason, usage))
            return
        self._stream(wire, asked, tokens, reason, usage, fault)

    def _refusal(self, wire: Wire, asked: Mapping[str, Any], fault: str) -> Refusal | None:
        if not wire.knows_key({name.casefold(): sent for name, sent in self.headers.items()}):
            return wire.refusal("key")
        if fault == "schema":
            return wire.refusal("schema") if wire.has_schema(asked) else None
        return wire.refusal(fault)

    def _stream(
        self,
        wire: Wire,
        asked: Mapping[str, Any],
        tokens: list[str],
        reason: str,
        usage: tuple[int, int],
        fault: str,
    ) -> None:
        self.send_response(200)
        self.send_header("Content-Type", wire.kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        speed = self.state.speed / 10 if fault == "slow" else self.state.speed
        half, began = len(tokens) // 2, time.monotonic()
        for frame in wire.start(asked, usage):
            self._send(frame)
        for place, token in enumerate(tokens):
            if place == half:
                self._break(wire, fault)
            self._wait(began + place / speed - time.monotonic())
            self._send(wire.piece(asked, token))
        for frame in wire.end(asked, reason, usage):
            self._send(frame)
        self.wfile.write(b"0\r\n\r\n")

    def _break(self, wire: Wire, fault: str) -> None:
        """What a fault does in the middle of an answer."""
        if fault == "stall":
            self._wait(60)
        elif fault == "dropped":
            raise _Gone
        elif fault == "ended":
            self.wfile.write(b"0\r\n\r\n")
            raise _Gone
        elif fault == "corrupt":
            self._send(wire.damaged())
        elif fault in {"broke", "busy"}:
            self._send(wire.exception(fault))
            self.wfile.write(b"0\r\n\r\n")
            raise _Gone

    def _send(self, frame: Frame) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(frame), frame))
        self.wfile.flush()

    def _wait(self, seconds: float) -> None:
        if seconds > 0 and self.state.stopping.wait(seconds):
            raise _Gone

    def _control(self, wanted: list[tuple[str, str]]) -> None:
        state, said = self.state, dict(wanted)
        try:
            if "clear" in said:
                state.set_fault("")
                state.every, state.speed, state.first, state.kind = 1, SPEED, FIRST, "good"
            if "forget" in said:
                state.calls.clear()
            if "fault" in said:
                times = said.get("times")
                state.set_fault(said["fault"], int(times) if times else None)
            state.every = max(1, int(said.get("every", state.every)))
            state.speed = max(0.1, float(said.get("speed", state.speed)))
            state.first = max(0.0, float(said.get("first", state.first)))
            state.set_kind(said.get("kind", state.kind))
        except ValueError as unknown:
            self._tell({"error": f"unknown: {unknown}"}, 400)
            return
        self.do_GET()

    def _tell(self, value: object, status: int = 200) -> None:
        self._say(status, "application/json", json.dumps(value, ensure_ascii=False).encode())

    def _say(
        self, status: int, kind: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _in_pieces(text: str, long: int = 50_000) -> list[str]:
    return [text[place : place + long] for place in range(0, len(text), long)]


def spoiled(text: str, fault: str) -> str:
    """An answer as a bad day of a model leaves it; unchanged under any other fault."""
    if fault == "empty":
        return ""
    if fault == "prose":
        return f"네, 요청하신 레시피입니다!\n\n```json\n{text}\n```\n맛있게 드세요. {{완성}}"
    if fault == "huge":
        return text[:-1] + ', "more": "' + "가나다라마바사아자차" * 1_000_000 + '"}'
    if fault not in {"language", "units", "many", "words"}:
        return text
    recipe = json.loads(text)
    lines = recipe["ingredients"]
    if fault == "many":
        recipe["ingredients"] = [dict(lines[n % len(lines)]) for n in range(400)]
    elif fault == "language":
        recipe.update(
            recipeName="豆腐蔬菜炒饭",
            description="简单的家常菜",
            instructions=["把豆腐切成小块。", "放入锅中翻炒五分钟。"],
            notes="",
        )
        recipe["ingredients"] = [{**line, "name": "豆腐", "unit": "克"} for line in lines]
    else:
        for line in lines:
            line.update(
                {"unit": "꼬집쯤컵"} if fault == "units" else {"amount": "넉넉히 좋을 만큼"}
            )
    return json.dumps(recipe, ensure_ascii=False)
