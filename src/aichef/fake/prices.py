"""One process that stands in for every supplier of prices, on 127.0.0.1 only.

It can be slow, refuse, break and lie on demand: with flags when it starts, and while it runs with
`POST /control?fault=429:naver&slow=300`, `POST /control?clear=1`. `GET /control` says what is set
and how often each supplier was called.
"""

from __future__ import annotations

import random
import socket
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import Event, Lock
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, parse_qsl

from aichef.fake import chamgagyeok, coupang, kamis, naver
from aichef.fake.server import HOST, Handler, Server, serving
from aichef.fake.wire import (
    COUPANG_ACCESS,
    COUPANG_SECRET,
    NAVER_ID,
    NAVER_SECRET,
    STAND_IN_KEY,
    Asked,
    Said,
    Supplier,
    gateway_error,
    said_json,
    said_xml,
)

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from urllib.parse import SplitResult

SUPPLIERS: Final[Mapping[str, Supplier]] = {
    "kamis": kamis.answer,
    "chamgagyeok": chamgagyeok.answer,
    "coupang": coupang.answer,
    "naver": naver.answer,
}
FAULTS: Final[Mapping[str, str]] = {
    "401": "the key is refused",
    "403": "forbidden; Coupang: the quota is spent",
    "429": "too many requests",
    "500": "server error",
    "503": "server error with a page",
    "quota": "the daily quota is spent, as the supplier says it",
    "young": "참가격: the key is not synchronised yet",
    "se05": "Naver: closed for everyone",
    "html": "a web page instead of data, under 200",
    "bom": "a BOM and blanks before the data",
    "garbage": "bytes that are nothing",
    "empty": "no body",
    "none": "no rows",
    "huge": "ten megabytes",
    "bomb": "XML entities that unpack without end",
    "cut": "the stream ends in the middle",
    "reset": "the connection closes without an answer",
    "hang": "no answer for a minute",
}
_PAGE: Final = b"<!DOCTYPE html><html><body>Service Temporarily Unavailable</body></html>"
_BOMB: Final = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    "<response><result><item><goodId>&b;</goodId></item></result><resultCode>00</resultCode>"
    "</response>"
)


@dataclass
class StandIn:
    """The stand-ins while they run; `faults` maps a supplier, or "" for all, to a fault."""

    server: Server
    today: date | None = None
    slow_ms: int = 0
    slow_to_ms: int = 0
    faults: dict[str, str] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    stopping: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)

    @property
    def url(self) -> str:
        """Address of the stand-ins."""
        return f"http://{HOST}:{self.server.server_address[1]}"

    @property
    def environment(self) -> dict[str, str]:
        """Settings under which AI Chef uses the stand-ins."""
        return {
            "AICHEF_DATA_GO_KR_KEY": STAND_IN_KEY,
            "AICHEF_KAMIS_URL": f"{self.url}/kamis",
            "AICHEF_CHAMGAGYEOK_URL": f"{self.url}/chamgagyeok",
            "AICHEF_COUPANG_ACCESS_KEY": COUPANG_ACCESS,
            "AICHEF_COUPANG_SECRET_KEY": COUPANG_SECRET,
            "AICHEF_COUPANG_URL": f"{self.url}/coupang",
            "AICHEF_NAVER_CLIENT_ID": NAVER_ID,
            "AICHEF_NAVER_CLIENT_SECRET": NAVER_SECRET,
            "AICHEF_NAVER_URL": f"{self.url}/naver",
        }

    def set_fault(self, text: str) -> None:
        """Switch a fault on: "429:naver", or "html" for all. Raises ValueError for others."""
        name, _, supplier = text.partition(":")
        if name not in FAULTS or (supplier and supplier not in SUPPLIERS):
            raise ValueError(text)
        self.faults[supplier] = name

    def fault(self, supplier: str) -> str:
        """Fault of a supplier, or ""."""
        return self.faults.get(supplier) or self.faults.get("", "")


def stand_in(port: int = 0, today: date | None = None) -> AbstractContextManager[StandIn]:
    """Stand-ins that answer in their own threads until the block ends; port 0: any free one."""
    return serving(_Handler, lambda server: StandIn(server, today), port)


class _Handler(Handler[StandIn]):
    wbufsize = -1
    timeout = 30

    def post(self, address: SplitResult) -> None:
        if address.path != "/control":
            self._say(said_json({"error": "not found"}, 404))
            return
        try:
            self._control(parse_qsl(address.query, keep_blank_values=True))
        except ValueError as unknown:
            self._say(said_json({"error": f"unknown: {unknown}"}, 400))
            return
        self._say_state()

    def get(self, address: SplitResult) -> None:
        if address.path == "/control":
            self._say_state()
            return
        supplier, _, path = address.path.strip("/").partition("/")
        if supplier not in SUPPLIERS:
            self._say(said_json({"error": "not found"}, 404))
            return
        state = self.state
        with state.lock:
            state.calls[supplier] += 1
        if state.slow_ms:
            time.sleep(random.uniform(state.slow_ms, max(state.slow_ms, state.slow_to_ms)) / 1000)
        asked = Asked(
            f"/{path}",
            address.query,
            dict(parse_qsl(address.query, keep_blank_values=True)),
            {name.casefold(): value for name, value in self.headers.items()},
            state.today or date.today(),  # noqa: DTZ011 - the day of this place is meant
        )
        self._answer(supplier, asked, state.fault(supplier))

    def _answer(self, supplier: str, asked: Asked, fault: str) -> None:
        if fault == "reset":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if fault == "hang":
            self.state.stopping.wait(60)
            self.close_connection = True
            return
        said = broken(supplier, fault) or SUPPLIERS[supplier](asked)
        if fault == "bom":
            said = Said(b"\xef\xbb\xbf \r\n" + said.body, said.status, said.kind)
        self._say(said, cut=fault == "cut")

    def _control(self, wanted: list[tuple[str, str]]) -> None:
        for name, value in wanted:
            if name == "clear":
                self.state.faults.clear()
                self.state.slow_ms = self.state.slow_to_ms = 0
            elif name == "forget":
                self.state.calls.clear()
            elif name == "slow":
                least, _, most = value.partition("-")
                self.state.slow_ms = min(max(0, int(least)), 600_000)
                self.state.slow_to_ms = min(max(0, int(most or least)), 600_000)
            elif name == "fault":
                self.state.set_fault(value)
            else:
                raise ValueError(name)

    def _say_state(self) -> None:
        state = self.state
        self._say(
            said_json({"slow": state.slow_ms, "faults": state.faults, "calls": dict(state.calls)})
        )

    def _say(self, said: Said, *, cut: bool = False) -> None:
        body = said.body[: len(said.body) // 2] if cut else said.body
        self.send_response(said.status)
        self.send_header("Content-Type", said.kind)
        self.send_header("Content-Length", str(len(said.body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        if cut:
            self.close_connection = True


def broken(supplier: str, fault: str) -> Said | None:
    """What a supplier says under a fault; None where it answers as always."""
    survey = supplier in {"kamis", "chamgagyeok"}
    if fault in {"401", "403", "429", "500", "quota"}:
        return _refusal(supplier, fault, survey=survey)
    if fault == "se05":
        return naver.error("SE05", "Invalid search api (존재하지 않는 검색 api 입니다.)", 404)
    if fault == "none":
        return _nothing(supplier)
    if fault == "huge":
        return Said(b'{"response":"' + b"a" * 10_000_000 + b'"}')
    return {
        "503": Said(_PAGE, 503, "text/html"),
        "html": Said(_PAGE, 200, "text/html; charset=utf-8"),
        "garbage": Said(b"\x00\xff\xfe{]\x80" * 50),
        "empty": Said(b""),
        "bomb": said_xml(_BOMB),
        "young": said_xml(
            "<response><result/><resultCode>90</resultCode><resultMsg>-</resultMsg></response>"
        ),
    }.get(fault)


def _refusal(supplier: str, fault: str, *, survey: bool) -> Said:
    if survey and fault in {"quota", "401"}:
        return gateway_error(
            *(
                ("22", "LIMITED_NUMBER_OF_SERVICE_REQUESTS_EXCEEDS_ERROR")
                if fault == "quota"
                else ("30", "SERVICE_KEY_IS_NOT_REGISTERED_ERROR")
            )
        )
    if supplier == "naver":
        code, status = {
            "401": ("024", 401),
            "403": ("", 403),
            "429": ("012", 429),
            "quota": ("010", 429),
            "500": ("SE99", 500),
        }[fault]
        return naver.error(code, "-", status)
    if supplier == "coupang" and fault in {"403", "quota"}:
        # The moment to try again stands in the message, as the supplier writes it.
        again = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        said = f"검색 호출 10회 초과, {again} 이후 재시도. 총 3회 초과 시 파트너스 이용 제한"
        return said_json({"rCode": "ERROR", "rMessage": said}, 403)
    return said_json({"code": "ERROR", "message": "-"}, int(fault) if fault.isdecimal() else 429)


def _nothing(supplier: str) -> Said:
    if supplier == "kamis":
        head = {"resultCode": "00", "resultMsg": "NORMAL_SERVICE"}
        return said_json({"response": {"header": head, "body": {"items": "", "totalCount": 0}}})
    if supplier == "chamgagyeok":
        return said_xml(
            "<response><result/><resultCode>00</resultCode><resultMsg>ok</resultMsg></response>"
        )
    if supplier == "coupang":
        return said_json({"rCode": "0", "rMessage": "", "data": {"productData": []}})
    return said_json({"total": 0, "start": 1, "display": 0, "items": []})
