"""A laptop: the cook's book writes; own prices, living suppliers and the price book price."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aichef.basket.model import Limits
from aichef.basket.own_sellers import own_sellers
from aichef.cook import Kitchen
from aichef.errors import ShopError
from aichef.prices.book import PriceBook
from aichef.prices.own import OwnPrices

if TYPE_CHECKING:
    from datetime import date

    from aichef.chef.by_model import Trial
    from aichef.chef.write import Writer
    from aichef.prices.find import Shop
    from aichef.prices.survey_store import SurveyStore
    from aichef.settings import Settings

OFF: Final = "off"
"""An address that switches a supplier off, whatever keys are there."""

_STORE: Final = "prices.sqlite3"


class Survey(NamedTuple):
    """A survey whose prices are downloaded: its name, and the settings of its address and key."""

    name: str
    url: str
    keys: tuple[str, ...]


class Mall(NamedTuple):
    """A mall that is asked during a meal, and how it is opened; otherwise like `Survey`."""

    name: str
    url: str
    keys: tuple[str, ...]
    open: Callable[[Settings, SurveyStore], Shop]


def _coupang(settings: Settings, store: SurveyStore) -> Shop:
    from aichef.kitchens.calls import CountedWire
    from aichef.prices.coupang import Coupang

    return Coupang(
        CountedWire("쿠팡"),
        settings.coupang_url,
        settings.coupang_access_key,
        settings.coupang_secret_key,
        store,
        now,
    )


def _naver(settings: Settings, store: SurveyStore) -> Shop:
    from aichef.kitchens.calls import CountedWire
    from aichef.prices.naver import Naver

    return Naver(
        CountedWire("네이버"),
        settings.naver_url,
        settings.naver_client_id,
        settings.naver_client_secret,
        store,
        now,
    )


SURVEYS: Final = (
    Survey("KAMIS", "kamis_url", ("data_go_kr_key",)),
    Survey("참가격", "chamgagyeok_url", ("data_go_kr_key",)),
)
MALLS: Final = (
    Mall("쿠팡", "coupang_url", ("coupang_access_key", "coupang_secret_key"), _coupang),
    Mall("네이버", "naver_url", ("naver_client_id", "naver_client_secret"), _naver),
)
"""Every mall there is, in the order of their word."""


def local_kitchen(settings: Settings, watch: Callable[[Trial], None] | None = None) -> Kitchen:
    """The suppliers a person has set up; without any key no network and no store is touched.

    In the order of their word: own prices, living suppliers, the price book last and always there.
    `watch` is told how each meal went that a model was asked for. Raises RequestError where the
    person's file of delivery fees, or the model's name or address, cannot be read.
    """
    today = now().date()
    own = OwnPrices(settings.data_dir, today)
    return Kitchen(
        writer_of(settings, watch),
        (own, *living_shops(settings, today), PriceBook.at(today)),
        now,
        own_sellers(settings.data_dir, settings.locale),
        Limits(walks=settings.most_walks, worth=settings.walk_worth),
    )


def writer_of(settings: Settings, watch: Callable[[Trial], None] | None = None) -> Writer:
    """The model that is configured, with the cook's book behind it; else the cook's book."""
    from aichef.chef.composer import CooksBook

    if not settings.model:
        return CooksBook()
    from aichef.chef.by_model import ModelWriter, to_no_operator
    from aichef.models.wire import open_model

    model = open_model(settings)
    if model is None:
        return CooksBook()
    # Its libraries take seconds to load; that must not count as the model's time.
    model.warm_aside()
    return ModelWriter(model, CooksBook(), settings.model_seconds, watch or to_no_operator)


def model_warning(settings: Settings) -> str:
    """What a person should know of the model they named; "" where there is nothing to say."""
    if not settings.model:
        return ""
    from aichef.models.spec import read_spec

    spec = read_spec(settings)
    return spec.warning[settings.locale == "en"] if spec and spec.warning else ""


def living_shops(
    settings: Settings, today: date, store: SurveyStore | None = None
) -> tuple[Shop, ...]:
    """Suppliers whose key is there; 참가격 also where its monthly file was imported.

    What they have said before is in `store`, by default a file in the data folder.
    """
    on = configured(settings)
    kept = (settings.data_dir / _STORE).is_file() and settings.chamgagyeok_url != OFF
    if not (any(on.values()) or kept):
        return ()
    from aichef.prices.chamgagyeok import Chamgagyeok
    from aichef.prices.kamis import Kamis

    if store is None:
        from aichef.prices.survey_store import SurveyStore

        store = SurveyStore(settings.data_dir)
    shops: list[Shop] = []
    if on["KAMIS"]:
        shops.append(Kamis(store, today))
    if on["참가격"] or (kept and _imported(store)):
        shops.append(Chamgagyeok(store, today))
    malls = [mall for mall in MALLS if on[mall.name]]
    if not malls:
        return tuple(shops)
    from threading import Thread

    from aichef.prices import http, offers

    def warm() -> None:
        http.warm(getattr(settings, mall.url) for mall in malls)
        offers.warm()
        import_module("aichef.basket.improve")

    # While the recipe is being written, another thread loads what the malls will need.
    Thread(target=warm).start()
    return (*shops, *(mall.open(settings, store) for mall in malls))


def configured(settings: Settings) -> dict[str, bool]:
    """Which living suppliers have their keys and are not switched off."""
    return {
        one.name: all(getattr(settings, key) for key in one.keys)
        and getattr(settings, one.url) not in {"", OFF}
        for one in (*SURVEYS, *MALLS)
    }


def without_malls(settings: Settings) -> Settings:
    """Settings under which no mall is asked: for questions that must not spend anybody's calls."""
    off: dict[str, Any] = {mall.url: OFF for mall in MALLS}
    return replace(settings, **off)


def _imported(store: SurveyStore) -> bool:
    """Whether the monthly file was imported; a store that is damaged is heard at the look-up."""
    try:
        return store.newest_survey("csv") is not None
    except ShopError:
        return True


def now() -> datetime:
    """This moment with the offset of this place."""
    return datetime.now().astimezone()
