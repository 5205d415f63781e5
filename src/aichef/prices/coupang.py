"""Coupang Partners: offers for a few ingredients a meal, nine searches an hour, kept for a day."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from aichef.errors import ShopError
from aichef.prices import offers
from aichef.prices.choose import FREE_SHIPPING, PARCEL
from aichef.prices.offers import LONGEST, First, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from aichef.prices.http import Answer, Wire
    from aichef.prices.model import Need, Price
    from aichef.prices.survey_store import SurveyStore

NAME: Final = "쿠팡"
SEARCHES: Final = 9
HOUR: Final = timedelta(hours=1)
DISCLOSURE: Final = (
    "이 포스팅은 쿠팡 파트너스 활동의 일환으로, 이에 따른 일정액의 수수료를 제공받습니다."
)
"""Goes with every offer and stands beside it, in the words of the partner terms."""

_SOURCE: Final = f"쿠팡 파트너스 · {DISCLOSURE}"
_PATH: Final = "/v2/providers/affiliate_open_api/apis/openapi/v1/products"
_BLOCKED: Final = "coupang_blocked"
_STRIKES: Final = "coupang_strikes"
_SECONDS: Final = 5.0
_MOST_BYTES: Final = 1_000_000
_MOST_WON: Final = 1e12
_AGAIN_AT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})"
)

_TROUBLES: Final = {
    "bucket": f"한 시간에 {SEARCHES}번까지만 물어볼 수 있어서 이번에는 묻지 않았어요.",
    "blocked": "호출 한도를 넘었다고 해서 {until}까지 묻지 않아요.",
    "key": "쿠팡 파트너스 키나 컴퓨터의 시각이 맞지 않아요. 설정을 확인해 주세요.",
    "shape": "답의 형식이 알던 것과 달라요.",
    "server": "서버에 문제가 있어요.",
}
_closed: dict[str, str] = {}
"""Addresses that refused the key, for as long as this process runs."""


@dataclass(slots=True)
class Coupang:
    """Searches Coupang; nothing is known without asking.

    `few` is how many ingredients of a meal it is asked for: a whole meal would spend the hour.
    """

    wire: Wire
    url: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    store: SurveyStore
    clock: Callable[[], datetime]
    few: int = 3
    name: str = NAME
    _first: First = field(default_factory=First, repr=False)

    def known(self, foods: Collection[str]) -> Mapping[str, tuple[Price, ...]]:
        """Nothing: a recipe is planned with surveys."""
        del foods
        return {}

    async def search(self, need: Need) -> tuple[Price, ...]:
        """Offers for a need, of the last day. Raises ShopError; a 403 is never tried again."""
        now = self.clock()
        held = offers.kept(self.store, NAME, need.food, now, LONGEST)
        if held:
            return offers.prices(need.food, held[0], _SOURCE, held[1])
        # Three refusals end the partnership: no second question before the first is answered.
        found = await self._first.go(lambda: self._ask(need.food))
        offers.keep(self.store, NAME, need.food, found, now)
        return offers.prices(need.food, found, _SOURCE, now)

    async def _ask(self, food: str) -> tuple[Row, ...]:
        now = self.clock()
        self._must_be_open(now)
        if not self.store.take_call(NAME, now, SEARCHES, HOUR):
            raise _trouble("bucket")
        word = quote(offers.keyword(food), safe="")
        answer = await self._get(f"{_PATH}/search", f"keyword={word}&limit=10&subId=aichef")
        return read(self._checked(answer, now))

    async def reach(self) -> None:
        """Ask for the daily deals, which cost no search. Raises ShopError where that fails."""
        now = self.clock()
        self._must_be_open(now)
        self._checked(await self._get(f"{_PATH}/goldbox", "subId=aichef"), now)

    def left(self) -> int:
        """Searches left in this hour."""
        now = self.clock()
        if self._blocked_until(now):
            return 0
        return max(0, SEARCHES - self.store.calls(NAME, now - HOUR))

    def _must_be_open(self, now: datetime) -> None:
        """Raise ShopError while it has to be left alone."""
        if self.url in _closed:
            raise _trouble(_closed[self.url])
        if until := self._blocked_until(now):
            raise ShopError(
                _TROUBLES["blocked"].format(until=f"{until.astimezone():%H:%M}"), trouble="blocked"
            )

    def _blocked_until(self, now: datetime) -> datetime | None:
        noted = self.store.noted(_BLOCKED)
        until = datetime.fromisoformat(noted) if noted else None
        return until if until and until > now else None

    def _checked(self, answer: Answer, now: datetime) -> Answer:
        if answer.status == 401:
            _closed[self.url] = "key"
            raise _trouble("key")
        if answer.status in {403, 429}:
            strikes = int(self.store.noted(_STRIKES) or 0) + 1
            until = pause_until(answer.text, now, strikes)
            self.store.note(_STRIKES, str(strikes))
            self.store.note(_BLOCKED, until.isoformat())
            raise ShopError(
                _TROUBLES["blocked"].format(until=f"{until.astimezone():%H:%M}"), trouble="blocked"
            )
        if answer.status >= 500:
            raise _trouble("server")
        if answer.status != 200:
            raise _trouble("shape")
        return answer

    async def _get(self, path: str, query: str) -> Answer:
        base = self.url.rstrip("/")
        signed = signature(
            self.access_key, self.secret_key, path, query, self.clock().astimezone(UTC)
        )
        headers = {"Authorization": signed, "Content-Type": "application/json;charset=UTF-8"}
        return await self.wire.get(
            f"{base}{path}?{query}", headers, seconds=_SECONDS, most_bytes=_MOST_BYTES
        )


def signature(access_key: str, secret_key: str, path: str, query: str, moment: datetime) -> str:
    """The Authorization header of a GET at a moment in UTC; `query` exactly as it is sent."""
    date = f"{moment:%y%m%dT%H%M%SZ}"
    message = f"{date}GET{path}{query}"
    made = hmac.new(secret_key.encode(), message.encode(), hashlib.sha256).hexdigest()
    return (
        f"CEA algorithm=HmacSHA256, access-key={access_key}, signed-date={date}, signature={made}"
    )


def pause_until(text: str, now: datetime, strikes: int) -> datetime:
    """When to ask again after a refusal: the moment it names, an hour at least.

    Three refusals end the partnership, so from the second on it is a day.
    """
    least = now + (HOUR if strikes < 2 else LONGEST)
    named = _AGAIN_AT.search(text)
    if not named:
        return least
    try:
        until = datetime.fromisoformat(named[0])
    except ValueError:
        return least
    return min(max(least, until), now + timedelta(days=7))


def read(answer: Answer) -> tuple[Row, ...]:
    """Rows of an answer; `data` is an object or a plain list. Raises ShopError."""
    try:
        said = json.loads(answer.text)
        code = str(said.get("rCode", ""))
        data = said.get("data")
        found = data if isinstance(data, list) else (data or {}).get("productData") or []
    except (ValueError, AttributeError, RecursionError):
        raise _trouble("shape") from None
    if code != "0" or not isinstance(found, list):
        raise _trouble("shape")
    return tuple(row for one in found if isinstance(one, dict) and (row := _row(one)))


def _row(one: Mapping[str, Any]) -> Row | None:
    title, won, url = one.get("productName"), one.get("productPrice"), one.get("productUrl")
    if not isinstance(title, str) or isinstance(won, bool) or not isinstance(won, (int, float)):
        return None
    # False for "not a number" too; and no float holds an integer of 400 digits.
    if not 0 < won < _MOST_WON:
        return None
    rocket = one.get("isRocket") is True
    flags = (
        "affiliate",
        *((FREE_SHIPPING,) if one.get("isFreeShipping") is True else ()),
        *(() if rocket else (PARCEL,)),
    )
    return Row(
        title,
        round(won),
        "쿠팡" if rocket else "쿠팡 마켓플레이스",
        url if isinstance(url, str) and _is_coupang(url) else None,
        flags=flags,
    )


def _is_coupang(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return host == "coupang.com" or host.endswith(".coupang.com")


def _trouble(name: str) -> ShopError:
    return ShopError(_TROUBLES[name], trouble=name)
