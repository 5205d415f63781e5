"""On AWS: the settings with their secrets, the tables, the kitchen of today.

Nothing here talks to AWS before it is asked to; boto's own chain finds region and credentials.
Suppliers are loaded where a kitchen is made: the function behind the gateway never makes one.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

from aichef.errors import ShopError, StoreError
from aichef.session.dynamodb import DynamoSessions, open_client
from aichef.session.words import say
from aichef.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aichef.cook import Kitchen
    from aichef.prices.dynamodb import SharedPrices
    from aichef.prices.survey_store import SurveyStore

log = logging.getLogger("aichef.prices")

SEOUL: Final = timezone(timedelta(hours=9))
"""Who eats is in Korea, wherever the function runs; a sandbox has no table of time zones."""


def now() -> datetime:
    """This moment in Korea."""
    return datetime.now(SEOUL)


def stage_of(environ: Mapping[str, str]) -> str:
    """Which of several stacks of one account this process belongs to."""
    return environ.get("AICHEF_STAGE", "dev")


def aws_client(service: str) -> Any:
    """A client of an AWS service, of botocore alone: boto3 would add a third to a cold start."""
    import botocore.session
    from botocore.config import Config

    retries = {"mode": "standard", "total_max_attempts": 4}
    config = Config(connect_timeout=2, read_timeout=10, retries=retries)
    return botocore.session.get_session().create_client(service, config=config)


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Settings of the environment, with the secrets that its AICHEF_SECRETS names.

    That is a path in the parameter store, "/ai-chef/dev": each parameter below it is a setting by
    its name there, "/ai-chef/dev/token". Without a path nobody is asked. Raises RequestError and
    StoreError.
    """
    path = environ.get("AICHEF_SECRETS", "").strip()
    return Settings.read({**environ, **(_secrets(path) if path else {})})


def _secrets(path: str) -> dict[str, str]:
    """Raises StoreError where the parameter store does not answer or refuses."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return _parameters(path)
    except (BotoCoreError, ClientError) as trouble:
        raise StoreError(say("other"), trouble="secrets") from trouble


def _parameters(path: str) -> dict[str, str]:
    client = aws_client("ssm")
    found: dict[str, str] = {}
    more: dict[str, str] = {}
    while True:
        answer = client.get_parameters_by_path(Path=path, WithDecryption=True, **more)
        for one in answer["Parameters"]:
            found[f"AICHEF_{one['Name'].rpartition('/')[2].upper()}"] = one["Value"]
        if not answer.get("NextToken"):
            return found
        more = {"NextToken": answer["NextToken"]}


def aws_sessions(environ: Mapping[str, str], locale: str) -> DynamoSessions:
    """Sessions in the two tables of this stage."""
    stage = stage_of(environ)
    sessions, results = f"ai-chef-sessions-{stage}", f"ai-chef-results-{stage}"
    return DynamoSessions(open_client(), sessions, results, locale=locale)


def shared_prices(settings: Settings, environ: Mapping[str, str]) -> SharedPrices:
    """The price store of this stage: a file of this sandbox, and the table behind it."""
    from aichef.prices.dynamodb import SharedPrices

    table = f"ai-chef-prices-{stage_of(environ)}"
    return SharedPrices(settings.data_dir, client=open_client(), table=table)


def known_prices_of(settings: Settings, environ: Mapping[str, str]) -> SharedPrices | None:
    """That store with the newest surveys; None where no supplier is configured.

    Where the table cannot be read, what the sandbox has is what there is: the price book at least.
    """
    from aichef.kitchens.local import configured

    if not any(configured(settings).values()):
        return None
    store = shared_prices(settings, environ)
    try:
        store.fetch()
    except ShopError:
        log.warning("the surveys could not be fetched")
    return store


def aws_kitchen(settings: Settings, store: SurveyStore | None = None) -> Kitchen:
    """Who writes and who sells, as the settings have it; `store` holds surveys and offers."""
    from aichef.basket.model import Limits
    from aichef.cook import Kitchen
    from aichef.kitchens.local import living_shops, writer_of
    from aichef.prices.book import PriceBook

    return Kitchen(
        writer_of(settings),
        (*living_shops(settings, now().date(), store), PriceBook.at(now().date())),
        now,
        limits=Limits(walks=settings.most_walks, worth=settings.walk_worth),
    )
