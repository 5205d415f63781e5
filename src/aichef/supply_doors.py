"""The way in to living prices: download surveys, say how suppliers are, stand in for them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aichef.errors import ChefError, RequestError, ShopError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Awaitable, Callable
    from datetime import date

    from aichef.settings import Settings

_NO_KEY: Final = (
    "data.go.kr 인증키가 없어요. AICHEF_DATA_GO_KR_KEY에 넣거나, "
    "aichef prices import-chamgagyeok 로 월간 CSV 파일을 넣어 주세요."
)


def prices_refresh(settings: Settings) -> int:
    """Download what is new of both surveys, and print it. 1 where one of them failed."""
    import asyncio

    from aichef.kitchens.local import configured, now

    on = configured(settings)
    if not (on["KAMIS"] or on["참가격"]):
        raise RequestError(_NO_KEY, field="AICHEF_DATA_GO_KR_KEY")
    return asyncio.run(_refresh(settings, on, now().date()))


async def _refresh(settings: Settings, on: dict[str, bool], today: date) -> int:
    from aichef.prices import chamgagyeok, kamis
    from aichef.prices.http import Wire
    from aichef.prices.survey_store import SurveyStore

    store, wire = SurveyStore(settings.data_dir), Wire()
    key = settings.data_go_kr_key

    async def averages() -> str:
        count = await kamis.refresh(wire, settings.kamis_url, key, store, today)
        return f"시세 {count}개, 가장 새로운 조사일 {store.newest_average()}"

    async def shelves() -> str:
        door = chamgagyeok.Door(wire, settings.chamgagyeok_url, key, store)
        with Progress("참가격") as tell:
            day, count = await chamgagyeok.refresh(door, store, today, tell)
        return (
            f"상품 {count}개를 새로 받음, 조사일 {day}" if count else f"새 조사 없음, 조사일 {day}"
        )

    steps = {"KAMIS": averages, "참가격": shelves}
    try:
        async with wire.open():
            said = [await _said(name, step) for name, step in steps.items() if on[name]]
    finally:
        store.close()
    return 0 if all(said) else 1


async def _said(name: str, step: Callable[[], Awaitable[str]]) -> bool:
    try:
        print(f"{name}: {await step()}")
    except ShopError as trouble:
        print(f"aichef: {name}: {trouble.message}", file=sys.stderr)
        if name == "참가격":
            print(
                "aichef: 받은 데까지는 남아 있어요. 다시 실행하면 이어서 받아요.", file=sys.stderr
            )
        return False
    return True


def prices_import_chamgagyeok(settings: Settings, path: str) -> int:
    """Keep the newest surveys of a monthly 참가격 file, and print how much it was."""
    from pathlib import Path

    from aichef.prices.chamgagyeok import import_csv
    from aichef.prices.survey_store import SurveyStore

    store = SurveyStore(settings.data_dir)
    try:
        with Progress("참가격") as tell:
            done = import_csv(Path(path), store, tell)
    finally:
        store.close()
    print(
        f"참가격 {done.day} 조사까지 상품 {done.goods}개, 가격 {done.prices:,}개를 넣었어요. "
        f"(파일의 상품 {done.named}개 가운데 재료로 쓰는 것만)"
    )
    return 0


class Progress:
    """A line on standard error: redrawn for a person, every fifty steps for a log."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.watched = sys.stderr.isatty()

    def __enter__(self) -> Callable[[int, int], None]:
        return self._tell

    def __exit__(self, *_: object) -> None:
        if self.watched:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()

    def _tell(self, done: int, of: int) -> None:
        if self.watched:
            share = 20 * done // max(of, 1)
            bar = "█" * share + "·" * (20 - share)
            sys.stderr.write(f"\r\x1b[2K{bar} {self.name} {done}/{of}")
            sys.stderr.flush()
        elif done % 50 == 0 or done == of:
            print(f"{self.name} {done}/{of}", file=sys.stderr)


# --- doctor -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Health:
    """How a supplier is: `reachable` None where it was not asked, `left` None where unlimited."""

    name: str
    configured: bool
    reachable: bool | None = None
    left: int | None = None
    newest_day: str | None = None
    note: str = ""

    def to_json(self) -> dict[str, object]:
        """As `aichef doctor --json` prints it."""
        return {
            "name": self.name,
            "configured": self.configured,
            "reachable": self.reachable,
            "quotaLeft": self.left,
            "newestDay": self.newest_day,
            "note": self.note,
        }

    def line(self) -> str:
        """In one line for a person."""
        reach = {True: "연결됨", False: "연결 안 됨", None: ""}[self.reachable]
        parts = [
            "설정됨" if self.configured else "꺼져 있음",
            reach,
            "" if self.left is None else f"남은 호출 {self.left:,}",
            "" if self.newest_day is None else f"최근 조사일 {self.newest_day}",
            self.note,
        ]
        return " · ".join(part for part in parts if part)


def suppliers(settings: Settings) -> tuple[Health, ...]:
    """Every living supplier; who has a key is asked for something small."""
    import asyncio

    return asyncio.run(_suppliers(settings))


async def _suppliers(settings: Settings) -> tuple[Health, ...]:
    import asyncio

    from aichef.kitchens.local import configured, living_shops, now

    on = configured(settings)
    if not any(on.values()) and not (settings.data_dir / "prices.sqlite3").is_file():
        return tuple(Health(name, configured=False) for name in on)
    from aichef.prices import chamgagyeok, kamis
    from aichef.prices.http import Wire
    from aichef.prices.survey_store import SurveyStore

    store, wire, key = SurveyStore(settings.data_dir), Wire(), settings.data_go_kr_key
    door = chamgagyeok.Door(wire, settings.chamgagyeok_url, key, store)
    malls: dict[str, Any] = {
        shop.name: shop for shop in living_shops(settings, now().date()) if hasattr(shop, "reach")
    }
    asks: dict[str, Callable[[], Awaitable[None]]] = {
        "KAMIS": lambda: kamis.reach(wire, settings.kamis_url, key),
        "참가격": door.reach,
        **{name: shop.reach for name, shop in malls.items()},
    }
    reached = await asyncio.gather(*(_reached(asks[name]) for name in on if on[name]))
    said = dict(zip((name for name in on if on[name]), reached, strict=True))
    found = []
    for name in on:
        try:
            left, newest = _kept(name, store, malls) if store.exists or on[name] else (None, None)
            trouble = said.get(name)
        except ShopError as broken:
            left, newest, trouble = None, None, broken.message
        found.append(
            Health(
                name,
                on[name],
                None if name not in said else said[name] is None,
                left if on[name] else None,
                newest,
                trouble or _stale(name, newest),
            )
        )
    store.close()
    return tuple(found)


async def _reached(ask: Callable[[], Awaitable[None]]) -> str | None:
    """Why a supplier could not be reached; None where it was."""
    try:
        await ask()
    except ChefError as trouble:
        return trouble.message
    return None


def _kept(name: str, store: Any, malls: dict[str, Any]) -> tuple[int | None, str | None]:
    """Calls left of the day, or hour, and the newest day kept."""
    from aichef.prices import chamgagyeok, kamis

    if name in malls:
        return malls[name].left(), None
    if name == kamis.NAME:
        left, newest = kamis.CALLS_A_DAY, store.newest_average()
    elif name == chamgagyeok.NAME:
        left, newest = chamgagyeok.CALLS_A_DAY, store.newest_survey()
    else:
        return None, None
    from datetime import timedelta

    from aichef.kitchens.local import now

    used = store.calls(name, now() - timedelta(days=1))
    return max(0, left - used), str(newest) if newest else None


def _stale(name: str, newest: str | None) -> str:
    from datetime import date

    from aichef.kitchens.local import now
    from aichef.prices import chamgagyeok, kamis

    days = {kamis.NAME: kamis.STALE_DAYS, chamgagyeok.NAME: chamgagyeok.STALE_DAYS}.get(name)
    if days is None or newest is None:
        return ""
    old = (now().date() - date.fromisoformat(newest)).days
    return f"{old}일 지났어요. aichef prices refresh 로 새로 받아 주세요." if old > days else ""


# --- stand-ins --------------------------------------------------------------------------------


def fake_prices(parsed: argparse.Namespace) -> int:
    """Stand in for every supplier until interrupted, or for `--for` seconds."""
    import signal
    from threading import Event

    from aichef.fake.prices import stand_in

    stop = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    with stand_in(parsed.port) as state:
        state.slow_ms = parsed.slow or 0
        for fault in parsed.fault or ():
            try:
                state.set_fault(fault)
            except ValueError as unknown:
                raise RequestError(
                    f"'{fault}': 모르는 고장이에요. --help 를 봐 주세요."
                ) from unknown
        for variable, value in state.environment.items():
            print(f"export {variable}='{value}'")
        print(
            f"# 127.0.0.1 에서만 들어요. 바꾸기: POST {state.url}/control?fault=429:naver",
            flush=True,
        )
        stop.wait(parsed.seconds)
    return 0


def add_commands(commands: Any, prices: Any, parser_class: type) -> None:
    """`prices refresh`, `prices import-chamgagyeok` and `fake prices`, with their flags."""
    one = prices.add_parser("refresh", help="download the newest surveys; carries on where it was")
    one.set_defaults(run=lambda _: prices_refresh(_settings()))

    one = prices.add_parser("import-chamgagyeok", help="the monthly 참가격 CSV file; needs no key")
    one.add_argument("file")
    one.set_defaults(run=lambda parsed: prices_import_chamgagyeok(_settings(), parsed.file))

    fake = commands.add_parser("fake", help="stand-ins of suppliers on this machine")
    group = fake.add_subparsers(required=True, metavar="what", parser_class=parser_class)
    one = group.add_parser("prices", help="every supplier of prices, on 127.0.0.1")
    one.add_argument("--port", type=int, default=0, help="default: any free one")
    one.add_argument("--slow", type=int, metavar="MS", help="milliseconds before each answer")
    one.add_argument(
        "--fault",
        action="append",
        metavar="NAME[:SUPPLIER]",
        help="401 403 429 500 503 quota young se05 html bom garbage empty none huge bomb cut reset "
        "hang; of kamis, chamgagyeok, coupang, naver",
    )
    one.add_argument(
        "--for", dest="seconds", type=float, metavar="SECONDS", help="stop by itself after so long"
    )
    one.set_defaults(run=fake_prices)


def _settings() -> Settings:
    import os

    from aichef.settings import Settings

    return Settings.read(os.environ)
