"""A laptop: the cook's book writes, the person's own prices and the price book price."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from aichef.chef.composer import CooksBook
from aichef.cook import Kitchen
from aichef.prices.book import PriceBook
from aichef.prices.own import OwnPrices

if TYPE_CHECKING:
    from aichef.settings import Settings


def local_kitchen(settings: Settings) -> Kitchen:
    """No key, no network."""
    today = now().date()
    own = OwnPrices(settings.data_dir, today)
    return Kitchen(CooksBook(), (own, PriceBook.at(today)), now)


def now() -> datetime:
    """This moment with the offset of this place."""
    return datetime.now().astimezone()
