"""`ai-chef-refresh-{stage}`: downloads what is new of the surveys and shares it, twice a day."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from aichef.aws.watch import handler_of, measure
from aichef.errors import ShopError
from aichef.kitchens.aws import now, read_settings, shared_prices
from aichef.kitchens.local import configured
from aichef.supply_doors import prices_refresh

if TYPE_CHECKING:
    from collections.abc import Mapping


def refresh(_: Mapping[str, Any]) -> dict[str, Any]:
    """Refresh and publish. Without a key of data.go.kr there is nothing to do.

    Raises ShopError where a survey could not be had; what did come is published before.
    """
    settings = read_settings(os.environ)
    on = configured(settings)
    if not (on["KAMIS"] or on["참가격"]):
        return {}
    store = shared_prices(settings, os.environ)
    store.fetch()
    failed = prices_refresh(settings)
    if store.exists:
        measure("refresh", {"Bytes": store.publish(now())})
    store.close()
    if failed:
        raise ShopError("a survey could not be downloaded", trouble="survey")
    return {}


handler = handler_of("refresh", refresh)
"""What Lambda calls."""
