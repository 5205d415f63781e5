"""A laptop: the cook's book writes; own prices, living suppliers and the price book price."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Final

from aichef.basket.model import Limits
from aichef.basket.own_sellers import own_sellers
from aichef.cook import Kitchen
from aichef.errors import ShopError
from aichef.prices.book import PriceBook
from aichef.prices.own import OwnPrices

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from aichef.chef.by_model import Trial
    from aichef.chef.write import Writer
    from aichef.prices.find import Shop
    from aichef.prices.survey_store import SurveyStore
    from aichef.settings import Settings

OFF: Final = "off"
"""An address that switches a supplier off, whatever keys are there."""

_STORE: Final = "prices.sqlite3"


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
    if not (on["쿠팡"] or on["네이버"]):
        return tuple(shops)
    from threading import Thread

    from aichef.kitchens.calls import CountedWire
    from aichef.prices import http, offers

    malls = ((settings.coupang_url, "쿠팡"), (settings.naver_url, "네이버"))

    def warm() -> None:
        http.warm(url for url, name in malls if on[name])
        offers.warm()
        import_module("aichef.basket.improve")

    # While the recipe is being written, another thread loads what the malls will need.
    Thread(target=warm).start()
    if on["쿠팡"]:
        from aichef.prices.coupang import Coupang

        shops.append(
            Coupang(
                CountedWire("쿠팡"),
                settings.coupang_url,
                settings.coupang_access_key,
                settings.coupang_secret_key,
                store,
                now,
            )
        )
    if on["네이버"]:
        from aichef.prices.naver import Naver

        shops.append(
            Naver(
                CountedWire("네이버"),
                settings.naver_url,
                settings.naver_client_id,
                settings.naver_client_secret,
                store,
                now,
            )
        )
    return tuple(shops)


def configured(settings: Settings) -> dict[str, bool]:
    """Which living suppliers have their keys and are not switched off."""
    s = settings
    return {
        "KAMIS": bool(s.data_go_kr_key) and s.kamis_url != OFF,
        "참가격": bool(s.data_go_kr_key) and s.chamgagyeok_url != OFF,
        "쿠팡": bool(s.coupang_access_key and s.coupang_secret_key) and s.coupang_url != OFF,
        "네이버": bool(s.naver_client_id and s.naver_client_secret) and s.naver_url != OFF,
    }


def _imported(store: SurveyStore) -> bool:
    """Whether the monthly file was imported; a store that is damaged is heard at the look-up."""
    try:
        return store.newest_survey("csv") is not None
    except ShopError:
        return True


def now() -> datetime:
    """This moment with the offset of this place."""
    return datetime.now().astimezone()
