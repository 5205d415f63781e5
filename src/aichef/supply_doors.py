"""The way in to living prices: download surveys, say how suppliers are, stand in for them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aichef.errors import RequestError, ShopError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
    from datetime import date

    from aichef.prices.survey import Gone
    from aichef.settings import Settings

_SAID: Final = {
    "no_key": (
        "data.go.kr 인증키가 없어요. AICHEF_DATA_GO_KR_KEY에 넣거나, "
        "aichef prices import-chamgagyeok 로 월간 CSV 파일을 넣어 주세요.",
        "There is no data.go.kr key; set AICHEF_DATA_GO_KR_KEY, or import the monthly CSV file "
        "with aichef prices import-chamgagyeok.",
    ),
    "averages": (
        "시세 {count}개, 가장 새로운 조사일 {day}",
        "{count} averages, newest survey day {day}",
    ),
    "shelves": (
        "상품 {count}개를 새로 받음, 조사일 {day}",
        "{count} goods downloaded, survey day {day}",
    ),
    "nothing_new": ("새 조사 없음, 조사일 {day}", "no new survey, survey day {day}"),
    "carries_on": (
        "받은 데까지는 남아 있어요. 다시 실행하면 이어서 받아요.",
        "What was downloaded is kept; run it again to carry on.",
    ),
    "imported": (
        "참가격 {day} 조사까지 상품 {goods}개, 가격 {prices:,}개를 넣었어요. "
        "(파일의 상품 {named}개 가운데 재료로 쓰는 것만)",
        "참가격: {goods} goods with {prices:,} prices up to the survey of {day} kept "
        "(of the file's {named} goods those that are ingredients).",
    ),
    "on": ("설정됨", "configured"),
    "off": ("꺼져 있음", "off"),
    "reached": ("연결됨", "reachable"),
    "unreached": ("연결 안 됨", "not reachable"),
    "left": ("남은 호출 {left:,}", "{left:,} calls left"),
    "newest": ("최근 조사일 {day}", "newest survey {day}"),
    "stale": (
        "{days}일 지났어요. aichef prices refresh 로 새로 받아 주세요.",
        "{days} days old; run aichef prices refresh.",
    ),
    "gone": (
        "{count}가지 재료의 코드가 {days}일 넘게 조사에서 사라졌어요(제철이 아니거나 코드가 바뀜): "
        "{foods}",
        "the codes of {count} ingredients have been gone for over {days} days (out of season, or "
        "renamed): {foods}",
    ),
    "more": ("{names} 외 {count}", "{names} and {count} more"),
    "control": (
        "127.0.0.1 에서만 들어요. 바꾸기: POST {url}/control?fault=429:naver",
        "on 127.0.0.1 only; change it: POST {url}/control?fault=429:naver",
    ),
}
_NAMED: Final = 5


def _said(key: str, locale: str, **values: object) -> str:
    return _SAID[key][locale == "en"].format(**values)


def prices_refresh(settings: Settings, locale: str = "ko") -> int:
    """Download what is new of both surveys, and print it. 1 where one of them failed."""
    import asyncio

    from aichef.kitchens.local import configured, now

    on = configured(settings)
    if not (on["KAMIS"] or on["참가격"]):
        raise RequestError(_said("no_key", locale), field="AICHEF_DATA_GO_KR_KEY")
    return asyncio.run(_refresh(settings, on, now().date(), locale))


async def _refresh(settings: Settings, on: dict[str, bool], today: date, locale: str) -> int:
    from aichef.prices import chamgagyeok, kamis
    from aichef.prices.find import told
    from aichef.prices.http import Wire
    from aichef.prices.survey_store import SurveyStore

    store, wire = SurveyStore(settings.data_dir), Wire()
    key = settings.data_go_kr_key

    async def averages() -> str:
        count = await kamis.refresh(wire, settings.kamis_url, key, store, today)
        return _said("averages", locale, count=count, day=store.newest_average())

    async def shelves() -> str:
        door = chamgagyeok.Door(wire, settings.chamgagyeok_url, key, store)
        with Progress("참가격") as tell:
            day, count = await chamgagyeok.refresh(door, store, today, tell)
        return _said("shelves" if count else "nothing_new", locale, count=count, day=day)

    async def done(name: str, step: Callable[[], Awaitable[str]]) -> bool:
        try:
            print(f"{name}: {await step()}", flush=True)
        except ShopError as trouble:
            print(f"aichef: {name}: {told(trouble, locale)}", file=sys.stderr)
            if name == "참가격" and trouble.details.get("trouble") not in {"store", "damaged"}:
                print(f"aichef: {_said('carries_on', locale)}", file=sys.stderr)
            return False
        return True

    steps = {"KAMIS": averages, "참가격": shelves}
    try:
        # Two at once would spend the day's calls twice; the second finds nothing left to do.
        with store.alone():
            async with wire.open():
                well = [await done(name, step) for name, step in steps.items() if on[name]]
    except ShopError as trouble:
        raise _in(locale, trouble) from trouble
    finally:
        store.close()
    return 0 if all(well) else 1


def _in(locale: str, trouble: ShopError) -> ShopError:
    from aichef.prices.find import told

    return ShopError(told(trouble, locale), **trouble.details)


def prices_import_chamgagyeok(settings: Settings, path: str, locale: str = "ko") -> int:
    """Keep the newest surveys of a monthly 참가격 file, and print how much it was."""
    from pathlib import Path

    from aichef.kitchens.local import now
    from aichef.prices.chamgagyeok import import_csv
    from aichef.prices.survey_store import SurveyStore

    store = SurveyStore(settings.data_dir)
    try:
        with Progress("참가격") as tell:
            done = import_csv(Path(path), store, tell, locale, now().date())
    except ShopError as trouble:
        raise _in(locale, trouble) from trouble
    finally:
        store.close()
    print(
        _said(
            "imported",
            locale,
            day=done.day,
            goods=done.goods,
            prices=done.prices,
            named=done.named,
        )
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
    """How a supplier is: `reachable` None where it was not asked, `left` None where unlimited.

    `gone` are foods whose codes have vanished from a survey, each with its last day.
    """

    name: str
    configured: bool
    reachable: bool | None = None
    left: int | None = None
    newest_day: str | None = None
    note: str = ""
    gone: tuple[Gone, ...] = ()

    def to_json(self) -> dict[str, object]:
        """As `aichef doctor --json` prints it."""
        return {
            "name": self.name,
            "configured": self.configured,
            "reachable": self.reachable,
            "quotaLeft": self.left,
            "newestDay": self.newest_day,
            "note": self.note,
            "gone": [
                {"food": one.food, "codes": list(one.codes), "lastSeen": one.last.isoformat()}
                for one in self.gone
            ],
        }

    def line(self, locale: str = "ko") -> str:
        """In one line for a person."""
        reach = "reached" if self.reachable else "unreached"
        parts = [
            _said("on" if self.configured else "off", locale),
            "" if self.reachable is None else _said(reach, locale),
            "" if self.left is None else _said("left", locale, left=self.left),
            "" if self.newest_day is None else _said("newest", locale, day=self.newest_day),
            self.note,
            _gone_line(self.gone, locale) if self.gone else "",
        ]
        return " · ".join(part for part in parts if part)


def _gone_line(gone: Sequence[Gone], locale: str) -> str:
    from aichef.food.table import foods
    from aichef.prices.survey import GONE_DAYS

    names = [*dict.fromkeys(foods()[one.food].name(locale) for one in gone)]
    shown = ", ".join(names[:_NAMED])
    if len(names) > _NAMED:
        shown = _said("more", locale, names=shown, count=len(names) - _NAMED)
    return _said("gone", locale, count=len(names), days=GONE_DAYS, foods=shown)


def suppliers(settings: Settings, locale: str = "ko") -> tuple[Health, ...]:
    """Every living supplier; who has a key is asked for something small."""
    import asyncio

    return asyncio.run(_suppliers(settings, locale))


async def _suppliers(settings: Settings, locale: str) -> tuple[Health, ...]:
    import asyncio

    from aichef.kitchens.local import configured, living_shops, now

    on = configured(settings)
    if not any(on.values()) and not (settings.data_dir / "prices.sqlite3").is_file():
        return tuple(Health(name, configured=False) for name in on)
    from aichef.prices import chamgagyeok, kamis
    from aichef.prices.find import told
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
    asked = [name for name in on if on[name]]
    reached = await asyncio.gather(*(_reached(asks[name]) for name in asked))
    said = dict(zip(asked, reached, strict=True))
    found = []
    for name in on:
        trouble, left, newest = said.get(name), None, None
        lost: tuple[Gone, ...] = ()
        try:
            if store.exists or on[name]:
                left, newest = _kept(name, store, malls)
                lost = _gone(name, store)
        except ShopError as broken:
            trouble = trouble or broken
        note = told(trouble, locale) if trouble else _stale(name, newest, locale)
        reachable = said[name] is None if name in said else None
        found.append(
            Health(name, on[name], reachable, left if on[name] else None, newest, note, lost)
        )
    store.close()
    return tuple(found)


async def _reached(ask: Callable[[], Awaitable[None]]) -> ShopError | None:
    """Why a supplier could not be reached; None where it was."""
    try:
        await ask()
    except ShopError as trouble:
        return trouble
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


def _gone(name: str, store: Any) -> tuple[Gone, ...]:
    from aichef.prices import chamgagyeok, kamis
    from aichef.prices.survey import gone

    for survey in (kamis, chamgagyeok):
        if name == survey.NAME:
            return gone(survey.lines(), store.seen(survey.TOPIC), survey.codes)
    return ()


def _stale(name: str, newest: str | None, locale: str) -> str:
    from datetime import date

    from aichef.kitchens.local import now
    from aichef.prices import chamgagyeok, kamis

    days = {kamis.NAME: kamis.STALE_DAYS, chamgagyeok.NAME: chamgagyeok.STALE_DAYS}.get(name)
    if days is None or newest is None:
        return ""
    old = (now().date() - date.fromisoformat(newest)).days
    return _said("stale", locale, days=old) if old > days else ""


_LABELS: Final = {
    "version": ("버전", "version"),
    "python": ("파이썬", "Python"),
    "writer": ("레시피", "recipes by"),
    "dishes": ("요리", "dishes"),
    "foods": ("식품", "foods"),
    "shops": ("가격 출처", "prices from"),
    "priceBook": ("참고 가격표", "price book"),
    "ownPrices": ("내 가격", "own prices"),
    "dataDir": ("데이터 폴더", "data folder"),
}
_NAMES: Final = {
    "cookbook": ("내장 요리책", "the built-in cook's book"),
    "own": ("내가 적은 가격", "your own"),
    "price_book": ("참고 가격표", "the price book"),
}
_LABEL_CELLS: Final = 12


def doctor_lines(
    report: Mapping[str, Any], living: Sequence[Health], locale: str = "ko"
) -> Iterator[str]:
    """What `aichef doctor` found, in words, a line each."""
    from rich.cells import set_cell_size

    from aichef.meal.words import TARGET, pick

    def name(key: str) -> str:
        return pick(_NAMES[key], locale) if key in _NAMES else key

    book = report["priceBook"]
    said = {
        **report,
        "writer": name(report["writer"]),
        "dishes": ", ".join(
            f"{pick(TARGET[target], locale)} {count}" for target, count in report["dishes"].items()
        ),
        "shops": ", ".join(name(one) for one in report["shops"]),
        "priceBook": f"{book['foods']} · {_said('newest', locale, day=book['newestDay'])}",
    }
    for key, label in _LABELS.items():
        yield f"{set_cell_size(pick(label, locale), _LABEL_CELLS)} {said[key]}"
    for one in living:
        yield f"{set_cell_size(one.name, _LABEL_CELLS)} {one.line(locale)}"


# --- stand-ins --------------------------------------------------------------------------------


def fake_prices(parsed: argparse.Namespace) -> int:
    """Stand in for every supplier until interrupted, or for `--for` seconds."""
    from aichef.fake.prices import stand_in
    from aichef.fake.server import break_as_told, standing

    locale = _locale(parsed)
    with standing(stand_in(parsed.port), parsed.port, parsed.seconds, locale) as state:
        state.slow_ms = int(parsed.slow or 0)
        for fault in parsed.fault or ():
            break_as_told(state.set_fault, fault, locale)
        for variable, value in state.environment.items():
            print(f"export {variable}='{value}'")
        print(f"# {_said('control', locale, url=state.url)}", flush=True)
    return 0


def _most(most: int) -> Callable[[str], float]:
    """Reads a number from 0 to `most`; anything else is an error of the flag."""

    def number(text: str) -> float:
        value = float(text)
        # Written so that NaN fails.
        if not 0 <= value <= most:
            raise ValueError(text)
        return value

    return number


def add_commands(commands: Any, prices: Any, parser_class: type) -> None:
    """`prices refresh`, `prices import-chamgagyeok` and `fake prices`, with their flags."""
    one = prices.add_parser("refresh", help="download the newest surveys; carries on where it was")
    _locale_flag(one)
    one.set_defaults(run=lambda parsed: prices_refresh(_settings(), _locale(parsed)))

    one = prices.add_parser("import-chamgagyeok", help="the monthly 참가격 CSV file; needs no key")
    one.add_argument("file")
    _locale_flag(one)
    one.set_defaults(
        run=lambda parsed: prices_import_chamgagyeok(_settings(), parsed.file, _locale(parsed))
    )

    fake = commands.add_parser("fake", help="stand-ins of suppliers on this machine")
    group = fake.add_subparsers(required=True, metavar="what", parser_class=parser_class)
    one = group.add_parser("prices", help="every supplier of prices, on 127.0.0.1")
    one.add_argument("--port", type=int, default=0, help="default: any free one")
    one.add_argument(
        "--slow", type=_most(600_000), metavar="MS", help="milliseconds before each answer"
    )
    one.add_argument(
        "--fault",
        action="append",
        metavar="NAME[:SUPPLIER]",
        help="401 403 429 500 503 quota young se05 html bom garbage empty none huge bomb cut reset "
        "hang; of kamis, chamgagyeok, coupang, naver",
    )
    one.add_argument(
        "--for",
        dest="seconds",
        type=_most(86_400),
        metavar="SECONDS",
        help="stop by itself after so long",
    )
    _locale_flag(one)
    one.set_defaults(run=fake_prices)

    from aichef.model_doors import add_fake_model

    add_fake_model(group)


def _locale_flag(one: argparse.ArgumentParser) -> None:
    one.add_argument("--locale", metavar="…", help="ko or en")


def _locale(parsed: argparse.Namespace) -> str:
    import os

    from aichef.settings import spoken

    return spoken(parsed.locale, os.environ)


def _settings() -> Settings:
    import os

    from aichef.settings import Settings

    return Settings.read(os.environ)
