"""What the two surveys of data.go.kr share: the key in the address and the gateway's errors."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from aichef.errors import ShopError

if TYPE_CHECKING:
    from aichef.prices.http import Answer, Wire
    from aichef.prices.survey_store import SurveyStore

Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds; tests do not."""

APART: Final = 0.05
"""Least seconds between two calls: bursts are answered 429."""

_WAITS: Final = (1.0, 2.0, 4.0)
_AGAIN: Final = frozenset({"busy", "server", "time", "network", "broken", "page"})

_TROUBLES: Final = {
    "key": "data.go.kr 인증키를 받아들이지 않았어요. AICHEF_DATA_GO_KR_KEY를 확인해 주세요.",
    "young": "data.go.kr 인증키가 아직 등록되지 않았어요. 발급 후 하루쯤 뒤에 다시 해 주세요.",
    "expired": "data.go.kr 인증키의 기한이 지났어요. 활용 기간을 연장해 주세요.",
    "unlisted": "이 컴퓨터의 주소(IP)는 data.go.kr에 등록되지 않았어요. 활용 신청을 확인해 주세요.",
    "access": "이 자료를 쓸 권한이 없어요. data.go.kr에서 활용 신청을 해 주세요.",
    "quota": "오늘 쓸 수 있는 호출을 다 썼어요. 내일 다시 해 주세요.",
    "service": "이 주소에는 그런 서비스가 없어요. 주소 설정을 확인해 주세요.",
    "busy": "호출이 너무 잦다고 거절했어요. 잠시 뒤에 다시 해 주세요.",
    "server": "서버에 문제가 있어요. 잠시 뒤에 다시 해 주세요.",
    "page": "자료 대신 웹 페이지를 보냈어요. 잠시 뒤에 다시 해 주세요.",
    "shape": "답의 형식이 알던 것과 달라요.",
}
_CODES: Final = {
    "12": "service",
    "20": "access",
    "22": "quota",
    "30": "key",
    "31": "expired",
    "32": "unlisted",
    "90": "young",
}
_STATUS: Final = {401: "key", 403: "access", 404: "service", 429: "busy"}
_REASON: Final = re.compile(r"returnReasonCode\W+(\d{1,3})")


def key_in_address(key: str) -> str:
    """A service key as it goes into an address: an "encoding" key as it is, else encoded once."""
    return quote(key, safe="%" if re.search(r"%[0-9A-Fa-f]{2}", key) else "")


def trouble(name: str) -> ShopError:
    """Error of that name, in a sentence; `details["trouble"]` is the name."""
    return ShopError(_TROUBLES[name], trouble=name)


def printable(text: str) -> str:
    """Text without signs that steer a terminal or turn the line around."""
    if text.isprintable():
        return text.strip()
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()


def count_call(store: SurveyStore, supplier: str, most: int) -> None:
    """Count a call of the last 24 hours. Raises ShopError where the day's are spent."""
    if not store.take_call(supplier, datetime.now(UTC), most, timedelta(days=1)):
        raise trouble("quota")


def code_trouble(code: str) -> ShopError:
    """Error for a result code of the gateway or of a service."""
    return trouble(_CODES.get(code.zfill(2), "shape"))


def check(answer: Answer) -> Answer:
    """Return the answer unless it is an error of the gateway. Raises ShopError.

    The gateway answers XML whatever was asked for, mostly but not always under HTTP 400.
    """
    if found := _REASON.search(answer.text[:2000]):
        raise code_trouble(found[1])
    if answer.status in _STATUS:
        raise trouble(_STATUS[answer.status])
    if answer.status >= 500:
        raise trouble("server")
    if answer.is_page:
        raise trouble("page")
    if answer.status != 200:
        raise trouble("shape")
    return answer


async def ask(wire: Wire, address: str, pause: Pause = asyncio.sleep) -> Answer:
    """A checked answer; what may pass is tried again after 1, 2 and 4 seconds. Raises ShopError."""
    for wait in (*_WAITS, None):
        try:
            return check(await wire.get(address, seconds=30))
        except ShopError as failed:
            if wait is None or failed.details.get("trouble") not in _AGAIN:
                raise
        await pause(wait)
    raise AssertionError
