"""Naver Shopping Search by its documented contract: closed since 2026-08-01, kept for gateways.

The first answer of SE05 closes it for the process: one call, no retry, and it is said.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from aichef.errors import ShopError
from aichef.prices import offers
from aichef.prices.offers import First, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from aichef.prices.datago import Pause
    from aichef.prices.http import Answer, Wire
    from aichef.prices.model import Need, Price
    from aichef.prices.survey_store import SurveyStore

NAME: Final = "네이버"
CALLS_A_DAY: Final = 25_000
_SOURCE: Final = "네이버 쇼핑 검색"
_KST: Final = timezone(timedelta(hours=9))
_FOREVER: Final = datetime.max.replace(tzinfo=_KST)
_SHOWN: Final = 20
_SECONDS: Final = 5.0
_MOST_BYTES: Final = 1_000_000
_WAITS: Final = (0.3, 0.6)
_HOLD: Final = 0.2
_REST: Final = timedelta(seconds=30)
_NEW: Final = frozenset({"1", "2", "3"})

_TROUBLES: Final = {
    "closed": "네이버 쇼핑 검색은 2026년 8월 1일부터 닫혀 있어요(SE05). 이제 묻지 않아요.",
    "key": "네이버 키를 받아들이지 않았어요. 설정을 확인해 주세요.",
    "quota": "오늘 쓸 수 있는 호출을 다 썼어요. 내일 다시 물어볼게요.",
    "busy": "호출이 너무 잦다고 거절했어요.",
    "server": "서버에 문제가 있어요.",
    "shape": "답의 형식이 알던 것과 달라요.",
}
_AGAIN: Final = frozenset({"busy", "server"})
_closed: dict[str, tuple[datetime, str, str]] = {}
"""By address: until when this process leaves it alone, the trouble, and its sentence."""


@dataclass(slots=True)
class Naver:
    """Searches the mall; nothing is known without asking.

    Until it has answered once, one question goes out alone and the others wait for it a little: a
    closed door says so at once.
    """

    wire: Wire
    url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    store: SurveyStore
    clock: Callable[[], datetime]
    pause: Pause = asyncio.sleep
    name: str = NAME
    _first: First = field(default_factory=lambda: First(_HOLD), repr=False)

    def known(self, foods: Collection[str]) -> Mapping[str, tuple[Price, ...]]:
        """Nothing: a recipe is planned with surveys."""
        del foods
        return {}

    async def search(self, need: Need) -> tuple[Price, ...]:
        """Offers for a need; of an earlier answer while it counts. Raises ShopError."""
        now = self.clock()
        held = offers.kept(self.store, NAME, need.food, now, offers.age(need.food))
        if held:
            return offers.prices(need.food, held[0], _SOURCE, held[1])
        found = await self._ask(offers.keyword(need.food))
        offers.keep(self.store, NAME, need.food, found, now)
        return offers.prices(need.food, found, _SOURCE, now)

    async def reach(self) -> None:
        """Ask for one product. Raises ShopError where that fails."""
        self._may_ask()
        try:
            await self._once("두부", 1)
        except ShopError as failed:
            self._leave(str(failed.details.get("trouble")), failed.message)
            raise

    def left(self) -> int:
        """Calls left of the day's, as counted here."""
        return max(0, CALLS_A_DAY - self.store.calls(NAME, self.clock() - offers.LONGEST))

    async def _ask(self, word: str) -> tuple[Row, ...]:
        return await self._first.go(lambda: self._tried(word))

    async def _tried(self, word: str) -> tuple[Row, ...]:
        """Rows for a word; a refusal for haste and a server error are tried again twice."""
        for wait in (*_WAITS, None):
            self._may_ask()
            try:
                found = await self._once(word, _SHOWN)
            except ShopError as failed:
                trouble = str(failed.details.get("trouble"))
                if wait is None or trouble not in _AGAIN:
                    self._leave(trouble, failed.message)
                    raise
                await self.pause(wait)
                continue
            return found
        raise AssertionError

    async def _once(self, word: str, shown: int) -> tuple[Row, ...]:
        if not self.store.take_call(NAME, self.clock(), CALLS_A_DAY, offers.LONGEST):
            raise _trouble("quota")
        headers = {
            "X-Naver-Client-Id": self.client_id,
            "X-Naver-Client-Secret": self.client_secret,
        }
        address = (
            f"{self.url.rstrip('/')}/v1/search/shop.json?query={quote(word, safe='')}"
            f"&display={shown}&start=1&sort=sim&exclude=used:rental:cbshop"
        )
        return read(await self.wire.get(address, headers, seconds=_SECONDS, most_bytes=_MOST_BYTES))

    def _may_ask(self) -> None:
        until, trouble, said = _closed.get(self.url, (None, "", ""))
        if until and until > self.clock():
            raise ShopError(said, trouble=trouble)

    def _leave(self, trouble: str, said: str) -> None:
        """Leave it alone for as long as the trouble will last."""
        now = self.clock()
        midnight = datetime.combine(
            now.astimezone(_KST).date() + timedelta(days=1), datetime.min.time(), _KST
        )
        until = {"closed": _FOREVER, "key": _FOREVER, "quota": midnight}.get(trouble, now + _REST)
        _closed[self.url] = (until, trouble, said)


def read(answer: Answer) -> tuple[Row, ...]:
    """Rows somebody sells: nothing used, ended or to come, no comparison page. Raises ShopError."""
    try:
        said = json.loads(answer.text)
    except (ValueError, RecursionError):
        said = None
    if answer.status != 200 or (isinstance(said, dict) and "errorCode" in said):
        raise _trouble(_name_of(answer.status, said))
    found = said.get("items") if isinstance(said, dict) else None
    if not isinstance(found, list):
        raise _trouble("shape")
    return tuple(row for one in found if isinstance(one, dict) and (row := _row(one)))


def _name_of(status: int, said: object) -> str:
    code = str(said.get("errorCode", "")) if isinstance(said, dict) else ""
    if code == "SE05":
        return "closed"
    if code == "010":
        return "quota"
    if status in {401, 403}:
        return "key"
    if status == 429:
        return "busy"
    return "server" if status >= 500 else "shape"


def _row(one: Mapping[str, Any]) -> Row | None:
    title, seller, won = one.get("title"), one.get("mallName"), str(one.get("lprice") or "")
    if not isinstance(title, str) or not isinstance(seller, str) or not won.isdecimal():
        return None
    # A comparison page is no seller, and has no cart to put anything in.
    if seller.strip() in {"", "네이버"} or str(one.get("productType")) not in _NEW:
        return None
    url = one.get("link")
    return Row(
        title,
        int(won[:12]),
        seller,
        url if isinstance(url, str) else None,
        tuple(str(one.get(f"category{place}") or "") for place in range(1, 5)),
    )


def _trouble(name: str) -> ShopError:
    return ShopError(_TROUBLES[name], trouble=name)
